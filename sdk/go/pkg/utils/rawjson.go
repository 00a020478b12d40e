package utils

import (
	"encoding/json"
	"strconv"
)

// RawJsonString is JSON text. In JSON it stands for itself; an empty one is null.
type RawJsonString string

// MarshalJSON gives the text itself.
func (s RawJsonString) MarshalJSON() ([]byte, error) {
	if s == "" {
		return []byte("null"), nil
	}
	return []byte(s), nil
}

// UnmarshalJSON takes the text of any JSON value.
func (s *RawJsonString) UnmarshalJSON(data []byte) error {
	*s = RawJsonString(data)
	return nil
}

// StringOrRawJson is a text that is either JSON already or still to be written as a JSON string.
type StringOrRawJson string

// MarshalJSON gives the text itself if it looks like JSON: if it begins as an object, an array or a
// string, or is a number, null, true or false. Any other text becomes a JSON string.
func (s StringOrRawJson) MarshalJSON() ([]byte, error) {
	if s == "" {
		return []byte(`""`), nil
	}
	if s.isRaw() {
		return []byte(s), nil
	}
	return JsonSerialize(string(s))
}

// UnmarshalJSON takes the content of a JSON string, and the text of any other JSON value.
func (s *StringOrRawJson) UnmarshalJSON(data []byte) error {
	if len(data) == 0 || data[0] != '"' {
		*s = StringOrRawJson(data)
		return nil
	}
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return err
	}
	*s = StringOrRawJson(text)
	return nil
}

func (s StringOrRawJson) isRaw() bool {
	switch s[0] {
	case '{', '[', '"':
		return true
	}
	switch s {
	case "null", "true", "false":
		return true
	}
	// Go also reads numbers that are none in JSON: Inf, .5, 0x1p4.
	_, err := strconv.ParseFloat(string(s), 64)
	return err == nil && json.Valid([]byte(s))
}
