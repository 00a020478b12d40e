// Package auth tells who called the app.
package auth

import (
	"errors"
	"os"

	"github.com/hypermodeinc/modus/sdk/go/pkg/utils"
)

// GetJWTClaims reads the claims of the caller's token, which the host has verified, into a T: a
// struct with the claims that the app wants, or a map. Numbers that go into an any become
// json.Number. It is an error if there is no token, and if the claims do not fit T.
func GetJWTClaims[T any]() (T, error) {
	var claims T
	text := os.Getenv("CLAIMS")
	if text == "" {
		return claims, errors.New("JWT claims not found")
	}
	err := utils.JsonDeserialize([]byte(text), &claims)
	return claims, err
}
