package main

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"
)

// app is the app as far as the host is concerned.
type app struct {
	*settings
	*log
	*packages
	root      *checkedPackage
	listed    []*listed
	exports   []*function
	imports   []*function
	collector *collector
}

// collect finds the functions that cross the border and the types that they use. It gives the
// overlay of the build, in which compiler directives that would export them twice are blank.
func (a *app) collect() (map[string]string, error) {
	a.exportsOf(a.root, true)
	proxies := []*function{}
	a.importsOf(a.root, &proxies)
	for _, each := range a.listed {
		if each.Standard || len(each.GoFiles) == 0 {
			continue
		}
		if files, _ := a.source(each); files.hasDirectives() {
			checked := a.check(each)
			a.exportsOf(checked, false)
			a.importsOf(checked, &proxies)
		}
	}
	for _, proxy := range proxies {
		for i, raw := range a.imports {
			if raw.name == proxy.name {
				a.imports[i] = proxy
			}
		}
	}
	if !slices.ContainsFunc(a.exports, func(f *function) bool { return !strings.HasPrefix(f.name, "_") }) {
		a.warning(Problem{
			Code: noFunctions, Message: "the app exports no functions",
			Hint: "functions of package main whose names begin with an upper-case letter are exported",
		}, token.Position{})
	}
	replaced, err := a.overlay()
	a.checkNames()
	a.checkErrors()
	a.checkStreams()
	a.collectTypes()
	return replaced, err
}

// declared goes through the functions of a package that have no receiver.
func (c *checkedPackage) declared(visit func(*ast.FuncDecl, *types.Func)) {
	for _, file := range c.files {
		for _, each := range file.Decls {
			decl, _ := each.(*ast.FuncDecl)
			if decl == nil || decl.Recv != nil {
				continue
			}
			if object, _ := c.info.Defs[decl.Name].(*types.Func); object != nil {
				visit(decl, object)
			}
		}
	}
}

func (a *app) exportsOf(p *checkedPackage, own bool) {
	p.declared(func(decl *ast.FuncDecl, object *types.Func) {
		if decl.Body == nil {
			return
		}
		name, directive := exportName(decl)
		if directive == nil {
			if !own || !object.Exported() {
				return
			}
			name = lowerFirst(object.Name())
		}
		if object.Signature().TypeParams().Len() > 0 {
			a.warning(Problem{
				Code:     genericFunction,
				Message:  fmt.Sprintf("%s is not exported, since it has type parameters", object.Name()),
				Hint:     "export a function of a certain type that calls it",
				Function: object.Name(),
			}, a.fset.Position(decl.Name.Pos()))
			return
		}
		f := newFunction(name, object, decl)
		f.own, f.direct = own, directive != nil
		a.exports = append(a.exports, f)
	})
}

func (a *app) importsOf(p *checkedPackage, proxies *[]*function) {
	p.declared(func(decl *ast.FuncDecl, object *types.Func) {
		directive := importDirective
		if decl.Body != nil {
			directive = proxyDirective
		}
		words, _ := directiveWords(decl, directive)
		if len(words) != 2 || !ofHost(words[0]) {
			return
		}
		f := newFunction(words[0]+"."+words[1], object, decl)
		f.own = p == a.root
		if decl.Body != nil {
			*proxies = append(*proxies, f)
		} else {
			a.imports = append(a.imports, f)
		}
	})
}

// ofHost tells whether the host has to know the types of what is imported from a module.
func ofHost(module string) bool {
	ours := strings.HasPrefix(module, "modus_") || strings.HasPrefix(module, "atoll_")
	return ours && module != "atoll_stream"
}

// reserved are names of the module's own exports.
func (a *app) reserved(name string) bool {
	names := []string{"memory", "_initialize", "_start"}
	if a.compiler == tinyGo {
		names = append(names, "malloc", "free", "calloc", "realloc")
	}
	return strings.HasPrefix(name, "__") || slices.Contains(names, name)
}

func (a *app) checkNames() {
	if object := a.hiding(); object != nil {
		a.problem(Problem{
			Code:    nameTaken,
			Message: fmt.Sprintf("the app declares %s, and so hides Go's own from the code around it", object.Name()),
			Hint:    "rename it",
		}, a.fset.Position(object.Pos()))
	}
	first := map[string]*function{}
	for _, f := range a.exports {
		problem := Problem{Code: nameTaken, Function: f.object.Name()}
		switch other := first[f.name]; {
		case a.reserved(f.name):
			problem.Message = fmt.Sprintf("%s cannot be exported as %s, which is the name of another export", f.object.Name(), f.name)
			problem.Hint = "export it under another name"
		case other != nil:
			problem.Message = fmt.Sprintf("%s and %s would both be exported as %s", a.title(other), a.title(f), f.name)
			problem.Hint = "rename one of them"
		default:
			first[f.name] = f
			continue
		}
		a.problem(problem, a.fset.Position(f.decl.Name.Pos()))
	}
}

