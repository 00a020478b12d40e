package main

import (
	"go/types"
	"strings"
	"unicode"
	"unicode/utf8"
)

// field is a field of a struct in metadata. The type of a hidden one, of which only the layout
// counts, may be a stand-in.
type field struct {
	name   string
	goName string
	typ    types.Type
	hidden bool
}

// definition is a type that metadata lists.
type definition struct {
	typ        types.Type
	name       string
	isStruct   bool
	fields     []field
	underlying types.Type
}

// collector gathers the types that functions use.
type collector struct {
	app    string
	sizes  types.Sizes // nil where hidden fields must have their true types
	byName map[string]*definition
	order  []string
	known  map[string]*refusal
}

func newCollector(app string, sizes types.Sizes) *collector {
	return &collector{
		app: app, sizes: sizes,
		byName: map[string]*definition{}, known: map[string]*refusal{},
	}
}

// add lists the type and those that it is made of, or says why that cannot be.
func (c *collector) add(t types.Type) *refusal {
	t = types.Unalias(t)
	name := fullName(t)
	if why := c.known[name]; why != nil {
		return why
	}
	if name == "string" || name == "[]byte" || c.byName[name] != nil {
		return nil
	}
	why := refuse(t, c.app)
	if why == nil {
		why = c.parts(t, name)
	}
	if why != nil {
		c.known[name] = why
	}
	return why
}

func (c *collector) parts(t types.Type, name string) *refusal {
	switch t := t.(type) {
	case *types.Pointer:
		c.list(t, name)
		return c.add(t.Elem())
	case *types.Slice:
		c.list(t, name)
		return c.add(t.Elem())
	case *types.Array:
		c.list(t, name)
		return c.add(t.Elem())
	case *types.Map:
		c.list(t, name)
		if why := c.add(types.NewSlice(t.Key())); why != nil {
			return why
		}
		return c.add(types.NewSlice(t.Elem()))
	case *types.Named:
		return c.named(t, c.list(t, name))
	}
	return nil
}

func (c *collector) list(t types.Type, name string) *definition {
	d := &definition{typ: t, name: name}
	c.byName[name] = d
	c.order = append(c.order, name)
	return d
}

func (c *collector) named(t *types.Named, d *definition) *refusal {
	if d.name == "time.Time" || d.name == "time.Duration" {
		return nil
	}
	for i := range t.TypeArgs().Len() {
		if why := unnameable(t.TypeArgs().At(i), c.app); why != nil {
			return why
		}
	}
	shape, isStruct := t.Underlying().(*types.Struct)
	if !isStruct {
		d.underlying = t.Underlying()
		return c.add(d.underlying)
	}
	d.isStruct = true
	for v := range shape.Fields() {
		f := field{name: lowerFirst(v.Name()), goName: v.Name(), typ: v.Type(), hidden: !v.Exported()}
		if f.hidden && c.sizes != nil && !ofSDK(t) {
			f.typ = standIn(v.Type(), c.sizes)
		}
		if why := c.add(f.typ); why != nil {
			return why.inField(t, v)
		}
		d.fields = append(d.fields, f)
	}
	return nil
}

// inField names the field, unless one further in was named: that is where the reason is.
func (r *refusal) inField(owner *types.Named, v *types.Var) *refusal {
	path := owner.Obj().Name() + "." + v.Name()
	if r.field != "" {
		return r
	}
	return &refusal{part: r.part, what: r.what, hint: r.hint, field: path, at: v.Pos()}
}

// ofSDK tells whether the host fills hidden fields of the type too.
func ofSDK(t *types.Named) bool {
	return strings.HasPrefix(t.Obj().Pkg().Path()+"/", sdkModule+"/")
}

// standIn gives unsigned integers with the size and the alignment of the type.
func standIn(t types.Type, sizes types.Sizes) types.Type {
	unit := map[int64]types.BasicKind{1: types.Uint8, 2: types.Uint16, 4: types.Uint32, 8: types.Uint64}
	alignment := sizes.Alignof(t)
	element := types.Typ[unit[alignment]]
	if count := sizes.Sizeof(t) / alignment; count != 1 {
		return types.NewArray(element, count)
	}
	return element
}

// unnameable says why the generated code could not write the type's name.
func unnameable(t types.Type, app string) *refusal {
	switch t := types.Unalias(t).(type) {
	case *types.Named:
		if t.Obj().Pkg() == nil {
			return nil
		}
		for i := range t.TypeArgs().Len() {
			if why := unnameable(t.TypeArgs().At(i), app); why != nil {
				return why
			}
		}
		return refuseNamed(t, app)
	case *types.Pointer:
		return unnameable(t.Elem(), app)
	case *types.Slice:
		return unnameable(t.Elem(), app)
	case *types.Array:
		return unnameable(t.Elem(), app)
	case *types.Map:
		if why := unnameable(t.Key(), app); why != nil {
			return why
		}
		return unnameable(t.Elem(), app)
	case *types.Basic:
		return nil
	case *types.Interface:
		if t.Empty() {
			return nil
		}
	}
	return refuse(t, app)
}

func lowerFirst(name string) string {
	first, size := utf8.DecodeRuneInString(name)
	return string(unicode.ToLower(first)) + name[size:]
}
