package auth

import (
	"encoding/json"
	"reflect"
	"testing"
)

type claims struct {
	Sub  string `json:"sub"`
	Exp  int64  `json:"exp"`
	Role string `json:"https://example.org/role"`
}

func TestClaimsAreReadByTheirNames(t *testing.T) {
	t.Setenv("CLAIMS", `{"sub":"ann","exp":1767225600,"https://example.org/role":"admin","other":[1]}`)
	got, err := GetJWTClaims[claims]()
	if want := (claims{"ann", 1767225600, "admin"}); err != nil || got != want {
		t.Errorf("the claims are %v, with the error %v", got, err)
	}
}

func TestNumbersOfAnyClaimsKeepTheirDigits(t *testing.T) {
	t.Setenv("CLAIMS", `{"id":9007199254740993}`)
	got, err := GetJWTClaims[map[string]any]()
	if want := map[string]any{"id": json.Number("9007199254740993")}; err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("the claims are %v, with the error %v", got, err)
	}
}

func TestNoTokenIsAnError(t *testing.T) {
	t.Setenv("CLAIMS", "")
	got, err := GetJWTClaims[claims]()
	if err == nil || err.Error() != "JWT claims not found" || got != (claims{}) {
		t.Errorf("the claims are %v, with the error %v", got, err)
	}
}

func TestClaimsThatDoNotFitAreAnError(t *testing.T) {
	for _, text := range []string{`{"sub":1}`, `[]`, `{`} {
		t.Setenv("CLAIMS", text)
		if got, err := GetJWTClaims[claims](); err == nil {
			t.Errorf("%s gives %v", text, got)
		}
	}
}
