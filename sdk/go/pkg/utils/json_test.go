package utils

import (
	"encoding/json"
	"io"
	"math"
	"reflect"
	"testing"
	"testing/quick"
)

func TestSerializedTextIsNotEscapedForHtml(t *testing.T) {
	got, err := JsonSerialize(map[string]any{"q": "a<b && c>d", "n": []int{1}})
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"n":[1],"q":"a<b && c>d"}`; string(got) != want {
		t.Errorf("the JSON is %q, not %q", got, want)
	}
}

func TestSerializeGivesErrors(t *testing.T) {
	for _, value := range []any{make(chan int), math.NaN(), RawJsonString("{")} {
		if got, err := JsonSerialize(value); err == nil || got != nil {
			t.Errorf("%v gives %q", value, got)
		}
	}
}

func TestNumbersIntoAnyKeepTheirDigits(t *testing.T) {
	var got any
	if err := JsonDeserialize([]byte(`{"n":[9007199254740993,1.10,1e3]}`), &got); err != nil {
		t.Fatal(err)
	}
	numbers := []any{json.Number("9007199254740993"), json.Number("1.10"), json.Number("1e3")}
	if want := map[string]any{"n": numbers}; !reflect.DeepEqual(got, want) {
		t.Errorf("the value is %#v, not %#v", got, want)
	}
}

func TestDeserializeReadsOneValue(t *testing.T) {
	var got []int
	if err := JsonDeserialize([]byte(` [1, 2] and more`), &got); err != nil {
		t.Fatal(err)
	}
	if want := []int{1, 2}; !reflect.DeepEqual(got, want) {
		t.Errorf("the value is %v, not %v", got, want)
	}
}

func TestDeserializeGivesErrors(t *testing.T) {
	var number int
	if err := JsonDeserialize(nil, &number); err != io.EOF {
		t.Errorf("no text gives the error %v", err)
	}
	for _, text := range []string{"[1", "nope", `"text"`, "1.5"} {
		if err := JsonDeserialize([]byte(text), &number); err == nil {
			t.Errorf("%s gives %d", text, number)
		}
	}
}

func TestValuesComeBack(t *testing.T) {
	type value struct {
		Text  string
		Long  int64
		Huge  uint64
		Real  float64
		Bytes []byte
		Map   map[string]int32
		List  []string
	}
	comesBack := func(want value) bool {
		text, err := JsonSerialize(want)
		if err != nil {
			return false
		}
		var got value
		return JsonDeserialize(text, &got) == nil && reflect.DeepEqual(got, want)
	}
	if err := quick.Check(comesBack, nil); err != nil {
		t.Error(err)
	}
}
