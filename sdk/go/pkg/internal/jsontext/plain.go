package jsontext

import (
	"maps"
	"slices"
)

// plain writes values of Go's own types, such as the parameters of a statement.
func (w *Writer) plain(v any, depth int) {
	if depth > maxDepth {
		w.Decline()
	}
	if w.declined {
		return
	}
	switch value := v.(type) {
	case nil:
		w.Null()
	case string:
		w.String(value)
	case bool:
		w.Bool(value)
	case int:
		w.Int(value)
	case float64:
		w.Float(value)
	case []string:
		WriteList(w, value, w.String)
	case []any:
		WriteList(w, value, func(element any) { w.plain(element, depth+1) })
	case map[string]any:
		w.plainObject(value, depth)
	default:
		w.Decline()
	}
}

func (w *Writer) plainObject(members map[string]any, depth int) {
	if members == nil {
		w.Null()
		return
	}
	w.Object()
	for _, name := range slices.Sorted(maps.Keys(members)) {
		w.AnyKey(name)
		w.plain(members[name], depth+1)
	}
	w.End()
}
