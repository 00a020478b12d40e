package main

import "github.com/hypermodeinc/modus/sdk/go/pkg/dgraph"

func DgraphQuery() (*dgraph.Response, error) {
	query := dgraph.NewQuery("query q($a: string) { u }")
	query.WithVariable("$a", `te"xt`).WithVariable("$b", 1).WithVariable("$c", int8(-8)).WithVariable("$d", uint64(1<<64-1))
	query.WithVariable("$e", 0.5).WithVariable("$f", float32(0.1)).WithVariable("$g", true).WithVariable("$h", []float32{0.1, -2})
	first := dgraph.NewMutation().WithSetJson(`{"a":1}`).WithDelJson(`[]`)
	second := dgraph.NewMutation().WithSetNquads(`_:p <n> "` + dgraph.EscapeRDF("a\"\n\x01é") + `" .`)
	second.WithDelNquads("* * * .").WithCondition("@if(eq(len(u), 0))")
	return dgraph.ExecuteQuery("graph", query, first, second)
}

func DgraphQueryAlone() (*dgraph.Response, error) {
	return dgraph.ExecuteQuery("graph", dgraph.NewQuery("{ q }"))
}

func DgraphLiteral() (*dgraph.Response, error) {
	return dgraph.Execute("graph", &dgraph.Request{Query: &dgraph.Query{Query: "{ q }"}})
}

func DgraphMutations() (*dgraph.Response, error) {
	return dgraph.ExecuteMutations("graph", dgraph.NewMutation().WithSetNquads("a"), &dgraph.Mutation{DelJson: "{}"})
}

func DgraphRequest(request *dgraph.Request) (*dgraph.Response, error) {
	return dgraph.Execute("graph", request)
}

func DgraphBadVariable() {
	dgraph.NewQuery("").WithVariable("$x", []string{})
}

func DgraphMaintain() []string {
	return []string{
		told(dgraph.AlterSchema("graph", "name: string .")),
		told(dgraph.DropAttr("graph", "name")),
		told(dgraph.DropAll("graph")),
	}
}
