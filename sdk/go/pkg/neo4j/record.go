package neo4j

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/hypermodeinc/modus/sdk/go/pkg/utils"
)

// Record is one record of a result: a value for every column.
type Record struct {
	// Keys has the names of the columns.
	Keys []string
	// Values has the values of the columns, as JSON, in the order of Keys.
	Values []string
}

// RecordValue is a type that the value of a column can be read into.
type RecordValue interface {
	bool | int64 | float64 | string | time.Time | []byte | []any | map[string]any |
		Node | Relationship | Path | Point2D | Point3D
}

// Get gives the value of a column, as JSON, and whether there is such a column.
func (r *Record) Get(key string) (string, bool) {
	for i, k := range r.Keys {
		if k == key && i < len(r.Values) {
			return r.Values[i], true
		}
	}
	return "", false
}

// AsMap gives the values of the columns, as JSON, by their names.
func (r *Record) AsMap() map[string]string {
	result := make(map[string]string, len(r.Keys))
	for i, k := range r.Keys {
		if i < len(r.Values) {
			result[k] = r.Values[i]
		}
	}
	return result
}

// JSONMarshal gives the record as a JSON object, with the columns in their order.
func (r *Record) JSONMarshal() ([]byte, error) {
	var out bytes.Buffer
	out.WriteByte('{')
	for i, k := range r.Keys {
		if i >= len(r.Values) {
			break
		}
		if !json.Valid([]byte(r.Values[i])) {
			return nil, fmt.Errorf("the value of %s is not JSON", k)
		}
		key, err := utils.JsonSerialize(k)
		if err != nil {
			return nil, err
		}
		if i > 0 {
			out.WriteByte(',')
		}
		out.Write(key)
		out.WriteByte(':')
		out.WriteString(r.Values[i])
	}
	out.WriteByte('}')
	return out.Bytes(), nil
}

// GetRecordValue reads the value of a column of a record. Numbers that have no type in T are float64,
// and null gives the zero value.
func GetRecordValue[T RecordValue](record *Record, key string) (T, error) {
	var value T
	text, ok := record.Get(key)
	if !ok {
		return value, errors.New("key not found in record")
	}
	err := json.Unmarshal([]byte(text), &value)
	return value, err
}