// title is the function's name as the app's author would write it.
func (a *app) title(f *function) string {
	if f.own {
		return f.object.Name()
	}
	return f.object.Pkg().Name() + "." + f.object.Name()
}

func (a *app) checkErrors() {
	for _, f := range a.exports {
		native := a.compiler == tinyGo && f.direct
		if !native {
			f.takeError()
		}
		for _, result := range f.results {
			if !isError(result.typ) {
				continue
			}
			message := fmt.Sprintf("%s gives an error that is not its last result", f.object.Name())
			hint := "give one error, as the last of the results"
			if f.fails {
				message = fmt.Sprintf("%s gives more than one error", f.object.Name())
			} else if native {
				message = fmt.Sprintf("%s gives an error, which a function with an export directive cannot", f.object.Name())
				hint = "remove the directive, and begin the function's name with an upper-case letter"
			}
			a.problem(Problem{
				Code: errorResult, Message: message, Hint: hint, Function: f.object.Name(),
			}, a.fset.Position(result.at))
			break
		}
	}
}

// checkStreams finds the functions that give a stream. Where one may not be, its type is refused.
func (a *app) checkStreams() {
	for _, f := range a.exports {
		if len(f.results) != 1 || streamOf(f.results[0].typ) == nil {
			continue
		}
		if f.streams = a.compiler != tinyGo || !f.direct; !f.streams {
			a.problem(Problem{
				Code:     typeUnsupported,
				Message:  fmt.Sprintf("%s gives a stream, which a function with an export directive cannot", f.object.Name()),
				Hint:     "remove the directive, and begin the function's name with an upper-case letter",
				Function: f.object.Name(),
			}, a.fset.Position(f.results[0].at))
			f.results = nil
		}
	}
}

func (a *app) collectTypes() {
	for _, f := range a.exports {
		a.collectValues(f, f.params, "parameter")
		if f.streams {
			a.collectValues(f, f.given(), "value")
		} else {
			a.collectValues(f, f.results, "result")
		}
	}
	kept := a.imports[:0]
	for _, f := range a.imports {
		if why := a.importRefused(f); why == "" {
			kept = append(kept, f)
		} else {
			a.warning(Problem{
				Code:     importLeftOut,
				Message:  fmt.Sprintf("the import of %s is left out: %s", f.name, why),
				Function: f.object.Name(),
			}, a.fset.Position(f.decl.Name.Pos()))
		}
	}
	a.imports = kept
}

func (a *app) importRefused(f *function) string {
	for _, v := range append(slices.Clone(f.params), f.results...) {
		if why := a.collector.add(v.typ); why != nil {
			return "its " + shortName(v.typ, a.module) + " is " + why.what
		}
	}
	return ""
}

func (a *app) collectValues(f *function, all []value, kind string) {
	for i, v := range all {
		if isError(v.typ) && kind == "result" {
			continue // checkErrors has said so.
		}
		why := a.collector.add(v.typ)
		if why == nil {
			continue
		}
		problem := Problem{Code: typeUnsupported, Hint: why.hint, Function: f.object.Name()}
		subject := fmt.Sprintf("parameter %s of %s", v.name, f.object.Name())
		if kind == "parameter" {
			problem.Parameter = v.name
		} else if kind == "value" {
			subject = "each value of the stream of " + f.object.Name()
		} else if subject = "the result of " + f.object.Name(); v.name != "" {
			subject = fmt.Sprintf("result %s of %s", v.name, f.object.Name())
		} else if len(all) > 1 {
			subject = fmt.Sprintf("result %d of %s", i+1, f.object.Name())
		}
		if kind == "result" && givesOneByOne(v.typ) {
			problem.Hint = hintOneByOne
		}
		problem.Message = a.refusalText(subject, v.typ, why)
		at := a.fset.Position(v.at)
		if field := a.fset.Position(why.at); why.at.IsValid() && a.inApp(field) {
			at = field
		}
		a.problem(problem, at)
	}
}

func (a *app) inApp(at token.Position) bool {
	if strings.HasPrefix(at.Filename, a.module+"/") {
		return true
	}
	_, inside := within(a.log.app, at.Filename)
	return inside
}

func (a *app) refusalText(subject string, whole types.Type, why *refusal) string {
	text := fmt.Sprintf("%s has the type %s, which cannot cross the API", subject, shortName(whole, a.module))
	part := shortName(why.part, a.module)
	switch {
	case why.field != "":
		return fmt.Sprintf("%s: its field %s has the type %s, which is %s", text, why.field, part, why.what)
	case part != shortName(whole, a.module):
		return fmt.Sprintf("%s: %s is %s", text, part, why.what)
	}
	return fmt.Sprintf("%s: it is %s", text, why.what)
}
