package neo4j

import (
	"encoding/base64"
	"errors"
	"fmt"
	"time"
)

// PropertyValue is a type that a property can be read into.
type PropertyValue interface {
	bool | int64 | float64 | string | time.Time | []byte | []any | Point2D | Point3D
}

// GetProperty reads a property of a node or a relationship. Beside the types that properties have as
// JSON, it reads an int64 from a number (exact up to 2^53, without its fraction), a time from RFC 3339
// text, bytes from base64 text and a point from an object.
func GetProperty[T PropertyValue](e Entity, key string) (T, error) {
	var value T
	property, ok := e.GetProperties()[key]
	if !ok {
		return value, errors.New("key not found in node")
	}
	if v, ok := property.(T); ok {
		return v, nil
	}

	converted, err := convert(any(value), property)
	if err != nil {
		return value, err
	}
	if v, ok := converted.(T); ok {
		return v, nil
	}
	return value, fmt.Errorf("expected value to have type %T but found type %T", value, property)
}

// convert gives a property, as JSON has it, the type of target; nil when JSON has no form for that.
func convert(target, property any) (any, error) {
	switch target.(type) {
	case int64:
		if number, ok := property.(float64); ok {
			return int64(number), nil
		}
	case time.Time:
		if text, ok := property.(string); ok {
			return time.Parse(time.RFC3339Nano, text)
		}
	case []byte:
		if text, ok := property.(string); ok {
			return base64.StdEncoding.DecodeString(text)
		}
	case Point2D:
		if c, ok := coordinates(property, "X", "Y", "SpatialRefId"); ok {
			return Point2D{X: c[0], Y: c[1], SpatialRefId: uint32(c[2])}, nil
		}
	case Point3D:
		if c, ok := coordinates(property, "X", "Y", "Z", "SpatialRefId"); ok {
			return Point3D{X: c[0], Y: c[1], Z: c[2], SpatialRefId: uint32(c[3])}, nil
		}
	}
	return nil, nil
}

// coordinates gives the members of a point's object, which has these and no others.
func coordinates(property any, names ...string) ([]float64, bool) {
	object, ok := property.(map[string]any)
	if !ok || len(object) != len(names) {
		return nil, false
	}
	values := make([]float64, len(names))
	for i, name := range names {
		if values[i], ok = object[name].(float64); !ok {
			return nil, false
		}
	}
	return values, true
}
