// Package utils has the SDK's JSON: numbers keep their digits, and texts are not escaped for HTML.
package utils

import (
	"bytes"
	"encoding/json"

	"github.com/hypermodeinc/modus/sdk/go/pkg/internal/jsontext"
)

// JsonSerialize is json.Marshal, except that <, > and & stay as they are.
func JsonSerialize(v any) ([]byte, error) {
	if text, ok := jsontext.Write(v); ok {
		return text, nil
	}
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(buffer.Bytes(), []byte("\n")), nil
}

// JsonDeserialize reads the JSON value at the beginning of data into what v points to. Numbers
// that go into an any become json.Number. What follows the value is not looked at.
func JsonDeserialize(data []byte, v any) error {
	if jsontext.Read(data, v) {
		return nil
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	return decoder.Decode(v)
}
