//go:build !wasip1

package secrets

import "testing"

func TestEverySecretOfATestHasAValue(t *testing.T) {
	if got, err := GetSecretValue("API_KEY"); err != nil || got != "value" {
		t.Errorf("the secret is %q, with the error %v", got, err)
	}
}
