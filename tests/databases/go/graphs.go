package main

import (
	"errors"
	"fmt"

	"github.com/hypermodeinc/modus/sdk/go/pkg/dgraph"
	"github.com/hypermodeinc/modus/sdk/go/pkg/neo4j"
)

func AddNode(name string, age int64) (string, error) {
	found, err := neo4j.ExecuteQuery("neo",
		"CREATE (p:Person {name: $name, age: $age}) RETURN p, p.age AS age, p.age / 2 AS half",
		map[string]any{"name": name, "age": age})
	if err != nil {
		return "", err
	}
	if found == nil {
		return "", errors.New("no result")
	}
	record := found.Records[0]
	node, err := neo4j.GetRecordValue[neo4j.Node](record, "p")
	if err != nil {
		return "", err
	}
	name, err = neo4j.GetProperty[string](&node, "name")
	if err != nil {
		return "", err
	}
	age, err = neo4j.GetRecordValue[int64](record, "age")
	if err != nil {
		return "", err
	}
	half, _ := record.Get("half")
	return fmt.Sprintf("%s %s %d %s", node.Labels[0], name, age, half), nil
}

func SetSchema(schema string) (string, error) {
	return "success", dgraph.AlterSchema("graph", schema)
}

func AddTriples(nquads, blank string) (bool, error) {
	found, err := dgraph.ExecuteMutations("graph", dgraph.NewMutation().WithSetNquads(nquads))
	if err != nil {
		return false, err
	}
	return found.Uids[blank] != "", nil
}

func Ask(query, name string) (string, error) {
	found, err := dgraph.ExecuteQuery("graph", dgraph.NewQuery(query).WithVariable("$name", name))
	if err != nil {
		return "", err
	}
	return found.Json, nil
}

func Upsert(name, nick string) (string, error) {
	query := dgraph.NewQuery("query q($name: string) { v as var(func: eq(name, $name)) }").
		WithVariable("$name", name)
	mutation := dgraph.NewMutation().
		WithSetNquads(`uid(v) <nick> "` + dgraph.EscapeRDF(nick) + `" .`).
		WithCondition("@if(gt(len(v), 0))")
	found, err := dgraph.ExecuteQuery("graph", query, mutation)
	if err != nil {
		return "", err
	}
	return found.Json, nil
}

func DropAttribute(attribute string) (string, error) {
	return "success", dgraph.DropAttr("graph", attribute)
}

func DropEverything() (string, error) {
	return "success", dgraph.DropAll("graph")
}
