package collections

import (
	"errors"

	"github.com/hypermodeinc/modus/sdk/go/pkg/utils"
)

// CollectionEntry is a text with all that is stored with it.
type CollectionEntry struct {
	// Namespace is where it was found; UpsertEntries does not look at it.
	Namespace string `json:"namespace"`
	// Key may be empty for a new text; the host makes one then.
	Key      string   `json:"key"`
	Text     string   `json:"text"`
	Labels   []string `json:"labels"`
	Metadata Metadata `json:"metadata"`
}

// Metadata is what an app keeps beside a text, and may search by: the text of a JSON object, or
// nothing.
type Metadata string

// NewMetadata makes metadata of a struct or a map.
func NewMetadata(v any) (Metadata, error) {
	text, err := utils.JsonSerialize(v)
	if err == nil && text[0] != '{' {
		err = errors.New("only a struct or a map can be metadata")
	}
	if err != nil {
		return "", err
	}
	return Metadata(text), nil
}

// Read reads metadata into the struct or the map that v points to. Numbers that go into an any become
// json.Number.
func (m Metadata) Read(v any) error {
	if m == "" {
		m = "{}"
	}
	return utils.JsonDeserialize([]byte(m), v)
}

// MarshalJSON gives the text itself.
func (m Metadata) MarshalJSON() ([]byte, error) {
	if m == "" {
		return []byte("{}"), nil
	}
	return []byte(m), nil
}

// UnmarshalJSON takes the text of any JSON value.
func (m *Metadata) UnmarshalJSON(data []byte) error {
	*m = Metadata(data)
	return nil
}

type upsertRequest struct {
	Collection string     `json:"collection"`
	Namespace  string     `json:"namespace"`
	Keys       []string   `json:"keys"`
	Texts      []string   `json:"texts"`
	Labels     [][]string `json:"labels"`
	Metadata   []Metadata `json:"metadata"`
}

// UpsertEntries adds texts with their metadata, or replaces those that have their keys: all of them, or
// none if there is an error. It gives their keys.
func UpsertEntries(collection string, entries []CollectionEntry, opts ...NamespaceOption) ([]string, error) {
	if err := required(collection, "collection name"); err != nil {
		return nil, err
	}
	if len(entries) == 0 {
		return nil, errors.New("entries is empty")
	}
	request := upsertRequest{Collection: collection, Namespace: *namespaceOf(opts), Keys: []string{}}
	withKeys := 0
	for _, entry := range entries {
		if entry.Key != "" {
			request.Keys = append(request.Keys, entry.Key)
			withKeys++
		}
		labels := entry.Labels
		if labels == nil {
			labels = []string{}
		}
		request.Texts = append(request.Texts, entry.Text)
		request.Labels = append(request.Labels, labels)
		request.Metadata = append(request.Metadata, entry.Metadata)
	}
	if withKeys != 0 && withKeys != len(entries) {
		return nil, errors.New("some entries have a key, and others have none")
	}
	done, err := ask[struct {
		Keys []string `json:"keys"`
	}]("upsert", request)
	return done.Keys, err
}

type keyRequest struct {
	Collection string `json:"collection"`
	Namespace  string `json:"namespace"`
	Key        string `json:"key"`
}

// GetEntry gives a text with all that is stored with it; nil if there is none of that key.
func GetEntry(collection, key string, opts ...NamespaceOption) (*CollectionEntry, error) {
	if err := required(collection, "collection name", key, "key"); err != nil {
		return nil, err
	}
	return ask[*CollectionEntry]("entry", keyRequest{collection, *namespaceOf(opts), key})
}
