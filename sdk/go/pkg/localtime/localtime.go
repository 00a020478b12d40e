// Package localtime gives the time where the caller is, and in other time zones. The zones are those
// of the IANA database, like Europe/Lisbon; the host has them.
package localtime

import (
	"errors"
	"os"
	"time"
)

// Now gives the time in the caller's time zone. It is an error if the zone is not known.
func Now() (time.Time, error) {
	return localTime()
}

// NowInZone gives the time in a time zone. It is an error if there is no such zone.
func NowInZone(tz string) (time.Time, error) {
	if tz == "" {
		return time.Time{}, errors.New("a time zone is required")
	}
	return timeInZone(tz)
}

// GetLocation gives a time zone for use with package time. It is an error if there is no such zone.
func GetLocation(tz string) (*time.Location, error) {
	if tz == "" {
		return nil, errors.New("time zone is required")
	}
	return timeLocation(tz)
}

// GetTimeZone gives the name of the caller's time zone; it is empty when it is not known.
func GetTimeZone() string {
	return os.Getenv("TZ")
}

// IsValidTimeZone tells whether there is a time zone of that name. The empty name is the caller's.
func IsValidTimeZone(tz string) bool {
	return isTimeZone(tz)
}
