package main

import (
	"fmt"
	"time"

	"github.com/hypermodeinc/modus/sdk/go/pkg/neo4j"
)

func Neo4jQuery() (*neo4j.EagerResult, error) {
	return neo4j.ExecuteQuery("social", "MATCH (n) RETURN n", nil)
}

func Neo4jQueryIn(database string) (*neo4j.EagerResult, error) {
	parameters := map[string]any{
		"text": "<é>", "number": 1 << 53, "list": []any{1.5, nil, true}, "when": time.Unix(0, 0).UTC(),
	}
	return neo4j.ExecuteQuery("social", "RETURN $text", parameters, neo4j.WithDbName(database))
}

func Neo4jBadParameters() error {
	_, err := neo4j.ExecuteQuery("social", "RETURN 1", map[string]any{"bad": func() {}})
	return err
}

// Reads the columns of the first record by their types.
func Neo4jValues() ([]string, error) {
	result, err := neo4j.ExecuteQuery("social", "RETURN *", nil)
	if err != nil {
		return nil, err
	}
	record := result.Records[0]
	node, err := neo4j.GetRecordValue[neo4j.Node](record, "node")
	values := []string{
		value[bool](record, "bool"), value[int64](record, "int"), value[float64](record, "float"),
		value[string](record, "text"), value[time.Time](record, "time"), value[[]byte](record, "bytes"),
		value[[]any](record, "list"), value[map[string]any](record, "map"),
		value[neo4j.Relationship](record, "relationship"), value[neo4j.Path](record, "path"),
		value[neo4j.Point2D](record, "point"), value[neo4j.Point3D](record, "space"),
		value[string](record, "missing"),
		property[string](&node, "name"), property[int64](&node, "age"), property[bool](&node, "age"),
		property[string](&node, "missing"),
	}
	data, jsonErr := record.JSONMarshal()
	text, ok := record.Get("text")
	values = append(values, string(data), told(jsonErr), fmt.Sprint(text, ok, len(record.AsMap())))
	return values, err
}

func value[T neo4j.RecordValue](record *neo4j.Record, key string) string {
	found, err := neo4j.GetRecordValue[T](record, key)
	if err != nil {
		return "error: " + err.Error()
	}
	return fmt.Sprint(found)
}

func property[T neo4j.PropertyValue](entity neo4j.Entity, key string) string {
	found, err := neo4j.GetProperty[T](entity, key)
	if err != nil {
		return "error: " + err.Error()
	}
	return fmt.Sprint(found)
}
