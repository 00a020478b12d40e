package main

import (
	"github.com/hypermodeinc/modus/sdk/go/pkg/graphql"
	"github.com/hypermodeinc/modus/sdk/go/pkg/utils"
)

type people struct {
	People []struct {
		Name string  `json:"name"`
		Age  *uint64 `json:"age"`
	} `json:"people"`
}

// Variables are a JSON object; empty for none at all.
func QueryGraphql(connection, statement, variables string) (string, error) {
	var values map[string]any
	if variables != "" {
		if err := utils.JsonDeserialize([]byte(variables), &values); err != nil {
			return "", err
		}
	}
	return shown(graphql.Execute[any](connection, statement, values))
}

func QueryPeople() ([]string, error) {
	response, err := graphql.Execute[people]("api", "{ people { name } }", map[string]any{"a": []string{"<b>"}})
	if err != nil || response.Data == nil {
		return nil, err
	}
	names := []string{}
	for _, person := range response.Data.People {
		if person.Age != nil {
			names = append(names, person.Name)
		}
	}
	return names, nil
}

func QueryWithBadVariables() error {
	_, err := graphql.Execute[any]("api", "{ x }", map[string]any{"bad": func() {}})
	return err
}
