package collections

// CollectionMutationResult tells how texts were changed.
type CollectionMutationResult struct {
	Collection string
	Status     string
	Error      string
	Operation  string
	// Keys has the keys of the texts that were changed, also those that the host made.
	Keys []string
}

// SearchMethodMutationResult tells how a search method was changed.
type SearchMethodMutationResult struct {
	Collection   string
	Status       string
	Error        string
	Operation    string
	SearchMethod string
}

// CollectionSearchResult has what a search found, the nearest first.
type CollectionSearchResult struct {
	Collection   string
	Status       string
	Error        string
	SearchMethod string
	Objects      []*CollectionSearchResultObject
}

// CollectionSearchResultObject is a text that a search found.
type CollectionSearchResultObject struct {
	Namespace string
	Key       string
	Text      string
	Labels    []string
	// Distance is smaller for nearer meanings.
	Distance float64
	// Score is greater for nearer meanings.
	Score float64
}

// CollectionClassificationResult tells which labels fit a text.
type CollectionClassificationResult struct {
	Collection   string
	Status       string
	Error        string
	SearchMethod string
	LabelsResult []*CollectionClassificationLabelObject
	// Cluster has the neighbours that the labels come from.
	Cluster []*CollectionClassificationResultObject
}

// CollectionClassificationLabelObject is a label and how well it fits.
type CollectionClassificationLabelObject struct {
	Label      string
	Confidence float64
}

// CollectionClassificationResultObject is a neighbour of a text that was classified.
type CollectionClassificationResultObject struct {
	Key      string
	Labels   []string
	Distance float64
	Score    float64
}
