// Structs, slices, maps, pointers, times and durations; several results; errors.
package main

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Some people.
func GetPeople() []Person {
	ada := Person{
		Name:    "Ada",
		Born:    time.Date(1815, 12, 10, 0, 0, 0, 0, time.UTC),
		Role:    Engineer,
		Address: &Address{"St James's Square 12", "London"},
		Tags:    Tags{"mathematics", "poetry"},
		Likes:   map[string]int{"mathematics": 10, "horses": 7},
		seen:    1,
	}
	bo := Person{Name: "Bo", Born: time.Date(2019, 2, 28, 6, 30, 0, 0, time.UTC), Role: Visitor, Boss: &ada}
	return []Person{ada, bo}
}

// What someone likes best; null if they like nothing.
func GetFavourite(person Person) *string {
	var best *string
	for what, much := range person.Likes {
		if best == nil || much > person.Likes[*best] || much == person.Likes[*best] && what < *best {
			best = &what
		}
	}
	return best
}

// How often each word occurs.
func CountWords(text string) map[string]int {
	counts := map[string]int{}
	for _, word := range strings.Fields(strings.ToLower(text)) {
		counts[word]++
	}
	return counts
}

// Names of people by the city they live in.
func GroupByCity(people []Person) map[string][]string {
	cities := map[string][]string{}
	for _, person := range people {
		city := "nowhere"
		if person.Address != nil {
			city = person.Address.City
		}
		cities[city] = append(cities[city], person.Name)
	}
	return cities
}

// The same person, with tags in alphabetical order and each once.
func TidyTags(person Person) Person {
	slices.Sort(person.Tags)
	person.Tags = slices.Compact(person.Tags)
	return person
}

// When someone has lived for a time, in nanoseconds.
func GetAnniversary(person Person, after time.Duration) time.Time {
	return person.Born.Add(after)
}

// The oldest and the youngest, and the time between their births.
func GetAgeRange(people []Person) (oldest, youngest *Person, between time.Duration, err error) {
	if len(people) == 0 {
		return nil, nil, 0, fmt.Errorf("there are no people to compare")
	}
	byAge := func(a, b Person) int { return a.Born.Compare(b.Born) }
	first, last := slices.MinFunc(people, byAge), slices.MaxFunc(people, byAge)
	return &first, &last, last.Born.Sub(first.Born), nil
}
