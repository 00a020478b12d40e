package utils

import (
	"encoding/json"
	"errors"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// JsonSerializeWith is JsonSerialize of a value that becomes an object, with further members behind its
// own. A further member of a name that the object has already is left out.
func JsonSerializeWith(v any, extra map[string]RawJsonString) ([]byte, error) {
	text, err := JsonSerialize(v)
	if err != nil || len(extra) == 0 {
		return text, err
	}
	var own map[string]json.RawMessage
	if err := json.Unmarshal(text, &own); err != nil || own == nil {
		return nil, errors.New("only an object can have further members")
	}
	text = text[:len(text)-1]
	for _, name := range slices.Sorted(maps.Keys(extra)) {
		if _, found := own[name]; found {
			continue
		}
		key, _ := JsonSerialize(name)           // a string cannot fail
		value, err := extra[name].MarshalJSON() // as the encoder would, which also checks it
		if err == nil && !json.Valid(value) {
			err = errors.New("the further member " + name + " is not JSON")
		}
		if err != nil {
			return nil, err
		}
		if len(text) > 1 {
			text = append(text, ',')
		}
		text = append(append(append(text, key...), ':'), value...)
	}
	return append(text, '}'), nil
}

// JsonDeserializeWith reads a JSON object into the struct that v points to, and gives the members for
// which the struct has no field; nil if there are none.
func JsonDeserializeWith(data []byte, v any) (map[string]RawJsonString, error) {
	if err := json.Unmarshal(data, v); err != nil {
		return nil, err
	}
	var extra map[string]RawJsonString
	if err := json.Unmarshal(data, &extra); err != nil {
		return nil, err
	}
	known := fieldNames(reflect.TypeOf(v).Elem())
	for name := range extra {
		// The decoder takes names in any case.
		if known[strings.ToLower(name)] {
			delete(extra, name)
		}
	}
	if len(extra) == 0 {
		return nil, nil
	}
	return extra, nil
}

// fieldNames gives the names of a struct's members in JSON, in lower case.
func fieldNames(t reflect.Type) map[string]bool {
	names := map[string]bool{}
	for i := range t.NumField() {
		field := t.Field(i)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case name == "-" || !field.IsExported():
		case name != "":
			names[strings.ToLower(name)] = true
		default:
			names[strings.ToLower(field.Name)] = true
		}
	}
	return names
}
