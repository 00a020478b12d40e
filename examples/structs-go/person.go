package main

import "time"

// Someone, and where they live.
type Person struct {
	Name string
	Born time.Time
	Role Role
	// Nowhere, if it is null.
	Address *Address
	Tags    Tags
	// What they like, and how much of ten.
	Likes map[string]int
	// Whom they report to.
	Boss *Person

	seen int // not part of the API
}

type Address struct {
	Street, City string
}

// Named types are what they are made of: a text, a list of texts.
type Role string

type Tags []string

const (
	Engineer Role = "engineer"
	Visitor  Role = "visitor"
)
