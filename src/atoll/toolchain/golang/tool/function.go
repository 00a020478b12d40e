package main

import (
	"go/ast"
	"go/token"
	"go/types"
	"strconv"
)

const streamPackage = sdkModule + "/pkg/stream"

// value is a parameter or a result. The name of a result may be empty.
type value struct {
	name string
	typ  types.Type
	at   token.Pos
}

// function is one that crosses the border, exported or imported.
type function struct {
	name     string // with the host
	object   *types.Func
	decl     *ast.FuncDecl
	params   []value
	results  []value
	variadic bool
	fails    bool // has an error as its last result, which is not among the results
	streams  bool // has a stream as its only result, with an error or without
	own      bool // of the app's own package
	direct   bool // has an export directive
	id       int  // of its arguments struct
}

func newFunction(name string, object *types.Func, decl *ast.FuncDecl) *function {
	signature := object.Signature()
	return &function{
		name: name, object: object, decl: decl, variadic: signature.Variadic(),
		params:  values(signature.Params(), paramName),
		results: values(signature.Results(), resultName),
	}
}

func values(tuple *types.Tuple, name func(*types.Tuple, int) string) []value {
	var all []value
	for i := range tuple.Len() {
		v := tuple.At(i)
		all = append(all, value{name(tuple, i), v.Type(), v.Pos()})
	}
	return all
}

// paramName gives the parameter's name, or one made of its position if it has none.
func paramName(tuple *types.Tuple, i int) string {
	if name := tuple.At(i).Name(); name != "" && name != "_" {
		return name
	}
	name := "p" + strconv.Itoa(i)
	for j := 0; j < tuple.Len(); j++ {
		if tuple.At(j).Name() == name {
			name, j = name+"_", -1
		}
	}
	return name
}

func resultName(tuple *types.Tuple, i int) string {
	if name := tuple.At(i).Name(); name != "_" {
		return name
	}
	return ""
}

func isError(t types.Type) bool {
	return types.Identical(t, types.Universe.Lookup("error").Type())
}

// streamOf gives the type of a stream's values, nil if the type is no stream.
func streamOf(t types.Type) types.Type {
	named, _ := types.Unalias(t).(*types.Named)
	if named == nil || named.Obj().Pkg() == nil || named.TypeArgs().Len() != 1 {
		return nil
	}
	if named.Obj().Name() != "Of" || named.Obj().Pkg().Path() != streamPackage {
		return nil
	}
	return named.TypeArgs().At(0)
}

// given gives what the host gets of the function: its results, or each value of its stream.
func (f *function) given() []value {
	if !f.streams {
		return f.results
	}
	stream := f.results[0]
	return []value{{typ: streamOf(stream.typ), at: stream.at}}
}

// takeError removes an error from the end of the results.
func (f *function) takeError() {
	if last := len(f.results) - 1; last >= 0 && isError(f.results[last].typ) {
		f.fails, f.results = true, f.results[:last]
	}
}
