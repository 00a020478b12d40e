package main

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// docLines gives the text of a comment, line by line, without directives.
func docLines(comment *ast.CommentGroup) []string {
	if comment == nil {
		return nil
	}
	var lines []string
	add := func(text string) {
		if text = strings.TrimSpace(text); text != "" {
			lines = append(lines, text)
		}
	}
	for _, each := range comment.List {
		if block, found := strings.CutPrefix(each.Text, "/*"); found {
			for _, line := range strings.Split(strings.TrimSuffix(block, "*/"), "\n") {
				add(line)
			}
		} else if text, found := strings.CutPrefix(each.Text, "// "); found {
			add(text)
		}
	}
	return lines
}

// typeDocs are the comments of a struct: its own, and those of its fields by name.
type typeDocs struct {
	own    []string
	fields map[string][]string
}

// docsOf finds the comments of a type in the source of its package.
func (a *app) docsOf(t types.Type) typeDocs {
	named, _ := t.(*types.Named)
	if named == nil || named.Obj().Pkg() == nil || named.Obj().Pkg().Path() == "time" {
		return typeDocs{}
	}
	files := a.root.sources
	if path := named.Obj().Pkg().Path(); path != a.module {
		each := a.byPath[path]
		if each == nil {
			return typeDocs{}
		}
		files, _ = a.source(each)
	}
	for _, file := range files.files {
		for _, decl := range file.Decls {
			if found, ok := docsIn(decl, named.Obj().Name()); ok {
				return found
			}
		}
	}
	return typeDocs{}
}

func docsIn(decl ast.Decl, name string) (typeDocs, bool) {
	general, _ := decl.(*ast.GenDecl)
	if general == nil || general.Tok != token.TYPE {
		return typeDocs{}, false
	}
	for _, each := range general.Specs {
		spec := each.(*ast.TypeSpec)
		if spec.Name.Name != name {
			continue
		}
		comment := spec.Doc
		if comment == nil && !general.Lparen.IsValid() {
			comment = general.Doc
		}
		docs := typeDocs{own: docLines(comment), fields: map[string][]string{}}
		if shape, isStruct := spec.Type.(*ast.StructType); isStruct {
			for _, f := range shape.Fields.List {
				for _, fieldName := range fieldNames(f) {
					docs.fields[fieldName] = docLines(f.Doc)
				}
			}
		}
		return docs, true
	}
	return typeDocs{}, false
}

// fieldNames gives the names of the fields of one declaration, of which an embedded one has the
// name of its type.
func fieldNames(f *ast.Field) []string {
	var names []string
	for _, name := range f.Names {
		names = append(names, name.Name)
	}
	if names != nil {
		return names
	}
	for t := f.Type; ; {
		switch typed := t.(type) {
		case *ast.StarExpr:
			t = typed.X
		case *ast.IndexExpr:
			t = typed.X
		case *ast.IndexListExpr:
			t = typed.X
		case *ast.ParenExpr:
			t = typed.X
		case *ast.SelectorExpr:
			return []string{typed.Sel.Name}
		case *ast.Ident:
			return []string{typed.Name}
		default:
			return nil
		}
	}
}
