package utils

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/quick"
)

func serialized(t *testing.T, value any) string {
	t.Helper()
	text, err := JsonSerialize(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestRawJsonStandsForItself(t *testing.T) {
	type schema struct {
		Always    RawJsonString
		Sometimes RawJsonString `json:",omitempty"`
	}
	cases := []struct {
		value schema
		want  string
	}{
		{schema{`{"a":"<b>"}`, `[1.10]`}, `{"Always":{"a":"<b>"},"Sometimes":[1.10]}`},
		{schema{}, `{"Always":null}`},
		{schema{`"text"`, `null`}, `{"Always":"text","Sometimes":null}`},
	}
	for _, c := range cases {
		if got := serialized(t, c.value); got != c.want {
			t.Errorf("the JSON is %s, not %s", got, c.want)
		}
	}
}

func TestRawJsonTakesAnyValue(t *testing.T) {
	for _, text := range []string{`{"a": [1.10, null]}`, `"te\u0078t"`, `12.50`, `true`, `null`, `[ ]`} {
		var got RawJsonString
		if err := json.Unmarshal([]byte(text), &got); err != nil || string(got) != text {
			t.Errorf("%s is %s, with the error %v", text, got, err)
		}
	}
}

func TestRawJsonMustBeJson(t *testing.T) {
	if got, err := JsonSerialize(RawJsonString("not json")); err == nil {
		t.Errorf("the JSON is %s", got)
	}
}

func TestTextThatLooksLikeJsonStandsForItself(t *testing.T) {
	cases := []struct {
		value StringOrRawJson
		want  string
	}{
		{``, `""`},
		{`{"a":1}`, `{"a":1}`},
		{`[1,2]`, `[1,2]`},
		{`"te\u0078t"`, `"te\u0078t"`},
		{`null`, `null`},
		{`true`, `true`},
		{`false`, `false`},
		{`-12.5e3`, `-12.5e3`},
		{`a<b`, `"a<b"`},
		{`say "hi"`, `"say \"hi\""`},
		{` {}`, `" {}"`},
		{`nullable`, `"nullable"`},
		{`Inf`, `"Inf"`},
		{`0x1p4`, `"0x1p4"`},
		{`.5`, `".5"`},
		{`007`, `"007"`},
	}
	for _, c := range cases {
		if got := serialized(t, c.value); got != c.want {
			t.Errorf("the JSON of %s is %s, not %s", c.value, got, c.want)
		}
	}
}

func TestStringsAreDecodedAndOtherValuesStayText(t *testing.T) {
	cases := []struct{ text, want string }{
		{`"te\u0078t"`, `text`},
		{`""`, ``},
		{`{"a": 1}`, `{"a": 1}`},
		{`12.50`, `12.50`},
		{`null`, `null`},
	}
	for _, c := range cases {
		var got StringOrRawJson
		if err := json.Unmarshal([]byte(c.text), &got); err != nil || string(got) != c.want {
			t.Errorf("%s is %s, with the error %v", c.text, got, err)
		}
	}
}

func TestAnyTextThatDoesNotBeginAsJsonComesBack(t *testing.T) {
	comesBack := func(text string) bool {
		want := StringOrRawJson("text: " + text)
		encoded, err := JsonSerialize(struct{ Value StringOrRawJson }{want})
		if err != nil {
			return false
		}
		var got struct{ Value StringOrRawJson }
		return json.Unmarshal(encoded, &got) == nil && got.Value == want
	}
	if err := quick.Check(comesBack, nil); err != nil {
		t.Error(err)
	}
}

func FuzzTextIsAlwaysWrittenAsItsOwnJson(f *testing.F) {
	for _, text := range []string{"", "x", "1", "1e5", "Inf", "nan", "-", "1_0", "true", " 1", "1 ", "\xff"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		value := StringOrRawJson(text)
		if text != "" && strings.Contains(`{["`, text[:1]) {
			t.Skip("whether it is whole is the caller's business")
		}
		encoded, err := JsonSerialize(value)
		if err != nil || !json.Valid(encoded) {
			t.Fatalf("%q is %s, with the error %v", text, encoded, err)
		}
	})
}
