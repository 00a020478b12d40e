package utils

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
)

// ConvertInterfaceTo gives v as a T: as it is if it is one, and parsed as by ParseJsonNumberAs if it
// is a json.Number. Everything else, also nil, is an error.
func ConvertInterfaceTo[T any](v any) (T, error) {
	if result, ok := v.(T); ok {
		return result, nil
	}
	if number, ok := v.(json.Number); ok {
		return ParseJsonNumberAs[T](number)
	}
	var zero T
	return zero, fmt.Errorf("could not convert %T to %s", v, typeName[T]())
}

// ParseJsonNumberAs parses a decimal number as one of Go's own types of numbers. It is an error if
// the number is out of the type's range, if it is written with a fraction or an exponent for a type
// of integers, and if T is any other type.
func ParseJsonNumberAs[T any](n json.Number) (T, error) {
	var result T
	var err error
	switch p := any(&result).(type) {
	case *int:
		err = parseSigned(n, p, strconv.IntSize)
	case *int8:
		err = parseSigned(n, p, 8)
	case *int16:
		err = parseSigned(n, p, 16)
	case *int32:
		err = parseSigned(n, p, 32)
	case *int64:
		err = parseSigned(n, p, 64)
	case *uint:
		err = parseUnsigned(n, p, strconv.IntSize)
	case *uint8:
		err = parseUnsigned(n, p, 8)
	case *uint16:
		err = parseUnsigned(n, p, 16)
	case *uint32:
		err = parseUnsigned(n, p, 32)
	case *uint64:
		err = parseUnsigned(n, p, 64)
	case *float32:
		err = parseFloat(n, p, 32)
	case *float64:
		err = parseFloat(n, p, 64)
	default:
		err = errors.New("unsupported type")
	}
	return result, err
}

func parseSigned[T int | int8 | int16 | int32 | int64](n json.Number, result *T, bits int) error {
	value, err := strconv.ParseInt(string(n), 10, bits)
	if err == nil {
		*result = T(value)
	}
	return err
}

func parseUnsigned[T uint | uint8 | uint16 | uint32 | uint64](n json.Number, result *T, bits int) error {
	value, err := strconv.ParseUint(string(n), 10, bits)
	if err == nil {
		*result = T(value)
	}
	return err
}

func parseFloat[T float32 | float64](n json.Number, result *T, bits int) error {
	value, err := strconv.ParseFloat(string(n), bits)
	if err == nil {
		*result = T(value)
	}
	return err
}

// typeName names T also if it is the type of an interface, of which a zero value knows nothing.
func typeName[T any]() string {
	return fmt.Sprintf("%T", (*T)(nil))[1:]
}
