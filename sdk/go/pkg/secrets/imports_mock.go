//go:build !wasip1

package secrets

func hostGetSecretValue(name *string) *string {
	value := "value"
	return &value
}
