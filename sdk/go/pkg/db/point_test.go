package db

import (
	"encoding/json"
	"fmt"
	"math"
	"testing"
	"testing/quick"
)

func TestPointsAreReadInBothForms(t *testing.T) {
	for _, text := range []string{
		"(1.5,-2)", " ( 1.5 , -2 ) ", "(15e-1,-2.0)",
		"POINT (1.5 -2)", "POINT(1.5 -2)", "point ( 1.5  -2 )",
	} {
		point, err := ParsePoint(text)
		if err != nil || *point != (Point{1.5, -2}) {
			t.Errorf("%q: %v, %v", text, point, err)
		}
		location, err := ParseLocation(text)
		if err != nil || *location != (Location{1.5, -2}) {
			t.Errorf("%q: %v, %v", text, location, err)
		}
	}
}

func TestWhatIsNoPointGivesAnErrorAndZeros(t *testing.T) {
	for _, text := range []string{
		"", "(", ")", "()", "(1)", "(1,)", "(,2)", "(1,2", "1,2)", "1,2", "(1,2,3)", "(1 2)", "(a,b)",
		"POINT", "POINT (1,2)", "POINT (1)", "POINT (1 2 3)", "POINTLESS (1 2)",
	} {
		point, err := ParsePoint(text)
		if err == nil || err.Error() != "invalid point: "+text || *point != (Point{}) {
			t.Errorf("%q: %v, %v", text, point, err)
		}
		location, err := ParseLocation(text)
		if err == nil || err.Error() != "invalid location: "+text || *location != (Location{}) {
			t.Errorf("%q: %v, %v", text, location, err)
		}
	}
}

func TestThePointOfATextIsThePointThatWroteIt(t *testing.T) {
	same := func(a, b float64) bool {
		point, err := ParsePoint(Point{a, b}.String())
		location, errL := ParseLocation(fmt.Sprintf("POINT (%v %v)", a, b))
		return err == nil && errL == nil && *point == Point{a, b} && *location == Location{a, b}
	}
	if err := quick.Check(same, nil); err != nil {
		t.Error(err)
	}
	if !same(math.Inf(1), math.Copysign(0, -1)) || !same(math.MaxFloat64, math.SmallestNonzeroFloat64) {
		t.Error("extremes differ")
	}
}

func TestTheTextOfAPointHasNoBlanks(t *testing.T) {
	for got, want := range map[string]string{
		NewPoint(1, -2.5).String():        "(1,-2.5)",
		NewLocation(1e21, 0).String():     "(1e+21,0)",
		fmt.Sprint(Point{1, 2}):           "(1,2)",
		fmt.Sprint(NewPoint(1, 2)):        "(1,2)",
		fmt.Sprint(Location{1, 2}):        "(1,2)",
		fmt.Sprintf("%s", Location{3, 4}): "(3,4)",
	} {
		if got != want {
			t.Errorf("expected %s, got %s", want, got)
		}
	}
}

type place struct {
	P  Point
	PP *Point
	L  Location
	LP *Location
}

func TestPointsOfRowsAreTextInJson(t *testing.T) {
	want := `{"P":"(1,2)","PP":"(3,4)","L":"(5,6)","LP":null}`
	data, err := json.Marshal(place{P: Point{1, 2}, PP: NewPoint(3, 4), L: Location{5, 6}})
	if err != nil || string(data) != want {
		t.Fatalf("%s, %v", data, err)
	}

	var read place
	if err := json.Unmarshal([]byte(`{"P":"POINT (1 2)","PP":"(3,4)","L":"\u00285,6)","LP":null}`), &read); err != nil {
		t.Fatal(err)
	}
	if read.P != (Point{1, 2}) || *read.PP != (Point{3, 4}) || read.L != (Location{5, 6}) || read.LP != nil {
		t.Errorf("%+v", read)
	}
}

func TestOtherJsonIsNoPoint(t *testing.T) {
	for _, text := range []string{`null`, `1`, `"(0,)"`, `""`, `[1,2]`, `{"x":1,"y":2}`} {
		point := Point{1, 2}
		if err := json.Unmarshal([]byte(text), &point); err == nil || err.Error() != "invalid point: "+text || point != (Point{1, 2}) {
			t.Errorf("%s: %v, %v", text, point, err)
		}
		location := Location{1, 2}
		if err := json.Unmarshal([]byte(text), &location); err == nil || err.Error() != "invalid location: "+text || location != (Location{1, 2}) {
			t.Errorf("%s: %v, %v", text, location, err)
		}
	}
}

func FuzzPointsNeverPanicAndAreStable(f *testing.F) {
	for _, text := range []string{"(1,2)", "POINT (1 2)", "POINT", "()", "(NaN,Inf)", "point(0x1p-2 1_0)"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		point, err := ParsePoint(text)
		if point == nil {
			t.Fatal("a nil point")
		}
		if err != nil {
			return
		}
		again, err := ParsePoint(point.String())
		if err != nil || again.String() != point.String() {
			t.Errorf("%q gives %v, then %v, %v", text, point, again, err)
		}
	})
}
