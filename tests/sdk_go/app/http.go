package main

import (
	"errors"
	"slices"
	"strings"

	"github.com/hypermodeinc/modus/sdk/go/pkg/http"
	"github.com/hypermodeinc/modus/sdk/go/pkg/stream"
)

type item struct {
	Name  string `json:"name"`
	Sizes []int  `json:"sizes"`
}

// What an app makes of a response.
type Answer struct {
	Status     uint16
	StatusText string
	Ok         bool
	Text       string
	Bytes      []byte
	Header     *string
	Entries    []string
}

func FetchUrl(url string) (*http.Response, error) {
	return http.Fetch(url)
}

// Fetches with each kind of options in turn.
func FetchWithOptions(url string) error {
	text, bytes := "pointer", []byte{0, 255, 128}
	headers := http.NewHeaders(map[string][]string{"A": {"1", "2"}})
	value := item{"<é>", []int{1}}
	for _, options := range []*http.RequestOptions{
		nil,
		{},
		{Method: "post"},
		{Headers: map[string]string{"X-Mine": "1"}},
		{Headers: map[string][]string{"A": {"1", "2"}, "None": {}}},
		{Headers: [][]string{{"A", "1", "2"}, {"a", "3"}, {"B", ""}}},
		{Headers: headers},
		{Headers: *headers},
		{Headers: map[string]string{}},
		{Body: "text é✨"},
		{Body: &text},
		{Body: bytes},
		{Body: &bytes},
		{Body: http.NewContent("content")},
		{Body: *http.NewContent(value)},
		{Body: value},
		{Body: []item{value}},
		{Body: map[string]any{"n": nil}},
		{Body: true},
		{Body: (*string)(nil)},
		{Method: "Patch", Headers: headers, Body: ""},
	} {
		if _, err := http.Fetch(url, options); err != nil {
			return err
		}
	}
	return nil
}

// Fetches a request in other forms. It stays as it was.
func FetchRequests(url string) error {
	request := http.NewRequest(url, &http.RequestOptions{
		Method: "put", Headers: map[string]string{"A": "1"}, Body: "body",
	})
	clone := request.Clone(&http.RequestOptions{Headers: [][]string{{"B", "2"}}})
	clone.Headers.Append("b", "3")
	forms := []*http.Request{http.NewRequest(url), {Url: url, Method: "GET"}, request, clone, request.Clone()}
	for _, form := range forms {
		if _, err := http.Fetch(form); err != nil {
			return err
		}
	}
	for _, options := range []*http.RequestOptions{
		{Method: "delete"}, {Headers: map[string]string{"C": "4"}}, {Body: []byte{}}, {Headers: map[string]string{}},
	} {
		if _, err := http.Fetch(request, options); err != nil {
			return err
		}
	}
	_, err := http.Fetch(request)
	return err
}

// What a request tells about itself.
func ReadRequest(body string) []string {
	request := http.NewRequest("http://x/", &http.RequestOptions{Body: body})
	var value any
	err := request.JSON(&value)
	text, _ := shown(value, nil)
	content := http.NewContent(body)
	return []string{request.Text(), string(request.Bytes()), text, told(err), content.Text(), told(content.JSON(&value))}
}

func Answered(url, header string) (*Answer, error) {
	response, err := http.Fetch(url)
	if err != nil {
		return nil, err
	}
	entries := []string{}
	for _, entry := range response.Headers.Entries() {
		entries = append(entries, strings.Join(entry, ": "))
	}
	slices.Sort(entries)
	return &Answer{
		Status: response.Status, StatusText: response.StatusText, Ok: response.Ok(), Text: response.Text(),
		Bytes: response.Bytes(), Header: response.Headers.Get(header), Entries: entries,
	}, nil
}

func ResponseAsAny(url string) (string, error) {
	response, err := http.Fetch(url)
	if err != nil {
		return "", err
	}
	var value any
	err = response.JSON(&value)
	return shown(value, err)
}

func ResponseAsItem(url string) (*Thing, error) {
	response, err := http.Fetch(url)
	if err != nil {
		return nil, err
	}
	thing := &Thing{}
	return thing, response.JSON(thing)
}

type Thing struct {
	Name  string
	Sizes []int
	More  map[string]float64
}

// Makes mistakes that end the call.
func MisuseHttp(how string) error {
	var err error
	switch how {
	case "fetch":
		_, err = http.Fetch("http://x/", &http.RequestOptions{}, &http.RequestOptions{})
	case "request":
		http.NewRequest("http://x/", nil, nil)
	case "headers":
		http.NewRequest("http://x/", &http.RequestOptions{Headers: 1})
	case "body":
		http.NewContent(func() {})
	case "nil":
		_, err = http.Fetch((*http.Request)(nil))
	}
	return err
}

// The body of a response as it comes, of which no more is read than is taken.
func FetchedParts(url string) (stream.Of[[]byte], error) {
	response, err := http.FetchStream(url, &http.RequestOptions{Method: "POST", Body: "x"})
	if err != nil {
		return nil, err
	}
	if !response.Ok() {
		return nil, errors.New(response.StatusText + " " + *response.Headers.Get("X-Why"))
	}
	return response.Body(), nil
}
