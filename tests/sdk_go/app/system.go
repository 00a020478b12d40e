package main

import (
	"fmt"
	"time"

	"github.com/hypermodeinc/modus/sdk/go/pkg/auth"
	"github.com/hypermodeinc/modus/sdk/go/pkg/localtime"
	"github.com/hypermodeinc/modus/sdk/go/pkg/secrets"
)

// Packages secrets, auth and localtime.

type claims struct {
	Sub   string   `json:"sub"`
	Exp   int64    `json:"exp"`
	Roles []string `json:"https://x/roles"`
}

func GetSecret(name string) (string, error) {
	return secrets.GetSecretValue(name)
}

func WhoAmI() (string, error) {
	found, err := auth.GetJWTClaims[claims]()
	return fmt.Sprintf("%s %d %v", found.Sub, found.Exp, found.Roles), err
}

func AllClaims() (string, error) {
	return shown(auth.GetJWTClaims[map[string]any]())
}

func Now() (time.Time, error) {
	return localtime.Now()
}

// The time as the app sees it, with its zone.
func NowShown() (string, error) {
	return shownTime(localtime.Now())
}

func NowShownIn(zone string) (string, error) {
	return shownTime(localtime.NowInZone(zone))
}

func shownTime(now time.Time, err error) (string, error) {
	if err != nil {
		return "", err
	}
	_, offset := now.Zone()
	return fmt.Sprintf("%s %d %s", now.Location(), offset, now.Format(time.RFC3339Nano)), nil
}

// A time of midsummer in a zone.
func InZone(zone string) (string, error) {
	location, err := localtime.GetLocation(zone)
	if err != nil {
		return "", err
	}
	return time.Date(2025, 7, 1, 12, 0, 0, 0, time.UTC).In(location).String(), nil
}

func MyZone() string {
	return localtime.GetTimeZone()
}

func IsZone(zone string) bool {
	return localtime.IsValidTimeZone(zone)
}
