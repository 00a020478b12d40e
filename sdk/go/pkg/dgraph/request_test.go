package dgraph

import (
	"math"
	"reflect"
	"strings"
	"testing"
)

func TestVariablesAreText(t *testing.T) {
	query := NewQuery("query q($s: string) {}").
		WithVariable("$s", `a "quoted" <text>`).
		WithVariable("$i", math.MinInt64).
		WithVariable("$i8", int8(-8)).WithVariable("$i16", int16(-16)).
		WithVariable("$i32", int32(-32)).WithVariable("$i64", int64(-64)).
		WithVariable("$u", uint(1)).WithVariable("$u8", uint8(8)).WithVariable("$u16", uint16(16)).
		WithVariable("$u32", uint32(32)).WithVariable("$u64", uint64(math.MaxUint64)).
		WithVariable("$f32", float32(0.1)).WithVariable("$f64", 1e300).
		WithVariable("$b", true).
		WithVariable("$v", []float32{0.5, -1, 0.1}).
		WithVariable("bare", "kept as given").
		WithVariable("$twice", 1).WithVariable("$twice", 2)

	want := map[string]string{
		"$s": `a "quoted" <text>`,
		"$i": "-9223372036854775808", "$i8": "-8", "$i16": "-16", "$i32": "-32", "$i64": "-64",
		"$u": "1", "$u8": "8", "$u16": "16", "$u32": "32", "$u64": "18446744073709551615",
		"$f32": "0.1", "$f64": "1e+300", "$b": "true", "$v": "[0.5,-1,0.1]",
		"bare": "kept as given", "$twice": "2",
	}
	if !reflect.DeepEqual(query.Variables, want) {
		t.Errorf("expected %v, got %v", want, query.Variables)
	}
}

func TestANewQueryHasAnEmptyMapOfVariables(t *testing.T) {
	query := NewQuery("{}")
	if query.Query != "{}" || query.Variables == nil || len(query.Variables) != 0 {
		t.Errorf("%#v", query)
	}
}

func TestALiteralQueryTakesVariables(t *testing.T) {
	query := &Query{Query: "{}"}
	if query.WithVariable("$a", 1) != query || query.Variables["$a"] != "1" {
		t.Errorf("%#v", query)
	}
}

func TestOtherVariablesPanicWithTheirType(t *testing.T) {
	type name string
	for value, want := range map[any]string{
		name("x"):           "unsupported DQL variable type: dgraph.name",
		nil:                 "unsupported DQL variable type: <nil>",
		complex(1, 2):       "unsupported DQL variable type: complex128",
		[1]float32{1}:       "unsupported DQL variable type: [1]float32",
		&[]float32{1}:       "unsupported DQL variable type: *[]float32",
		math.Inf(1):         "invalid DQL variable: ",
		float32(math.NaN()): "invalid DQL variable: ",
	} {
		func() {
			defer func() {
				err, ok := recover().(error)
				if !ok || !strings.HasPrefix(err.Error(), want) {
					t.Errorf("expected a panic with the error %q, got %v", want, err)
				}
			}()
			NewQuery("{}").WithVariable("$a", value)
		}()
	}
}

func TestMutationsAreBuiltInPlace(t *testing.T) {
	mutation := NewMutation()
	built := mutation.WithSetJson("a").WithDelJson("b").WithSetNquads("c").WithDelNquads("d").WithCondition("e")
	if built != mutation || *built != (Mutation{"a", "b", "c", "d", "e"}) {
		t.Errorf("%#v", built)
	}
}
