// Package collections keeps texts, and finds them by their meaning or by vectors.
//
// The functions give an error for missing arguments, and when the host gives no result; why it does not
// is in the host's log. Hosts may also tell a failure in the Status and the Error of a result. Of Find,
// FindByVector, UpsertEntries and GetEntry, which are beyond the original, the error is a
// CollectionError that says why.
package collections

import (
	"errors"
	"math"
)

// CollectionStatus says whether an operation went well.
type CollectionStatus = string

// The values of CollectionStatus.
const (
	Success CollectionStatus = "success"
	Error   CollectionStatus = "error"
)

// NamespaceOption is an option of the functions that work in one namespace.
type NamespaceOption func(*NamespaceOptions)

// NamespaceOptions are what each NamespaceOption changes.
type NamespaceOptions struct {
	namespace string
}

// WithNamespace names the namespace to work in; without it, the default one is used, whose name is
// empty.
func WithNamespace(namespace string) NamespaceOption {
	return func(o *NamespaceOptions) {
		o.namespace = namespace
	}
}

// SearchOption is an option of Search and SearchByVector.
type SearchOption func(*SearchOptions)

// SearchOptions are what each SearchOption changes.
type SearchOptions struct {
	namespaces []string
	limit      int
	returnText bool
}

// WithNamespaces names the namespaces to search; without it, the default one is searched.
func WithNamespaces(namespaces []string) SearchOption {
	return func(o *SearchOptions) {
		o.namespaces = namespaces
	}
}

// WithLimit sets how many results are wanted at most; without it, 10 are.
func WithLimit(limit int) SearchOption {
	return func(o *SearchOptions) {
		o.limit = limit
	}
}

// WithReturnText sets whether the results have the texts. Those of Search and SearchByVector have them
// in any case, as hosts of the original gave them; those of Find and FindByVector, unless it says false.
func WithReturnText(returnText bool) SearchOption {
	return func(o *SearchOptions) {
		o.returnText = returnText
	}
}

func namespaceOf(opts []NamespaceOption) *string {
	options := NamespaceOptions{}
	for _, opt := range opts {
		opt(&options)
	}
	return &options.namespace
}

func searchOptionsOf(opts []SearchOption) *SearchOptions {
	options := SearchOptions{limit: 10}
	for _, opt := range opts {
		opt(&options)
	}
	if options.namespaces == nil {
		options.namespaces = []string{}
	}
	return &options
}

// hostLimit fits the limit to what the host takes, so that math.MaxInt means all, wherever it is more.
func (o *SearchOptions) hostLimit() int32 {
	return int32(min(o.limit, math.MaxInt32))
}

// required gives an error for the first value that is empty, of pairs of a value and its name.
func required(pairs ...string) error {
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i] == "" {
			return errors.New(pairs[i+1] + " is required")
		}
	}
	return nil
}
