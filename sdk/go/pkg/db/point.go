package db

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// Point is a point of a plane. Its JSON form is the text that String gives, in quotes.
type Point struct {
	X float64 `json:"x"`
	Y float64 `json:"y"`
}

// Location is a place on the globe, in degrees. Its JSON form is the text that String gives, in quotes.
type Location struct {
	Longitude float64 `json:"longitude"`
	Latitude  float64 `json:"latitude"`
}

// NewPoint gives a point of a plane, as a parameter of a statement or for a row.
func NewPoint(x, y float64) *Point {
	return &Point{X: x, Y: y}
}

// NewLocation gives a place on the globe, in degrees. Mind the order: longitude comes first, as in
// databases.
func NewLocation(longitude, latitude float64) *Location {
	return &Location{Longitude: longitude, Latitude: latitude}
}

// ParsePoint reads "(x,y)" or "POINT (x y)". With an error comes the point of two zeros, not nil.
func ParsePoint(s string) (*Point, error) {
	x, y, ok := parsePair(s)
	if !ok {
		return &Point{}, fmt.Errorf("invalid point: %s", s)
	}
	return NewPoint(x, y), nil
}

// ParseLocation reads "(longitude,latitude)" or "POINT (longitude latitude)". With an error comes the
// location of two zeros, not nil.
func ParseLocation(s string) (*Location, error) {
	longitude, latitude, ok := parsePair(s)
	if !ok {
		return &Location{}, fmt.Errorf("invalid location: %s", s)
	}
	return NewLocation(longitude, latitude), nil
}

// String gives "(x,y)", as PostgreSQL writes it.
func (p Point) String() string {
	return pairText(p.X, p.Y)
}

// String gives "(longitude,latitude)", as PostgreSQL writes it.
func (l Location) String() string {
	return pairText(l.Longitude, l.Latitude)
}

// MarshalJSON gives the text of String in quotes.
func (p Point) MarshalJSON() ([]byte, error) {
	return []byte(`"` + p.String() + `"`), nil
}

// MarshalJSON gives the text of String in quotes.
func (l Location) MarshalJSON() ([]byte, error) {
	return []byte(`"` + l.String() + `"`), nil
}

// UnmarshalJSON reads a JSON string that ParsePoint can read; null is an error.
func (p *Point) UnmarshalJSON(data []byte) error {
	x, y, ok := parseJsonPair(data)
	if !ok {
		return fmt.Errorf("invalid point: %s", data)
	}
	*p = Point{X: x, Y: y}
	return nil
}

// UnmarshalJSON reads a JSON string that ParseLocation can read; null is an error.
func (l *Location) UnmarshalJSON(data []byte) error {
	longitude, latitude, ok := parseJsonPair(data)
	if !ok {
		return fmt.Errorf("invalid location: %s", data)
	}
	*l = Location{Longitude: longitude, Latitude: latitude}
	return nil
}

func pairText(a, b float64) string {
	return fmt.Sprintf("(%v,%v)", a, b)
}

func parseJsonPair(data []byte) (a, b float64, ok bool) {
	var text *string
	if err := json.Unmarshal(data, &text); err != nil || text == nil {
		return 0, 0, false
	}
	return parsePair(*text)
}

func parsePair(s string) (a, b float64, ok bool) {
	s = strings.TrimSpace(s)
	separator := ","
	if len(s) > 5 && strings.EqualFold(s[:5], "POINT") {
		s, separator = strings.TrimSpace(s[5:]), " "
	}
	if len(s) < 2 || s[0] != '(' || s[len(s)-1] != ')' {
		return 0, 0, false
	}
	first, second, _ := strings.Cut(strings.TrimSpace(s[1:len(s)-1]), separator)
	a, errA := strconv.ParseFloat(strings.TrimSpace(first), 64)
	b, errB := strconv.ParseFloat(strings.TrimSpace(second), 64)
	if errA != nil || errB != nil {
		return 0, 0, false
	}
	return a, b, true
}
