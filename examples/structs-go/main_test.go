package main

import (
	"maps"
	"slices"
	"testing"
	"time"
)

func TestGetFavourite(t *testing.T) {
	people := GetPeople()
	if best := GetFavourite(people[0]); best == nil || *best != "mathematics" {
		t.Errorf("Ada likes %v", best)
	}
	if best := GetFavourite(people[1]); best != nil {
		t.Errorf("Bo likes %v", *best)
	}
}

func TestCountWords(t *testing.T) {
	want := map[string]int{"one": 1, "two": 2}
	if counts := CountWords("one two Two"); !maps.Equal(counts, want) {
		t.Errorf("the counts are %v", counts)
	}
}

func TestTidyTags(t *testing.T) {
	tidied := TidyTags(Person{Tags: Tags{"b", "a", "b"}})
	if !slices.Equal(tidied.Tags, Tags{"a", "b"}) {
		t.Errorf("the tags are %v", tidied.Tags)
	}
}

func TestGetAgeRange(t *testing.T) {
	born := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	people := []Person{{Name: "Bo", Born: born.Add(time.Hour)}, {Name: "Ada", Born: born}}
	oldest, youngest, between, err := GetAgeRange(people)
	if err != nil || oldest.Name != "Ada" || youngest.Name != "Bo" || between != time.Hour {
		t.Errorf("it is %v, %v, %v, %v", oldest, youngest, between, err)
	}
	if _, _, _, err := GetAgeRange(nil); err == nil {
		t.Error("nobody has an age")
	}
}
