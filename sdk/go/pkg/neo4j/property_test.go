package neo4j

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"
)

func nodeWith(t *testing.T, property string) *Node {
	t.Helper()
	var node Node
	if err := json.Unmarshal([]byte(`{"Props":{"p":`+property+`}}`), &node); err != nil {
		t.Fatal(err)
	}
	return &node
}

func TestPropertiesAreReadAsEveryType(t *testing.T) {
	expectProperty(t, `false`, false)
	expectProperty(t, `42`, int64(42))
	expectProperty(t, `42`, 42.0)
	expectProperty(t, `"text"`, "text")
	expectProperty(t, `["a",1]`, []any{"a", 1.0})
	expectProperty(t, `"2024-02-03T04:05:06.7Z"`, time.Date(2024, 2, 3, 4, 5, 6, 700000000, time.UTC))
	expectProperty(t, `"aGk="`, []byte("hi"))
	expectProperty(t, `{"X":1,"Y":2,"SpatialRefId":7203}`, Point2D{1, 2, 7203})
	expectProperty(t, `{"X":1,"Y":2,"Z":3,"SpatialRefId":9157}`, Point3D{1, 2, 3, 9157})
}

func expectProperty[T PropertyValue](t *testing.T, property string, want T) {
	t.Helper()
	got, err := GetProperty[T](nodeWith(t, property), "p")
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("expected %#v, got %#v, %v", want, got, err)
	}
}

func TestPropertiesOfAnotherTypeAreAnError(t *testing.T) {
	expectMismatch[int64](t, `"1"`, "int64", "string")
	expectMismatch[string](t, `1`, "string", "float64")
	expectMismatch[float64](t, `true`, "float64", "bool")
	expectMismatch[bool](t, `null`, "bool", "<nil>")
	expectMismatch[[]any](t, `"a"`, "[]interface {}", "string")
	expectMismatch[time.Time](t, `1`, "time.Time", "float64")
	expectMismatch[[]byte](t, `[1]`, "[]uint8", "[]interface {}")
	expectMismatch[Point2D](t, `{"X":1,"Y":2,"Z":3,"SpatialRefId":9157}`, "neo4j.Point2D", "map[string]interface {}")
	expectMismatch[Point3D](t, `{"X":1,"Y":2,"SpatialRefId":7203}`, "neo4j.Point3D", "map[string]interface {}")
	expectMismatch[Point2D](t, `{"X":"1","Y":2,"SpatialRefId":7203}`, "neo4j.Point2D", "map[string]interface {}")
}

func expectMismatch[T PropertyValue](t *testing.T, property, expected, found string) {
	t.Helper()
	_, err := GetProperty[T](nodeWith(t, property), "p")
	want := "expected value to have type " + expected + " but found type " + found
	if err == nil || err.Error() != want {
		t.Errorf("expected an error %q, got %v", want, err)
	}
}

func TestTextThatIsNoTimeOrBytesIsAnError(t *testing.T) {
	if value, err := GetProperty[time.Time](nodeWith(t, `"today"`), "p"); err == nil || !strings.Contains(err.Error(), "today") || !value.IsZero() {
		t.Error(value, err)
	}
	if value, err := GetProperty[[]byte](nodeWith(t, `"a"`), "p"); err == nil || value != nil {
		t.Error(value, err)
	}
}

func TestPropertiesMadeInGoAreTakenAsTheyAre(t *testing.T) {
	when := time.Now()
	relationship := &Relationship{ElementId: "5:a:1", Props: map[string]any{"n": int64(1 << 60), "when": when}}
	if n, err := GetProperty[int64](relationship, "n"); err != nil || n != 1<<60 {
		t.Error(n, err)
	}
	if got, err := GetProperty[time.Time](relationship, "when"); err != nil || got != when {
		t.Error(got, err)
	}
}

func TestMissingPropertiesAreAnErrorOfBothEntities(t *testing.T) {
	for _, entity := range []Entity{&Node{ElementId: "x"}, &Relationship{ElementId: "x"}} {
		if _, err := GetProperty[string](entity, "p"); err == nil || err.Error() != "key not found in node" {
			t.Error(err)
		}
		if entity.GetElementId() != "x" {
			t.Error(entity.GetElementId())
		}
	}
}
