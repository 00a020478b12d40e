package experimental

import "github.com/hypermodeinc/modus/sdk/go/pkg/internal/jsontext"

// WriteJSON is for the SDK's own use: the JSON without reflection.
func (i *ClassificationModelInput) WriteJSON(w *jsontext.Writer) {
	if i == nil || !w.IsFor(i) {
		w.Decline()
		return
	}
	writeInstances(w, i.Instances)
}

// WriteJSON is for the SDK's own use: the JSON without reflection.
func (i *EmbeddingsModelInput) WriteJSON(w *jsontext.Writer) {
	if i == nil || !w.IsFor(i) {
		w.Decline()
		return
	}
	writeInstances(w, i.Instances)
}

func writeInstances(w *jsontext.Writer, instances []string) {
	w.Object()
	w.Key("instances")
	jsontext.WriteList(w, instances, w.String)
	w.End()
}

// ReadJSON is for the SDK's own use: it reads a fresh object without reflection.
func (o *EmbeddingsModelOutput) ReadJSON(r *jsontext.Reader) {
	if o == nil || !r.IsFor(o) || o.Predictions != nil {
		r.Decline()
		return
	}
	predictions := readPredictions(r, func(vector *[]float32) {
		*vector = jsontext.ReadList(r, func(number *float32) { *number = r.Float32() })
	})
	if !r.Declined() {
		o.Predictions = predictions
	}
}

// ReadJSON is for the SDK's own use: it reads a fresh object without reflection.
func (o *ClassificationModelOutput) ReadJSON(r *jsontext.Reader) {
	if o == nil || !r.IsFor(o) || o.Predictions != nil {
		r.Decline()
		return
	}
	predictions := readPredictions(r, func(result *ClassifierResult) { result.read(r) })
	if !r.Declined() {
		o.Predictions = predictions
	}
}

func readPredictions[T any](r *jsontext.Reader, read func(*T)) (predictions []T) {
	for name := range r.Members {
		switch name {
		case "predictions":
			predictions = jsontext.ReadList(r, read)
		default:
			r.Unknown(name)
		}
	}
	return predictions
}

func (c *ClassifierResult) read(r *jsontext.Reader) {
	for name := range r.Members {
		switch name {
		case "label":
			c.Label = r.String()
		case "confidence":
			c.Confidence = r.Float32()
		case "probabilities":
			c.Probabilities = jsontext.ReadList(r, func(l *ClassifierLabel) { l.read(r) })
		default:
			r.Unknown(name)
		}
	}
}

func (l *ClassifierLabel) read(r *jsontext.Reader) {
	for name := range r.Members {
		switch name {
		case "label":
			l.Label = r.String()
		case "probability":
			l.Probability = r.Float32()
		default:
			r.Unknown(name)
		}
	}
}
