package collections

import (
	"encoding/json"
	"errors"
)

// SearchMode says what a search goes by.
type SearchMode = string

// The values of SearchMode.
const (
	// ByMeaning compares vectors.
	ByMeaning SearchMode = "vector"
	// ByWords looks for texts that have any of the words.
	ByWords SearchMode = "text"
	// ByBoth does both, and ranks first what is good at both.
	ByBoth SearchMode = "hybrid"
)

// CollectionMatch is a text that Find found.
type CollectionMatch struct {
	Namespace string   `json:"namespace"`
	Key       string   `json:"key"`
	Text      string   `json:"text"`
	Labels    []string `json:"labels"`
	Metadata  Metadata `json:"metadata"`
	// Distance is smaller for nearer meanings.
	Distance float64 `json:"distance"`
	// Score is greater for better matches.
	Score float64 `json:"score"`
}

// Where is a condition on the metadata of texts: the members that are wanted, by their names, as in
// Where{"year": 2020}, or what is wanted of them, as in Where{"year": Where{"gte": 2000, "lt": 2010}}.
// The operators are eq, ne, lt, lte, gt, gte, in, notIn, contains and exists. The members "and", "or"
// (lists of conditions) and "not" (a condition) combine conditions; "$labels" and "$key" are the text's
// labels and its key, and "author.name" is a member of a member.
type Where map[string]any

// FindOption is an option of Find and FindByVector. Each SearchOption is one, too.
type FindOption interface {
	change(*findOptions)
}

type findOptions struct {
	SearchOptions
	searchMethod string
	mode         SearchMode
	where        any
}

type findOption func(*findOptions)

func (change findOption) change(o *findOptions) { change(o) }

func (change SearchOption) change(o *findOptions) { change(&o.SearchOptions) }

// WithSearchMethod names the search method; a collection that has only one does not need it.
func WithSearchMethod(searchMethod string) FindOption {
	return findOption(func(o *findOptions) {
		o.searchMethod = searchMethod
	})
}

// WithMode sets what the search goes by; without it, by meaning.
func WithMode(mode SearchMode) FindOption {
	return findOption(func(o *findOptions) {
		o.mode = mode
	})
}

// WithWhere finds only texts for which a condition holds.
func WithWhere(where Where) FindOption {
	return findOption(func(o *findOptions) {
		o.where = nil
		if where != nil {
			o.where = where
		}
	})
}

// WithWhereJson is WithWhere of a condition that is the text of a JSON object.
func WithWhereJson(where string) FindOption {
	return findOption(func(o *findOptions) {
		o.where = nil
		if where != "" {
			o.where = json.RawMessage(where)
		}
	})
}

// maxMatches is how many matches a host gives at most, so that math.MaxInt means as many as can be. Of
// Search, the host itself cuts what is more.
const maxMatches = 10_000

type searchRequest struct {
	Collection   string     `json:"collection"`
	Namespaces   []string   `json:"namespaces"`
	SearchMethod string     `json:"searchMethod"`
	Text         string     `json:"text,omitempty"`
	Vector       []float32  `json:"vector,omitempty"`
	Limit        int        `json:"limit"`
	ReturnText   bool       `json:"returnText"`
	Mode         SearchMode `json:"mode,omitempty"`
	Filter       any        `json:"filter"`
}

func newSearchRequest(collection string, opts []FindOption) *searchRequest {
	options := findOptions{SearchOptions: SearchOptions{limit: 10, returnText: true}}
	for _, opt := range opts {
		opt.change(&options)
	}
	if options.namespaces == nil {
		options.namespaces = []string{}
	}
	return &searchRequest{
		Collection:   collection,
		Namespaces:   options.namespaces,
		SearchMethod: options.searchMethod,
		Limit:        min(options.limit, maxMatches),
		ReturnText:   options.returnText,
		Mode:         options.mode,
		Filter:       options.where,
	}
}

func (r *searchRequest) send(operation string) ([]*CollectionMatch, error) {
	found, err := ask[struct {
		Objects []*CollectionMatch `json:"objects"`
	}](operation, r)
	return found.Objects, err
}

// Find finds the texts that go best with a text, the best first, with their metadata.
func Find(collection, text string, opts ...FindOption) ([]*CollectionMatch, error) {
	if err := required(collection, "collection name", text, "text"); err != nil {
		return nil, err
	}
	request := newSearchRequest(collection, opts)
	request.Text = text
	return request.send("search")
}

// FindByVector finds the texts whose vectors are nearest to a vector, the nearest first, with their
// metadata. It can go by meaning only.
func FindByVector(collection string, vector []float32, opts ...FindOption) ([]*CollectionMatch, error) {
	if err := required(collection, "collection name"); err != nil {
		return nil, err
	}
	if len(vector) == 0 {
		return nil, errors.New("vector is required")
	}
	request := newSearchRequest(collection, opts)
	if request.Mode != "" && request.Mode != ByMeaning {
		return nil, errors.New("a vector can be found by meaning only")
	}
	request.Mode = ""
	request.Vector = vector
	return request.send("searchByVector")
}
