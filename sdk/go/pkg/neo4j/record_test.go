package neo4j

import (
	"encoding/json"
	"reflect"
	"testing"
	"testing/quick"
	"time"
)

const nodeJson = `{"ElementId":"4:a:1","Labels":["Person"],"Props":{"age":42,"name":"Ann"}}`
const relationshipJson = `{"ElementId":"5:a:1","StartElementId":"4:a:1","EndElementId":"4:a:2","Type":"KNOWS","Props":{}}`

func recordOf(value string) *Record {
	return &Record{Keys: []string{"other", "value"}, Values: []string{`"not this"`, value}}
}

func TestGetFindsTheJsonOfAColumn(t *testing.T) {
	record := &Record{Keys: []string{"a", "b", "c"}, Values: []string{"1", `"two"`}}
	if value, ok := record.Get("b"); !ok || value != `"two"` {
		t.Error(value, ok)
	}
	for _, key := range []string{"B", "", "c"} {
		if value, ok := record.Get(key); ok || value != "" {
			t.Error(key, value, ok)
		}
	}
	if got := record.AsMap(); !reflect.DeepEqual(got, map[string]string{"a": "1", "b": `"two"`}) {
		t.Error(got)
	}
}

func TestJSONMarshalKeepsTheOrderOfTheColumns(t *testing.T) {
	record := &Record{Keys: []string{"z", `a "<b>"`, "m"}, Values: []string{nodeJson, "[1, null]", "1.50"}}
	data, err := record.JSONMarshal()
	want := `{"z":` + nodeJson + `,"a \"<b>\"":[1, null],"m":1.50}`
	if err != nil || string(data) != want {
		t.Errorf("expected %s, got %s, %v", want, data, err)
	}

	data, err = (&Record{}).JSONMarshal()
	if err != nil || string(data) != "{}" {
		t.Errorf("%s, %v", data, err)
	}
	if data, err := recordOf("value1").JSONMarshal(); err == nil || err.Error() != "the value of value is not JSON" {
		t.Errorf("%s, %v", data, err)
	}
}

func TestJSONMarshalReadsBackAsTheValues(t *testing.T) {
	same := func(values map[string]string) bool {
		record, want := &Record{}, map[string]string{}
		for key, value := range values {
			text, _ := json.Marshal(value)
			record.Keys, record.Values = append(record.Keys, key), append(record.Values, string(text))
			want[key] = value
		}
		data, err := record.JSONMarshal()
		got := map[string]string{}
		return err == nil && json.Unmarshal(data, &got) == nil && reflect.DeepEqual(got, want)
	}
	if err := quick.Check(same, nil); err != nil {
		t.Error(err)
	}
}

func TestARecordAsJsonKeepsItsFields(t *testing.T) {
	data, err := json.Marshal(&Record{Keys: []string{"a"}, Values: []string{"1"}})
	if err != nil || string(data) != `{"Keys":["a"],"Values":["1"]}` {
		t.Errorf("%s, %v", data, err)
	}
}

func TestColumnsAreReadAsEveryType(t *testing.T) {
	node := Node{ElementId: "4:a:1", Labels: []string{"Person"}, Props: map[string]any{"age": 42.0, "name": "Ann"}}
	relationship := Relationship{"5:a:1", "4:a:1", "4:a:2", "KNOWS", map[string]any{}}
	expectValue(t, `true`, true)
	expectValue(t, `9223372036854775807`, int64(9223372036854775807))
	expectValue(t, `1`, 1.0)
	expectValue(t, `"a\n"`, "a\n")
	expectValue(t, `"2024-02-03T04:05:06.7Z"`, time.Date(2024, 2, 3, 4, 5, 6, 700000000, time.UTC))
	expectValue(t, `"aGk="`, []byte("hi"))
	expectValue(t, `[1,"a",null]`, []any{1.0, "a", nil})
	expectValue(t, `{"a":1}`, map[string]any{"a": 1.0})
	expectValue(t, nodeJson, node)
	expectValue(t, relationshipJson, relationship)
	expectValue(t, `{"Nodes":[`+nodeJson+`],"Relationships":[`+relationshipJson+`]}`, Path{[]Node{node}, []Relationship{relationship}})
	expectValue(t, `{"X":1,"Y":2.5,"SpatialRefId":4326}`, Point2D{1, 2.5, 4326})
	expectValue(t, `{"X":1,"Y":2.5,"Z":-3,"SpatialRefId":4979}`, Point3D{1, 2.5, -3, 4979})
	expectValue(t, `null`, int64(0))
}

func expectValue[T RecordValue](t *testing.T, text string, want T) {
	t.Helper()
	got, err := GetRecordValue[T](recordOf(text), "value")
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("expected %#v, got %#v, %v", want, got, err)
	}
}

func TestColumnsThatCannotBeReadAreAnError(t *testing.T) {
	if value, err := GetRecordValue[string](recordOf("1"), "missing"); value != "" || err == nil || err.Error() != "key not found in record" {
		t.Error(value, err)
	}
	if _, err := GetRecordValue[int64](recordOf(`1.5`), "value"); err == nil {
		t.Error("a fraction was read as an int64")
	}
	if _, err := GetRecordValue[string](recordOf(`value1`), "value"); err == nil {
		t.Error("what is no JSON was read as a string")
	}
}

func TestPointsAreTextForPeople(t *testing.T) {
	for got, want := range map[string]string{
		Point2D{1, 2, 4326}.String():       "Point{SpatialRefId=4326, X=1.000000, Y=2.000000}",
		Point3D{1, -2.5, 3, 4979}.String(): "Point{SpatialRefId=4979, X=1.000000, Y=-2.500000, Z=3.000000}",
	} {
		if got != want {
			t.Errorf("expected %s, got %s", want, got)
		}
	}
}
