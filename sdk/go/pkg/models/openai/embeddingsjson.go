package openai

import "github.com/hypermodeinc/modus/sdk/go/pkg/internal/jsontext"

// WriteJSON is MarshalJSON for the SDK's own use, without reflection. Requests with tokens are declined.
func (ei *EmbeddingsModelInput) WriteJSON(w *jsontext.Writer) {
	if ei == nil || !w.IsFor(ei) {
		w.Decline()
		return
	}
	start := w.Object()
	w.Member("model", ei.Model)
	w.Key("input")
	switch input := ei.Input.(type) {
	case string:
		w.String(input)
	case []string:
		jsontext.WriteList(w, input, w.String)
	default:
		w.Decline()
	}
	w.Optional("encoding_format", string(ei.EncodingFormat))
	w.OptionalInt("dimensions", ei.Dimensions)
	w.Optional("user", ei.User)
	jsontext.WriteExtra(w, start, ei.Extra)
	w.End()
}

// ReadJSON is UnmarshalJSON for the SDK's own use, without reflection. It reads into a fresh object only.
func (o *EmbeddingsModelOutput) ReadJSON(r *jsontext.Reader) {
	if o == nil || !r.IsFor(o) || !o.isFresh() || r.IsNull() {
		r.Decline()
		return
	}
	var answer EmbeddingsModelOutput
	for name := range r.Members {
		switch name {
		case "object":
			answer.Object = r.String()
		case "model":
			answer.Model = r.String()
		case "usage":
			answer.Usage.read(r)
		case "data":
			answer.Data = jsontext.ReadList(r, func(e *Embedding) { e.read(r) })
		default:
			jsontext.ReadExtra(r, name, &answer.Extra)
		}
	}
	if !r.Declined() {
		*o = answer
	}
}

func (o *EmbeddingsModelOutput) isFresh() bool {
	return o.Object == "" && o.Model == "" && o.Usage == Usage{} && o.Data == nil
}

func (e *Embedding) read(r *jsontext.Reader) {
	for name := range r.Members {
		switch name {
		case "object":
			e.Object = r.String()
		case "index":
			e.Index = r.Int()
		case "embedding":
			e.Embedding = jsontext.ReadList(r, func(number *float32) { *number = r.Float32() })
		default:
			r.Unknown(name)
		}
	}
}
