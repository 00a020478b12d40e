package main

import (
	"cmp"
	"slices"
)

// metadata is what the host has to know of the app. Atoll adds the time and the origin of the
// build, and takes away what the module does not have in the end.
type metadata struct {
	Plugin  string                  `json:"plugin"`
	Module  string                  `json:"module"`
	SDK     string                  `json:"sdk"`
	Guest   guest                   `json:"guest"`
	Exports map[string]metaFunction `json:"fnExports,omitempty"`
	Imports map[string]metaFunction `json:"fnImports,omitempty"`
	Types   map[string]metaType     `json:"types,omitempty"`
}

type guest struct {
	Compiler string `json:"compiler"`
	WordSize int    `json:"wordSize"`
	Calls    string `json:"calls"`
}

type metaFunction struct {
	Parameters  []metaValue `json:"parameters,omitempty"`
	Results     []metaValue `json:"results,omitempty"`
	Docs        *metaDocs   `json:"docs,omitempty"`
	ArgumentsID int         `json:"argumentsId,omitempty"`
	File        string      `json:"file,omitempty"`
	Line        int         `json:"line,omitempty"`
	Stream      bool        `json:"stream,omitempty"`
}

type metaValue struct {
	Name string `json:"name,omitempty"`
	Type string `json:"type"`
}

type metaType struct {
	ID         int          `json:"id"`
	Fields     *[]metaField `json:"fields,omitempty"`
	Underlying string       `json:"underlying,omitempty"`
	Docs       *metaDocs    `json:"docs,omitempty"`
}

type metaField struct {
	Name   string    `json:"name"`
	Type   string    `json:"type"`
	Hidden bool      `json:"hidden,omitempty"`
	Docs   *metaDocs `json:"docs,omitempty"`
}

type metaDocs struct {
	Lines []string `json:"lines"`
}

func newDocs(lines []string) *metaDocs {
	if len(lines) == 0 {
		return nil
	}
	return &metaDocs{lines}
}

// firstID is that of the first listed type: 1 is []byte and 2 is string.
const firstID = 3

// number gives listed types their ids, in the order of their names, and after them arguments.
func (a *app) number() map[string]int {
	slices.Sort(a.collector.order)
	ids := map[string]int{}
	for i, name := range a.collector.order {
		ids[name] = firstID + i
	}
	slices.SortFunc(a.exports, func(f, g *function) int { return cmp.Compare(f.name, g.name) })
	next := firstID + len(a.collector.order)
	for _, f := range a.exports {
		if a.compiler == standardGo && len(f.params) > 0 {
			f.id = next
			next++
		}
	}
	return ids
}

func (a *app) metadata(plugin, sdk string, ids map[string]int) *metadata {
	m := &metadata{
		Plugin: plugin, Module: a.module, SDK: sdk,
		Guest:   guest{a.version, 8, "records"},
		Exports: map[string]metaFunction{},
		Imports: map[string]metaFunction{},
		Types:   map[string]metaType{},
	}
	if a.compiler == tinyGo {
		m.Guest = guest{a.version, 4, "flat"}
	}
	for _, f := range a.exports {
		m.Exports[f.name] = a.describe(f)
	}
	for _, f := range a.imports {
		m.Imports[f.name] = a.describe(f)
	}
	for name, id := range ids {
		m.Types[name] = a.describeType(a.collector.byName[name], id)
	}
	return m
}

func (a *app) describe(f *function) metaFunction {
	described := metaFunction{
		Parameters:  describeValues(f.params),
		Results:     describeValues(f.given()),
		Stream:      f.streams,
		Docs:        newDocs(docLines(f.decl.Doc)),
		ArgumentsID: f.id,
	}
	if at := a.fset.Position(f.decl.Name.Pos()); a.inApp(at) {
		described.File, described.Line = a.file(at.Filename), at.Line
	}
	return described
}

func describeValues(all []value) []metaValue {
	var described []metaValue
	for _, v := range all {
		described = append(described, metaValue{v.name, fullName(v.typ)})
	}
	return described
}

func (a *app) describeType(d *definition, id int) metaType {
	described := metaType{ID: id}
	if d.underlying != nil {
		described.Underlying = fullName(d.underlying)
	}
	docs := a.docsOf(d.typ)
	described.Docs = newDocs(docs.own)
	if !d.isStruct {
		return described
	}
	fields := []metaField{}
	for _, f := range d.fields {
		fields = append(fields, metaField{f.name, fullName(f.typ), f.hidden, newDocs(docs.fields[f.goName])})
	}
	described.Fields = &fields
	return described
}
