package jsontext

import (
	"bytes"
	"encoding/json"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"testing/quick"
)

// standard gives what encoding/json writes, without escapes for HTML.
func standard(t *testing.T, value any) string {
	t.Helper()
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSuffix(buffer.String(), "\n")
}

func written(write func(w *Writer)) (string, bool) {
	var w Writer
	write(&w)
	return string(w.text), !w.declined
}

// pieces are what is special in a string, or in JSON.
var pieces = []string{
	"a", `"`, `\`, "/", "<&>", "\b\f\n\r\t", "\x00\x1f\x7f", "é", "漢", "😀", "\u2028\u2029", "\ufffd",
	"\xff", "\xc3", "\xed\xa0\x80", `\n`, `\u00e9`, `\uD83D\uDE00`, `\ud83d`, `\ude00`, `\ufffd`, `\u12`, `\x`,
	`\"`, `\\`, `\/`, "{", "}", "[", "]", ",", ":", "null", "true", "false", "nul", "0", "-1", "1.50", "01",
	"1e5", "1E+5", ".5", "5.", "-", "1e", "123456789012345678901234567890", " ", "\t\r\n", "\v", `"a":`, `"b"`, `""`,
}

func anyText(random *rand.Rand) string {
	var text strings.Builder
	for range random.IntN(8) {
		text.WriteString(pieces[random.IntN(len(pieces))])
	}
	return text.String()
}

// sameText tells whether two JSON texts differ at most in how they write characters that versions of
// encoding/json escape or not.
func sameText(got, want string) bool { return escaped.Replace(got) == escaped.Replace(want) }

var escaped = strings.NewReplacer("\ufffd", `\ufffd`, "\u2028", `\u2028`, "\u2029", `\u2029`)

func TestTextsAreWrittenAsByTheStandardLibrary(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 20000 {
		text := anyText(random)
		if got, _ := written(func(w *Writer) { w.String(text) }); !sameText(got, standard(t, text)) {
			t.Fatalf("%q is written %s, not %s", text, got, standard(t, text))
		}
	}
}

func TestNumbersAreWrittenAsByTheStandardLibrary(t *testing.T) {
	isSame := func(bits uint64) bool {
		value := math.Float64frombits(bits)
		got, ok := written(func(w *Writer) { w.Float(value) })
		if math.IsNaN(value) || math.IsInf(value, 0) {
			return !ok
		}
		return ok && got == standard(t, value)
	}
	for _, value := range []float64{
		0, math.Copysign(0, -1), 1, -0.5, 1e-6, 9.99e-7, 1e-9, 1e-10, 1e-100, 1e20, 1e21, 1e22, math.MaxFloat64,
		math.SmallestNonzeroFloat64, math.NaN(), math.Inf(1), math.Inf(-1),
	} {
		if !isSame(math.Float64bits(value)) {
			t.Errorf("%v is written otherwise", value)
		}
	}
	if err := quick.Check(isSame, nil); err != nil {
		t.Error(err)
	}
	isSameInt := func(value int) bool {
		got, _ := written(func(w *Writer) { w.Int(value) })
		return got == standard(t, value)
	}
	if err := quick.Check(isSameInt, nil); err != nil {
		t.Error(err)
	}
}

func TestDataIsWrittenAsByTheStandardLibrary(t *testing.T) {
	isSame := func(data []byte) bool {
		got, _ := written(func(w *Writer) { w.Base64(data) })
		return got == standard(t, data)
	}
	if !isSame(nil) || !isSame([]byte{}) {
		t.Error("no data is written otherwise")
	}
	if err := quick.Check(isSame, nil); err != nil {
		t.Error(err)
	}
}

func TestRawValuesLoseTheirBlanksOrAreDeclined(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 20000 {
		text := anyText(random)
		got, ok := written(func(w *Writer) { w.Raw(text) })
		if ok != json.Valid([]byte(text)) || ok && !sameText(got, standard(t, json.RawMessage(text))) {
			t.Fatalf("%q is written %s, %v", text, got, ok)
		}
	}
}

