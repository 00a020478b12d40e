package dgraph

import (
	"encoding/json"
	"fmt"
)

// Request is a query and mutations that belong together.
type Request struct {
	// Query may be nil when there are mutations.
	Query *Query
	// Mutations may be empty when there is a query.
	Mutations []*Mutation
}

// Query is a query in DQL, and the values of its variables.
type Query struct {
	Query string
	// Variables has the values, as text, by the names of the variables with their "$".
	Variables map[string]string
}

// Mutation is a change of data, as JSON or as RDF triples. What is empty is not part of it.
type Mutation struct {
	// SetJson is a JSON object, or an array of them, of data to add.
	SetJson string
	// DelJson is a JSON object, or an array of them, of data to remove.
	DelJson string
	// SetNquads has RDF triples to add.
	SetNquads string
	// DelNquads has RDF triples to remove.
	DelNquads string
	// Condition is a directive of DQL, such as "@if(eq(len(v), 0))", on variables of the query.
	Condition string
}

// Response is what a request gave.
type Response struct {
	// Json is the result of the query.
	Json string
	// Uids has the ids that the database gave to blank nodes, by their names without "_:".
	Uids map[string]string
}

// NewQuery gives a query without variables.
func NewQuery(query string) *Query {
	return &Query{Query: query, Variables: map[string]string{}}
}

// WithVariable sets the value of a variable, and returns the query. The key is the name of the
// variable with its "$". It panics when the value is not a string, a number, a bool or a []float32.
func (q *Query) WithVariable(key string, value any) *Query {
	if q.Variables == nil {
		q.Variables = map[string]string{}
	}
	q.Variables[key] = variableText(value)
	return q
}

// NewMutation gives a mutation that changes nothing yet.
func NewMutation() *Mutation {
	return &Mutation{}
}

// WithSetJson sets the data to add, a JSON object or an array of them, and returns the mutation.
func (m *Mutation) WithSetJson(json string) *Mutation {
	m.SetJson = json
	return m
}

// WithDelJson sets the data to remove, a JSON object or an array of them, and returns the mutation.
func (m *Mutation) WithDelJson(json string) *Mutation {
	m.DelJson = json
	return m
}

// WithSetNquads sets the RDF triples to add, and returns the mutation.
func (m *Mutation) WithSetNquads(nquads string) *Mutation {
	m.SetNquads = nquads
	return m
}

// WithDelNquads sets the RDF triples to remove, and returns the mutation.
func (m *Mutation) WithDelNquads(nquads string) *Mutation {
	m.DelNquads = nquads
	return m
}

// WithCondition sets on what the mutation depends, such as "@if(eq(len(v), 0))", and returns the
// mutation.
func (m *Mutation) WithCondition(cond string) *Mutation {
	m.Condition = cond
	return m
}

func variableText(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case int, int8, int16, int32, int64, uint, uint8, uint16, uint32, uint64, float32, float64, bool, []float32:
		data, err := json.Marshal(v)
		if err != nil {
			panic(fmt.Errorf("invalid DQL variable: %w", err))
		}
		return string(data)
	default:
		panic(fmt.Errorf("unsupported DQL variable type: %T", value))
	}
}
