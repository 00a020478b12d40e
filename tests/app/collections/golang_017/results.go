package main

type CollectionMutationResult struct {
	Collection string
	Status     string
	Error      string
	Operation  string
	Keys       []string
}

type SearchMethodMutationResult struct {
	Collection   string
	Status       string
	Error        string
	Operation    string
	SearchMethod string
}

type CollectionSearchResult struct {
	Collection   string
	Status       string
	Error        string
	SearchMethod string
	Objects      []*CollectionSearchResultObject
}

type CollectionSearchResultObject struct {
	Namespace string
	Key       string
	Text      string
	Labels    []string
	Distance  float64
	Score     float64
}

type CollectionClassificationResult struct {
	Collection   string
	Status       string
	Error        string
	SearchMethod string
	LabelsResult []*CollectionClassificationLabelObject
	Cluster      []*CollectionClassificationResultObject
}

type CollectionClassificationLabelObject struct {
	Label      string
	Confidence float64
}

type CollectionClassificationResultObject struct {
	Key      string
	Labels   []string
	Distance float64
	Score    float64
}
