package models

import (
	"strings"

	"github.com/hypermodeinc/modus/sdk/go/pkg/stream"
)

// Event is a part of a model's answer that comes as server-sent events.
type Event struct {
	// Name is the type of the event. Many services give it none.
	Name string

	// Data is what the event says, most often JSON.
	Data string
}

// ReadEvents finds the server-sent events (section 9.2 of the HTML standard) in text that is cut
// anywhere, such as that of Stream. An answer that is one JSON document, of a service that does not
// stream, is one event without a name.
func ReadEvents(chunks stream.Of[string]) stream.Of[Event] {
	return func(yield func(Event, error) bool) {
		var r eventReader
		for chunk, err := range chunks {
			if err != nil {
				yield(Event{}, err)
				return
			}
			for _, event := range r.read(chunk) {
				if !yield(event, nil) {
					return
				}
			}
		}
		for _, event := range r.end() {
			if !yield(event, nil) {
				return
			}
		}
	}
}

type eventReader struct {
	line       strings.Builder // that has not ended
	name       string
	data       []string
	afterCR    bool
	begun      bool
	isDocument bool
	events     []Event
}

func (r *eventReader) read(text string) []Event {
	r.events = nil
	if !r.begun {
		text = strings.TrimLeft(text, "\ufeff \t\r\n")
		r.begun = text != ""
		r.isDocument = strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[")
	}
	if r.isDocument {
		r.line.WriteString(text)
		return nil
	}
	for text != "" {
		if r.afterCR && text[0] == '\n' {
			text = text[1:]
		}
		r.afterCR = false
		end := strings.IndexAny(text, "\r\n")
		if end < 0 {
			r.line.WriteString(text)
			break
		}
		r.line.WriteString(text[:end])
		r.afterCR = text[end] == '\r'
		text = text[end+1:]
		r.takeLine()
	}
	return r.events
}

// end gives what came last. The standard drops an event without an empty line behind it; but services
// that leave the line out mean what they have written.
func (r *eventReader) end() []Event {
	r.events = nil
	if r.isDocument {
		return []Event{{Data: r.line.String()}}
	}
	r.takeLine()
	r.takeLine()
	return r.events
}

func (r *eventReader) takeLine() {
	line := r.line.String()
	r.line.Reset()
	if line == "" {
		if r.data != nil {
			r.events = append(r.events, Event{r.name, strings.Join(r.data, "\n")})
		}
		r.name, r.data = "", nil
		return
	}
	field, value, _ := strings.Cut(line, ":")
	value = strings.TrimPrefix(value, " ")
	switch field {
	case "data":
		r.data = append(r.data, value)
	case "event":
		r.name = value
	}
}
