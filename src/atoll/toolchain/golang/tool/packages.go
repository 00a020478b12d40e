package main

import (
	"fmt"
	"go/ast"
	"go/importer"
	"go/token"
	"go/types"
	"io"
	"os"
	"path/filepath"
)

// packages gives the types of the app's dependencies: from compiled packages where there are such,
// else from source.
type packages struct {
	fset     *token.FileSet
	sizes    types.Sizes
	byPath   map[string]*listed
	compiled types.Importer
	sources  map[string]*sources
	checked  map[string]*checkedPackage
}

// checkedPackage is a package whose source was checked, with what is wrong with it.
type checkedPackage struct {
	*sources
	types *types.Package
	info  *types.Info
	errs  []error
}

func newPackages(fset *token.FileSet, sizes types.Sizes, all []*listed) *packages {
	p := &packages{
		fset: fset, sizes: sizes,
		byPath:  map[string]*listed{},
		sources: map[string]*sources{},
		checked: map[string]*checkedPackage{},
	}
	for _, each := range all {
		p.byPath[each.ImportPath] = each
	}
	p.compiled = importer.ForCompiler(fset, "gc", func(path string) (io.ReadCloser, error) {
		if each := p.byPath[path]; each != nil && each.Export != "" {
			return os.Open(each.Export)
		}
		return nil, fmt.Errorf("package %s is not compiled", path)
	})
	return p
}

// Import implements types.Importer.
func (p *packages) Import(path string) (*types.Package, error) {
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	each := p.byPath[path]
	switch {
	case each == nil:
		return nil, fmt.Errorf("package %s is not there", path)
	case each.Name == "main":
		return nil, fmt.Errorf("import %q is a program, not an importable package", path)
	case each.Export != "":
		return p.compiled.Import(path)
	}
	return p.check(each).types, nil
}

// mapped imports for a package of the standard library, which has its own copies of some.
type mapped struct {
	*packages
	names map[string]string
}

func (m mapped) Import(path string) (*types.Package, error) {
	if actual, found := m.names[path]; found {
		path = actual
	}
	return m.packages.Import(path)
}

// source gives the package's files, parsed.
func (p *packages) source(each *listed) (*sources, []error) {
	if known := p.sources[each.ImportPath]; known != nil {
		return known, nil
	}
	var paths []string
	for _, name := range each.GoFiles {
		if !filepath.IsAbs(name) {
			name = filepath.Join(each.Dir, name)
		}
		paths = append(paths, name)
	}
	files, errs := parse(p.fset, paths, nil)
	p.sources[each.ImportPath] = files
	return files, errs
}

// check gives the package's types from its source, with private ones, which a compiled package
// does not tell. Bodies are of interest where the package could not be compiled.
func (p *packages) check(each *listed) *checkedPackage {
	if known := p.checked[each.ImportPath]; known != nil {
		return known
	}
	// For imports in a circle, about which the go command complains.
	p.checked[each.ImportPath] = &checkedPackage{
		sources: &sources{}, types: types.NewPackage(each.ImportPath, each.Name), info: newInfo(),
	}
	files, errs := p.source(each)
	checked := checkTypes(each.ImportPath, p.fset, files, types.Config{
		Importer:         mapped{p, each.ImportMap},
		Sizes:            p.sizes,
		IgnoreFuncBodies: each.Export != "",
	})
	if len(errs) > 0 {
		checked.errs = errs
	}
	p.checked[each.ImportPath] = checked
	return checked
}

func newInfo() *types.Info {
	return &types.Info{Defs: map[*ast.Ident]types.Object{}}
}

func checkTypes(path string, fset *token.FileSet, files *sources, config types.Config) *checkedPackage {
	checked := &checkedPackage{sources: files, info: newInfo()}
	config.Error = func(err error) { checked.errs = append(checked.errs, err) }
	checked.types, _ = config.Check(path, fset, files.files, checked.info)
	return checked
}