func TestFurtherMembersComeBehindTheOwn(t *testing.T) {
	for _, c := range []struct {
		extra map[string]string
		want  string
	}{
		{nil, `{"a":1}`},
		{map[string]string{"c": " [ 1 ]", "b\n": "", "a": "2"}, `{"a":1,"b\n":null,"c":[1]}`},
	} {
		got, ok := written(func(w *Writer) {
			w.text = []byte(`[{"b":0},`)
			start := w.Object()
			w.Key("a")
			w.Int(1)
			WriteExtra(w, start, c.extra)
			w.End()
		})
		if !ok || got != `[{"b":0},`+c.want {
			t.Errorf("got %s, %v", got, ok)
		}
	}
	got, ok := written(func(w *Writer) {
		WriteExtra(w, w.Object(), map[string]string{"a": "{"})
	})
	if ok {
		t.Errorf("got %s", got)
	}
}

// same checks that what has been read is what the standard library reads. Only what it refuses must be
// declined, but for texts that are not Unicode.
func same[T any](t *testing.T, text string, read func(r *Reader) T) {
	t.Helper()
	r := NewReader(text)
	got := read(r)
	ok := r.IsAtEnd() && !r.Declined()
	var want T
	err := json.Unmarshal([]byte(text), &want)
	if ok && (err != nil || !reflect.DeepEqual(got, want)) {
		t.Fatalf("%q is read as %#v, not %#v, %v", text, got, want, err)
	}
	if !ok && err == nil && !strings.ContainsRune(standard(t, want), '\ufffd') && !strings.Contains(standard(t, want), `\ufffd`) {
		t.Fatalf("%q is declined", text)
	}
}

func TestValuesAreReadAsByTheStandardLibrary(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	for range 40000 {
		text := anyText(random)
		same(t, text, (*Reader).Bool)
		same(t, text, (*Reader).Int)
		same(t, text, func(r *Reader) *int { return Optional(r, r.Int) })
		same(t, text, (*Reader).Byte)
		same(t, text, (*Reader).Float)
		same(t, text, (*Reader).Float32)
		same(t, text, (*Reader).String)
		same(t, text, (*Reader).Bytes)
		same(t, `"`+text+`"`, (*Reader).String)
		same(t, `"`+text+`"`, (*Reader).Bytes)
		same(t, `[`+text+`]`, (*Reader).Bytes)
		same(t, text, func(r *Reader) json.RawMessage { return json.RawMessage(r.Raw()) })
		same(t, "["+text+"]", func(r *Reader) []string {
			return ReadList(r, func(element *string) { *element = r.String() })
		})
	}
}

func TestAnyValueIsSkippedIfItIsValid(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	for range 100000 {
		text := anyText(random)
		for _, text := range []string{text, "[" + text + "]", `{"a":` + text + "}", `"` + text + `"`} {
			r := NewReader(text)
			r.Skip()
			if ok := r.IsAtEnd() && !r.Declined(); ok != json.Valid([]byte(text)) {
				t.Fatalf("%q: %v", text, ok)
			}
		}
	}
}

func TestTheMembersOfAnObjectAreGiven(t *testing.T) {
	r := NewReader(` { "a" : 1 , "b":[{"c":2}],"":null} `)
	var names []string
	for name := range r.Members {
		names = append(names, name+r.Raw())
	}
	if !reflect.DeepEqual(names, []string{"a1", `b[{"c":2}]`, "null"}) || !r.IsAtEnd() || r.Declined() {
		t.Errorf("got %v", names)
	}
}

func TestWhatIsNotPlainlyAnObjectIsDeclined(t *testing.T) {
	for _, text := range []string{
		``, `[]`, `1`, `{`, `{"a"}`, `{"a":}`, `{"a":1`, `{"a":1,}`, `{,}`, `{"a":1 "b":2}`, `{"a":1]`, `{a:1}`,
		`{"a":1,"a":2}`, `{"\u0061":1}`, `{"é":1}`, `{"A":1}`, "{\"\n\":1}", `{"a":nul}`, `nul`,
	} {
		r := NewReader(text)
		for name := range r.Members {
			r.Unknown(name)
		}
		if !r.Declined() {
			t.Errorf("%s is read", text)
		}
	}
}

