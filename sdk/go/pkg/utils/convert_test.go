package utils

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"testing"
	"testing/quick"
)

func TestNumbersAreParsedWithinTheRangeOfTheirType(t *testing.T) {
	testRange[int8](t, "-128", "127", "-129", "128")
	testRange[int16](t, "-32768", "32767", "-32769", "32768")
	testRange[int32](t, "-2147483648", "2147483647", "-2147483649", "2147483648")
	testRange[int64](t, "-9223372036854775808", "9223372036854775807",
		"-9223372036854775809", "9223372036854775808")
	testRange[int](t, fmt.Sprint(math.MinInt), fmt.Sprint(math.MaxInt),
		fmt.Sprint(math.MinInt)+"0", fmt.Sprint(math.MaxInt)+"0")
	testRange[uint8](t, "0", "255", "-1", "256")
	testRange[uint16](t, "0", "65535", "-1", "65536")
	testRange[uint32](t, "0", "4294967295", "-1", "4294967296")
	testRange[uint64](t, "0", "18446744073709551615", "-1", "18446744073709551616")
	testRange[uint](t, "0", fmt.Sprint(uint(math.MaxUint)), "-1", fmt.Sprint(uint(math.MaxUint))+"0")
	testRange[float32](t, "-3.4028235e+38", "3.4028235e+38", "-1e39", "1e39")
	testRange[float64](t, "-1.7976931348623157e+308", "1.7976931348623157e+308", "-1e309", "1e309")
}

func testRange[T comparable](t *testing.T, least, most, tooLittle, tooMuch string) {
	t.Helper()
	for _, text := range []string{least, most} {
		got, err := ParseJsonNumberAs[T](json.Number(text))
		if err != nil || fmt.Sprint(got) != text {
			t.Errorf("%s as %T is %v, with the error %v", text, got, got, err)
		}
	}
	for _, text := range []string{tooLittle, tooMuch} {
		var zero T
		got, err := ParseJsonNumberAs[T](json.Number(text))
		if err == nil || got != zero {
			t.Errorf("%s as %T is %v, with the error %v", text, got, got, err)
		}
	}
}

func TestIntegersHaveNeitherFractionNorExponent(t *testing.T) {
	for _, text := range []string{"1.0", "1e3", "", "x", "0x10"} {
		if got, err := ParseJsonNumberAs[int64](json.Number(text)); err == nil {
			t.Errorf("%q is %d", text, got)
		}
		if got, err := ParseJsonNumberAs[uint8](json.Number(text)); err == nil {
			t.Errorf("%q is %d", text, got)
		}
	}
}

func TestOnlyGosOwnNumbersAreParsed(t *testing.T) {
	type age int
	_, named := ParseJsonNumberAs[age]("1")
	_, text := ParseJsonNumberAs[string]("1")
	_, boolean := ParseJsonNumberAs[bool]("1")
	_, anything := ParseJsonNumberAs[any]("1")
	for _, err := range []error{named, text, boolean, anything} {
		if err == nil || err.Error() != "unsupported type" {
			t.Errorf("the error is %v", err)
		}
	}
}

func TestAllNumbersAreParsed(t *testing.T) {
	signed := func(n int64) bool {
		got, err := ParseJsonNumberAs[int64](json.Number(strconv.FormatInt(n, 10)))
		return err == nil && got == n
	}
	unsigned := func(n uint64) bool {
		got, err := ParseJsonNumberAs[uint64](json.Number(strconv.FormatUint(n, 10)))
		return err == nil && got == n
	}
	floating := func(n float64) bool {
		text, _ := json.Marshal(n)
		got, err := ParseJsonNumberAs[float64](json.Number(text))
		return err == nil && got == n
	}
	for _, property := range []any{signed, unsigned, floating} {
		if err := quick.Check(property, nil); err != nil {
			t.Error(err)
		}
	}
}

func TestValuesOfTheTypeStayAsTheyAre(t *testing.T) {
	type age int
	if got, err := ConvertInterfaceTo[string]("42"); err != nil || got != "42" {
		t.Error(got, err)
	}
	if got, err := ConvertInterfaceTo[age](age(42)); err != nil || got != 42 {
		t.Error(got, err)
	}
	if got, err := ConvertInterfaceTo[json.Number](json.Number("1.10")); err != nil || got != "1.10" {
		t.Error(got, err)
	}
	if got, err := ConvertInterfaceTo[any](json.Number("1.10")); err != nil || got != json.Number("1.10") {
		t.Error(got, err)
	}
}

func TestJsonNumbersAreConverted(t *testing.T) {
	if got, err := ConvertInterfaceTo[int64](json.Number("42")); err != nil || got != 42 {
		t.Error(got, err)
	}
	if got, err := ConvertInterfaceTo[float32](json.Number("0.5")); err != nil || got != 0.5 {
		t.Error(got, err)
	}
	if got, err := ConvertInterfaceTo[uint8](json.Number("256")); err == nil {
		t.Error(got)
	}
}

func TestOtherValuesAreNotConverted(t *testing.T) {
	_, text := ConvertInterfaceTo[int]("42")
	_, number := ConvertInterfaceTo[int64](int32(42))
	_, nothing := ConvertInterfaceTo[string](nil)
	_, anything := ConvertInterfaceTo[any](nil)
	cases := []struct {
		err  error
		want string
	}{
		{text, "could not convert string to int"},
		{number, "could not convert int32 to int64"},
		{nothing, "could not convert <nil> to string"},
		{anything, "could not convert <nil> to interface {}"},
	}
	for _, c := range cases {
		if c.err == nil || c.err.Error() != c.want {
			t.Errorf("the error is %v, not %s", c.err, c.want)
		}
	}
}
