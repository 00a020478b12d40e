package main

import (
	"strings"
	"testing"
)

// typesOf gives the listed types of an app, described in a line each.
func typesOf(t *testing.T, code string) map[string]string {
	t.Helper()
	a := try(t, map[string]string{"main.go": "package main\n\n" + code + "\n"}).fine()
	exactly(t, a, a.compile())
	all := map[string]string{}
	for name, described := range a.metadata().Types {
		text := described.Underlying
		if described.Fields != nil {
			var fields []string
			for _, f := range *described.Fields {
				hidden := ""
				if f.Hidden {
					hidden = " hidden"
				}
				fields = append(fields, f.Name+" "+f.Type+hidden)
			}
			text = "{" + strings.Join(fields, ", ") + "}"
		}
		all[name] = text
	}
	return all
}

// lists expects exactly these types.
func lists(t *testing.T, code string, want map[string]string) {
	t.Helper()
	have := typesOf(t, code)
	for name, text := range want {
		if _, found := have[name]; !found {
			t.Errorf("%s is not listed", name)
		} else {
			expect(t, name, have[name], text)
		}
		delete(have, name)
	}
	delete(have, "*string") // of the console, which is in every app
	for name := range have {
		t.Errorf("%s is listed", name)
	}
}

func TestTypesWithoutAnIdAreNotListed(t *testing.T) {
	lists(t, "func A(string, []byte, bool, int, int8, uint64, float32, uintptr, byte, rune) {}", nil)
}

func TestSpellingsOfTheSameTypeAreKept(t *testing.T) {
	lists(t, "func A([]uint8, []rune, []int32, *byte, *uint8) {}", map[string]string{
		"[]uint8": "", "[]rune": "", "[]int32": "", "*byte": "", "*uint8": "",
	})
}

func TestPartsOfTypesAreListed(t *testing.T) {
	lists(t, "func A(map[string]*[2][]bool) {}", map[string]string{
		"map[string]*[2][]bool": "", "[]string": "", "[]*[2][]bool": "", "*[2][]bool": "", "[2][]bool": "", "[]bool": "",
	})
}

func TestTimesAreListedWithoutFields(t *testing.T) {
	lists(t, "import \"time\"\nfunc A(*time.Time, time.Duration) {}", map[string]string{
		"*time.Time": "", "time.Time": "", "time.Duration": "",
	})
}

func TestStructsAreListedWithTheirFields(t *testing.T) {
	lists(t, "type S struct { URL, B string; Inner; *Deep; E Empty; N [0]int }\ntype Inner struct{ A []S }\ntype Deep struct{}\ntype Empty struct{}\nfunc A(S) {}",
		map[string]string{
			"my-app.S":     "{uRL string, b string, inner my-app.Inner, deep *my-app.Deep, e my-app.Empty, n [0]int}",
			"my-app.Inner": "{a []my-app.S}", "[]my-app.S": "", "my-app.Deep": "{}", "*my-app.Deep": "", "my-app.Empty": "{}", "[0]int": "",
		})
}

func TestHiddenFieldsHaveTheirLayout(t *testing.T) {
	lists(t, "import \"sync\"\ntype S struct { a any; b func(); c chan int; d *S; e struct{ x int16; y bool }; f map[string]int; g string; h [3]bool; i inner; inner; sync.Mutex; z struct{} }\n"+
		"type inner struct { a int32; b int64; c complex64 }\nfunc A(S) {}",
		map[string]string{
			"my-app.S": "{a [2]uint64 hidden, b uint64 hidden, c uint64 hidden, d uint64 hidden, e [2]uint16 hidden, f uint64 hidden," +
				" g [2]uint64 hidden, h [3]uint8 hidden, i [3]uint64 hidden, inner [3]uint64 hidden, mutex sync.Mutex, z [0]uint8 hidden}",
			"sync.Mutex": "{_ [0]uint8 hidden, mu [2]uint32 hidden}",
			"[2]uint64":  "", "[2]uint32": "", "[2]uint16": "", "[3]uint8": "", "[3]uint64": "", "[0]uint8": "",
		})
}

func TestHiddenFieldsOfTheSDKHaveTheirTypes(t *testing.T) {
	lists(t, "import \""+sdkModule+"/pkg/agents\"\nfunc A() (a agents.Info) { return }", map[string]string{
		sdkModule + "/pkg/agents.Info":                  "{id string, state map[string]*" + sdkModule + "/pkg/agents.Info hidden}",
		"*" + sdkModule + "/pkg/agents.Info":            "",
		"[]*" + sdkModule + "/pkg/agents.Info":          "",
		"map[string]*" + sdkModule + "/pkg/agents.Info": "", "[]string": "", "*string": "",
	})
}

