package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"go/token"
)

// overlay gives the go command's view of the app: which file is to be read in place of which, ""
// for files that are not to be there.
func (a *app) overlay() (map[string]string, error) {
	replaced := map[string]string{}
	a.replace(replaced, inFolder(a.settings.app, generatedName), inFolder(a.out, generatedName))
	entries, err := os.ReadDir(a.settings.app)
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		if name := entry.Name(); stale(name) && name != generatedName && !entry.IsDir() {
			a.replace(replaced, inFolder(a.settings.app, name), "")
		}
	}
	if a.compiler == standardGo {
		err = a.blankExports(replaced)
	}
	return replaced, err
}

// replace names the file also as it is called without symbolic links: which of the names the go
// command sees depends on how it is started.
func (a *app) replace(replaced map[string]string, path, by string) {
	replaced[path] = by
	if folder, err := filepath.EvalSymlinks(filepath.Dir(path)); err == nil {
		replaced[filepath.Join(folder, filepath.Base(path))] = by
	}
}

// blankExports takes the compiler's own directive away from functions that the generated code
// exports. In the module cache, which the go command guards, that cannot be done.
func (a *app) blankExports(replaced map[string]string) error {
	var kept []*function
	changed := map[string][]byte{}
	var order []string
	for _, f := range a.exports {
		_, comment := exportName(f.decl)
		if comment == nil || !strings.HasPrefix(comment.Text, "//go:wasmexport") {
			kept = append(kept, f)
			continue
		}
		at := a.fset.Position(comment.Pos())
		if _, inCache := within(moduleCache(), at.Filename); inCache {
			a.warning(Problem{
				Code:     exportLeftOut,
				Message:  fmt.Sprintf("%s of the module %s is left out: its directive go:wasmexport serves other hosts", f.name, f.object.Pkg().Path()),
				Function: f.object.Name(),
			}, token.Position{})
			continue
		}
		kept = append(kept, f)
		text := changed[at.Filename]
		if text == nil {
			text = a.sourceText(f, at.Filename)
			order = append(order, at.Filename)
		}
		changed[at.Filename] = blanked(text, at.Offset, at.Offset+len(comment.Text))
	}
	a.exports = kept
	for i, path := range order {
		copied := inFolder(a.out, fmt.Sprintf("blanked%d.go", i))
		if err := os.WriteFile(copied, changed[path], 0o644); err != nil {
			return err
		}
		a.replace(replaced, path, copied)
	}
	return nil
}

func (a *app) sourceText(f *function, path string) []byte {
	if f.own {
		return a.root.text[path]
	}
	return a.sources[f.object.Pkg().Path()].text[path]
}

func inFolder(folder, name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(folder, name)
}

func writeJSON(path string, value any) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	encoder := json.NewEncoder(file)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		file.Close()
		return err
	}
	return file.Close()
}
