// Package randomjson is for tests: it makes JSON of given forms, and compares what is read of it with and
// without reflection.
package randomjson

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/hypermodeinc/modus/sdk/go/pkg/internal/jsontext"
)

// Forms are forms of objects: the names of their members and the kinds of values. A kind is a form,
// "text", "number", "truth", "list of …" or anything else for an object without members of its own.
type Forms map[string]map[string]string

// Check reads many random texts of a form, and mutations of them, as a T.
func Check[T any](t *testing.T, forms Forms, form string) {
	t.Helper()
	read := 0
	for seed := range uint64(10000) {
		random := rand.New(rand.NewPCG(seed, 11))
		text := forms.Text(random, form)
		if ReadsAlike[T](t, text) {
			read++
		}
		ReadsAlike[T](t, mutated(random, text))
	}
	if read < 1000 {
		t.Errorf("only %d were read without reflection", read)
	}
}

// ReadsAlike gives whether a text is read without reflection. It is a failure if a T is then not the same
// as with reflection.
func ReadsAlike[T any](t *testing.T, text string) bool {
	t.Helper()
	var got, want, untouched T
	ok := jsontext.Read(text, &got)
	err := json.NewDecoder(strings.NewReader(text)).Decode(&want)
	if ok && (err != nil || !reflect.DeepEqual(got, want)) {
		t.Fatalf("%s is read as %+v, not %+v, %v", text, got, want, err)
	}
	if !ok && !reflect.DeepEqual(got, untouched) {
		t.Fatalf("%s is declined, but leaves %+v", text, got)
	}
	return ok
}

func pick[T any](random *rand.Rand, values ...T) T { return values[random.IntN(len(values))] }

// Text makes JSON of a kind. Here and there it is of another one.
func (f Forms) Text(random *rand.Rand, kind string) string { return f.text(random, kind, 0) }

func (f Forms) text(random *rand.Rand, kind string, depth int) string {
	if depth > 5 || random.IntN(40) == 0 {
		return pick(random, "null", "1", `"text"`, "[]", "{}", "true", "-1.5e2", `[1,"AQ=="]`, `"\ud83d\ude00\n"`,
			`"\ud83d"`, `"é"`, `{"A" : [ 1 ]}`)
	}
	switch kind {
	case "text":
		return pick(random, `""`, `"a\u00e9\"\\"`, `"AQID"`, "null")
	case "number":
		odd := pick(random, "-3", "1.5", "1e3", "7")
		return pick(random, "0", "7", "12", "250", "1700000000", "null", odd)
	case "truth":
		return pick(random, "true", "false", "null")
	}
	if element, found := strings.CutPrefix(kind, "list of "); found {
		var elements []string
		for range random.IntN(3) {
			elements = append(elements, f.text(random, element, depth+1))
		}
		return "[" + strings.Join(elements, " , ") + "]"
	}
	return f.object(random, f[kind], depth)
}

func (f Forms) object(random *rand.Rand, form map[string]string, depth int) string {
	var members []string
	for _, name := range slices.Sorted(maps.Keys(form)) {
		if random.IntN(5) > 0 {
			members = append(members, fmt.Sprintf("%q :%s", name, f.text(random, form[name], depth+1)))
		}
	}
	for random.IntN(8) == 0 {
		name := pick(random, "x", "unknown", "role", "x_y", "-", "Content", "ID", "\\u0069d", "é", "uſage")
		members = append(members, fmt.Sprintf(`"%s": %s`, name, f.text(random, "text", depth+1)))
	}
	random.Shuffle(len(members), func(i, j int) { members[i], members[j] = members[j], members[i] })
	return "{" + strings.Join(members, ", ") + "}"
}

// mutated gives a text that is damaged at some place.
func mutated(random *rand.Rand, text string) string {
	from, to := random.IntN(len(text)), random.IntN(len(text))
	inserted := pick(random, `"`, "{", "}", "[", "]", ",", ":", "\\", "0", " ", "\xff", "null")
	return pick(random, text[:from]+text[from+1:], text[:from]+text[to:], text[:from]+inserted+text[from:])
}

// SameText tells whether two JSON texts differ at most in how they write characters that versions of
// encoding/json escape or not.
func SameText(got, want string) bool { return escaped.Replace(got) == escaped.Replace(want) }

var escaped = strings.NewReplacer("\ufffd", `\ufffd`, "\u2028", `\u2028`, "\u2029", `\u2029`)
