package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Where somebody lives.
type Address struct {
	Street string
	City   string
}

// Somebody.
//
// There are not many of them.
type Person struct {
	Id int
	// What to call them.
	Name      string
	Email     *string
	Address   *Address
	Born      time.Time
	Nicknames []string
	Tags      map[string]string
}

type Tree struct {
	Label    string
	Branches []Tree
}

type Chain struct {
	Value int
	Next  *Chain
}

type Link struct {
	ID  int
	URL string
}

type Range struct {
	Low  float64
	High float64
}

// What to look for.
type FilterInput struct {
	Prefix string
	Limit  int
}

// Has nothing to say.
type Marker struct{}

func everybody() []Person {
	email := "ada@example.com"
	return []Person{
		{
			Id:        1,
			Name:      "Ada",
			Email:     &email,
			Address:   &Address{Street: "St James's Square", City: "London"},
			Born:      time.Date(1815, time.December, 10, 0, 0, 0, 0, time.UTC),
			Nicknames: []string{"Countess", "Enchantress"},
			Tags:      map[string]string{"field": "mathematics"},
		},
		{
			Id:        2,
			Name:      "Bo",
			Born:      time.Date(2001, time.February, 3, 4, 5, 6, 700_000_000, time.UTC),
			Nicknames: []string{},
			Tags:      map[string]string{},
		},
	}
}

// Finds somebody.
//
// Gives null when there is nobody of that number.
func GetPerson(id int) *Person {
	for _, person := range everybody() {
		if person.Id == id {
			return &person
		}
	}
	return nil
}

// Everybody.
func ListPeople() []Person {
	return everybody()
}

func PeopleByName() map[string]Person {
	named := map[string]Person{}
	for _, person := range everybody() {
		named[person.Name] = person
	}
	return named
}

func EchoPerson(person Person) Person {
	return person
}

func Eldest(people []Person) *Person {
	if len(people) == 0 {
		return nil
	}
	eldest := slices.MinFunc(people, func(a, b Person) int { return a.Born.Compare(b.Born) })
	return &eldest
}

func EchoTree(tree Tree) Tree {
	return tree
}

func GrowTree(depth int) Tree {
	tree := Tree{Label: fmt.Sprintf("at %d", depth), Branches: []Tree{}}
	if depth > 0 {
		tree.Branches = append(tree.Branches, GrowTree(depth-1), GrowTree(depth-1))
	}
	return tree
}

func EchoChain(chain Chain) Chain {
	return chain
}

func GetRing() *Chain {
	ring := &Chain{Value: 1}
	ring.Next = &Chain{Value: 2, Next: ring}
	return ring
}

func GetLink() Link {
	return Link{ID: 7, URL: "https://example.com/7"}
}

func EchoLink(link Link) Link {
	return link
}

func Search(filter FilterInput) []string {
	found := []string{}
	for _, name := range []string{"alpha", "alps", "beta"} {
		if strings.HasPrefix(name, filter.Prefix) && len(found) < filter.Limit {
			found = append(found, name)
		}
	}
	return found
}

func LastFilter() FilterInput {
	return FilterInput{Prefix: "al", Limit: 3}
}

func GetMarker() Marker {
	return Marker{}
}

func Divide(a, b int) (quotient, remainder int) {
	return a / b, a % b
}

func EchoRange(given Range) Range {
	return given
}

func RangeOf(numbers []float64) (low, high float64, err error) {
	if len(numbers) == 0 {
		return 0, 0, errors.New("no numbers")
	}
	return slices.Min(numbers), slices.Max(numbers), nil
}

func FirstWord(text string) (string, int) {
	word, _, _ := strings.Cut(text, " ")
	return word, len(word)
}