func TestNamedTypesTellWhatTheyAre(t *testing.T) {
	lists(t, "type Color string\ntype Tags []Color\ntype Raw []byte\ntype N int8\ntype M map[N]*M\ntype Again Tags\ntype Stamp struct{ Again }\nfunc A(Tags, Raw, M, Stamp) {}",
		map[string]string{
			"my-app.Color": "string", "my-app.Tags": "[]my-app.Color", "[]my-app.Color": "", "my-app.Raw": "[]byte",
			"my-app.N": "int8", "my-app.M": "map[my-app.N]*my-app.M", "map[my-app.N]*my-app.M": "", "[]my-app.N": "",
			"*my-app.M": "", "[]*my-app.M": "", "my-app.Again": "[]my-app.Color", "my-app.Stamp": "{again my-app.Again}",
		})
}

func TestAliasesAreWhatTheyStandFor(t *testing.T) {
	lists(t, "type P = *Q\ntype Q struct{ R R }\ntype R = map[Text][]Text\ntype Text = string\ntype V[T any] = []T\nfunc A(P, V[Q]) {}",
		map[string]string{
			"*my-app.Q": "", "my-app.Q": "{r map[string][]string}", "map[string][]string": "", "[]string": "", "[][]string": "", "[]my-app.Q": "",
		})
}

func TestInstancesOfGenericTypesAreListed(t *testing.T) {
	lists(t, "type Box[T any] struct { V T; Next *Box[T] }\ntype Pair[A comparable, B any] map[A]B\nfunc A(Box[Pair[string, int]]) {}",
		map[string]string{
			"my-app.Box[my-app.Pair[string,int]]":  "{v my-app.Pair[string,int], next *my-app.Box[my-app.Pair[string,int]]}",
			"*my-app.Box[my-app.Pair[string,int]]": "", "my-app.Pair[string,int]": "map[string]int", "map[string]int": "", "[]string": "", "[]int": "",
		})
}

func TestRecursiveTypesAreListedOnce(t *testing.T) {
	lists(t, "type L []L\ntype M map[string]M\ntype P *P\ntype A struct{ B *B }\ntype B struct{ A []A; M map[string]A }\nfunc F(L, M, P, B) {}",
		map[string]string{
			"my-app.L": "[]my-app.L", "[]my-app.L": "", "my-app.M": "map[string]my-app.M", "map[string]my-app.M": "", "[]my-app.M": "",
			"my-app.P": "*my-app.P", "*my-app.P": "", "my-app.A": "{b *my-app.B}", "*my-app.B": "", "my-app.B": "{a []my-app.A, m map[string]my-app.A}",
			"[]my-app.A": "", "map[string]my-app.A": "", "[]string": "",
		})
}

func TestKeysOfMapsMayBeOfAnyTypeThatGoAllows(t *testing.T) {
	lists(t, "type K struct{ A string; B [2]int }\nfunc A(map[K]bool, map[[1]K]bool, map[*K]bool, map[float64]bool) {}", map[string]string{
		"map[my-app.K]bool": "", "map[[1]my-app.K]bool": "", "map[*my-app.K]bool": "", "map[float64]bool": "",
		"my-app.K": "{a string, b [2]int}", "[2]int": "", "[1]my-app.K": "", "*my-app.K": "",
		"[]my-app.K": "", "[][1]my-app.K": "", "[]*my-app.K": "", "[]float64": "", "[]bool": "",
	})
}

func TestStructsAndFieldsHaveDocs(t *testing.T) {
	m := try(t, map[string]string{
		"main.go":  "package main\n\nimport \"my-app/sub\"\n\n// Of the group.\ntype (\n\t// S is one.\n\tS struct {\n\t\t// A and B.\n\t\tA, B int\n\t\tC int // behind\n\t\t// Sub too.\n\t\t*sub.Box[int]\n\t}\n\tT struct{ S S }\n)\n\n// U is alone.\ntype U struct{ T }\n\nfunc A(U) {}\n",
		"sub/a.go": "package sub\n\nfunc Box2() { type Box struct{} }\n",
		"sub/b.go": "package sub\n\n// Box holds.\ntype Box[V any] struct {\n\t// It holds.\n\tV V\n}\n",
	}).fine().metadata()
	docs := func(d *metaDocs) string {
		if d == nil {
			return ""
		}
		return strings.Join(d.Lines, "|")
	}
	fields := *m.Types["my-app.S"].Fields
	expect(t, "S", docs(m.Types["my-app.S"].Docs), "S is one.")
	expect(t, "T", docs(m.Types["my-app.T"].Docs), "")
	expect(t, "U", docs(m.Types["my-app.U"].Docs), "U is alone.")
	expect(t, "S.A", docs(fields[0].Docs), "A and B.")
	expect(t, "S.B", docs(fields[1].Docs), "A and B.")
	expect(t, "S.C", docs(fields[2].Docs), "")
	expect(t, "S.Box", docs(fields[3].Docs), "Sub too.")
	expect(t, "Box", docs(m.Types["my-app/sub.Box[int]"].Docs), "Box holds.")
	expect(t, "Box.V", docs((*m.Types["my-app/sub.Box[int]"].Fields)[0].Docs), "It holds.")
}
