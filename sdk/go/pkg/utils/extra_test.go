package utils_test

import (
	"maps"
	"testing"

	"github.com/hypermodeinc/modus/sdk/go/pkg/utils"
)

type extended struct {
	Name   string                         `json:"name,omitempty"`
	Count  int                            `json:"n"`
	Plain  bool                           `json:",omitempty"`
	Extra  map[string]utils.RawJsonString `json:"-"`
	hidden int
}

func TestFurtherMembersFollowAnObjectsOwn(t *testing.T) {
	for _, c := range []struct {
		extra map[string]utils.RawJsonString
		want  string
	}{
		{nil, `{"name":"<a>","n":1}`},
		{map[string]utils.RawJsonString{"z": `[1, 2]`, "a\"b": `"x"`, "empty": ``}, `{"name":"<a>","n":1,"a\"b":"x","empty":null,"z":[1, 2]}`},
		{map[string]utils.RawJsonString{"n": `2`, "name": `null`}, `{"name":"<a>","n":1}`},
	} {
		text, err := utils.JsonSerializeWith(extended{Name: "<a>", Count: 1, hidden: 1}, c.extra)
		if err != nil || string(text) != c.want {
			t.Errorf("got %s, %v", text, err)
		}
	}
	text, err := utils.JsonSerializeWith(struct{}{}, map[string]utils.RawJsonString{"a": "1"})
	if err != nil || string(text) != `{"a":1}` {
		t.Errorf("got %s, %v", text, err)
	}
}

func TestFurtherMembersMustBeJson(t *testing.T) {
	if _, err := utils.JsonSerializeWith(extended{}, map[string]utils.RawJsonString{"a": "{"}); err == nil {
		t.Error("half an object is taken for JSON")
	}
	for _, value := range []any{1, nil, []int{1}} {
		if _, err := utils.JsonSerializeWith(value, map[string]utils.RawJsonString{"a": "1"}); err == nil {
			t.Errorf("%v has further members", value)
		}
	}
}

func TestMembersWithoutAFieldAreKept(t *testing.T) {
	var value extended
	extra, err := utils.JsonDeserializeWith(
		[]byte(`{"name": "a", "N": 2, "plain": true, "Extra": 1, "hidden": {"b": 1.50}, "-": null}`), &value)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]utils.RawJsonString{"Extra": "1", "hidden": `{"b": 1.50}`, "-": "null"}
	if !maps.Equal(extra, want) || value.Name != "a" || value.Count != 2 || !value.Plain {
		t.Errorf("got %v, %+v", extra, value)
	}
	if extra, err := utils.JsonDeserializeWith([]byte(`{"n":1}`), &value); err != nil || extra != nil {
		t.Errorf("got %v, %v", extra, err)
	}
	for _, text := range []string{`[]`, `{"n":"a"}`, `{`} {
		if _, err := utils.JsonDeserializeWith([]byte(text), &value); err == nil {
			t.Errorf("%s is read", text)
		}
	}
}