func TestWhatIsTooDeepOrHasTooManyMembersIsDeclined(t *testing.T) {
	for depth, isRead := range map[int]bool{maxDepth: true, maxDepth + 1: false, 1000000: false} {
		r := NewReader(strings.Repeat("[", depth) + strings.Repeat("]", depth))
		r.Skip()
		if r.Declined() == isRead {
			t.Errorf("a depth of %d is read: %v", depth, !isRead)
		}
	}
	var members []string
	for i := range maxMembers + 1 {
		members = append(members, standard(t, strings.Repeat("a", i+1))+":1")
	}
	r := NewReader("{" + strings.Join(members, ",") + "}")
	for range r.Members {
		r.Skip()
	}
	if !r.Declined() {
		t.Error("too many members are read")
	}
}

// point can be written and read; place has its methods, but other JSON.
type point struct{ X int }

type place struct {
	point
	Name string
}

func (p *point) WriteJSON(w *Writer) {
	if w.IsFor(p) {
		w.Int(p.X)
	}
}

func (p *point) ReadJSON(r *Reader) {
	if r.IsFor(p) {
		p.X = r.Int()
	}
}

func TestOnlyTheTypeItselfIsWrittenAndRead(t *testing.T) {
	if text, ok := Write(&point{2}); !ok || string(text) != "2" {
		t.Errorf("got %s, %v", text, ok)
	}
	var p point
	if !Read("3 4", &p) || p.X != 3 || !Read([]byte("5"), &p) || p.X != 5 {
		t.Errorf("got %v", p)
	}
	where := place{point{2}, "here"}
	for _, v := range []any{&where, where, struct{ *point }{&p}, struct{ *point }{}, point{2}, int8(1)} {
		if text, ok := Write(v); ok {
			t.Errorf("%v is written %s", v, text)
		}
		if Read("7", v) || where.X == 7 || p.X == 7 {
			t.Errorf("%v is read", v)
		}
	}
}

func TestAMemberIsLackingOnlyWhereThatIsPlain(t *testing.T) {
	for text, isLacking := range map[string]bool{
		`{}`: true, `{"a":{"error":1}} `: true, `{"error":null,"a":1}`: true,
		`{"error":{}}`: false, `{"Error":1}`: false, `{"\u0065rror":1}`: false, `{"error":null,"error":1}`: false,
		`null`: false, `[]`: false, ``: false, `{} {}`: false, `{"a":}`: false, `{"error":nil}`: false,
	} {
		if LacksMember([]byte(text), "error") != isLacking {
			t.Errorf("%s", text)
		}
	}
}

func anyValue(random *rand.Rand, depth int) any {
	switch kind := random.IntN(8); {
	case kind == 0:
		return nil
	case kind == 1:
		return random.IntN(2) == 0
	case kind == 2:
		return random.Int() - random.Int()
	case kind == 3:
		return random.NormFloat64()
	case kind == 4:
		return []string{anyText(random)}[:random.IntN(2)]
	case kind == 5 && depth < 4:
		list := []any{}
		for range random.IntN(4) {
			list = append(list, anyValue(random, depth+1))
		}
		return list
	case kind == 6 && depth < 4:
		members := map[string]any{}
		for range random.IntN(4) {
			members[anyText(random)] = anyValue(random, depth+1)
		}
		return members
	}
	return anyText(random)
}

func TestPlainValuesAreWrittenAsByTheStandardLibrary(t *testing.T) {
	random := rand.New(rand.NewPCG(9, 10))
	for range 10000 {
		value := anyValue(random, 0)
		if text, ok := Write(value); !ok || !sameText(string(text), standard(t, value)) {
			t.Fatalf("%#v is written %s, not %s", value, text, standard(t, value))
		}
	}
	for _, value := range []any{[]any(nil), map[string]any(nil), []string(nil)} {
		if text, ok := Write(value); !ok || string(text) != "null" {
			t.Errorf("%#v is written %s", value, text)
		}
	}
}

func TestValuesOfOtherTypesAreDeclined(t *testing.T) {
	endless := []any{nil}
	endless[0] = endless
	type text string
	for _, value := range []any{
		text("a"), []any{text("a")}, map[string]any{"a": []byte("a")}, json.Number("1"), []any{math.NaN()}, endless, new(int),
	} {
		if text, ok := Write(value); ok {
			t.Errorf("%T is written %s", value, text)
		}
	}
}
