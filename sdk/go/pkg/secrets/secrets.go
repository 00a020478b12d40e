// Package secrets gives the app's secrets, which the host keeps.
package secrets

import "errors"

// GetSecretValue gives the value of a secret of the app. It is an error if there is none of that name.
func GetSecretValue(name string) (string, error) {
	value := hostGetSecretValue(&name)
	if value == nil {
		return "", errors.New("secret not found")
	}
	return *value, nil
}
