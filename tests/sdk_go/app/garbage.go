package main

import (
	"fmt"
	"maps"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"

	"github.com/hypermodeinc/modus/sdk/go/pkg/collections"
	"github.com/hypermodeinc/modus/sdk/go/pkg/dgraph"
	"github.com/hypermodeinc/modus/sdk/go/pkg/http"
)

// litter makes garbage of all sizes, where freed memory is used again, and collects it.
func litter() {
	for size := 8; size <= 1<<14; size *= 2 {
		for range 8 {
			trash := make([]byte, size)
			for i := range trash {
				trash[i] = '!'
			}
			kept = trash
		}
	}
	runtime.GC()
}

var kept []byte

// CollectionsInFetch counts the collections while the host makes a response.
func CollectionsInFetch(url string) (int, error) {
	before := collected()
	_, err := http.Fetch(url)
	return collected() - before, err
}

func collected() int {
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int(stats.NumGC)
}

// HoldResults holds what the host gave, with maps in it, over more calls and collections.
func HoldResults(rounds int) ([]string, error) {
	debug.SetGCPercent(1)
	headers, uids, texts := []*http.Response{}, []*dgraph.Response{}, []map[string]string{}
	query := dgraph.NewQuery("{ q }")
	for round := range rounds {
		litter()
		response, err := http.Fetch(fmt.Sprintf("http://x/%d", round), &http.RequestOptions{
			Headers: map[string][]string{"A": {"1", strings.Repeat("2", round)}, "B": {fmt.Sprint(round)}},
		})
		if err != nil {
			return nil, err
		}
		headers = append(headers, response)
		litter()
		found, err := dgraph.ExecuteQuery("graph", query.WithVariable(fmt.Sprintf("$v%d", round), round))
		if err != nil {
			return nil, err
		}
		uids = append(uids, found)
		dump, err := collections.GetTexts("docs")
		if err != nil {
			return nil, err
		}
		texts = append(texts, dump)
	}
	litter()
	told := []string{}
	for round := range rounds {
		lines := []string{}
		for _, entry := range headers[round].Headers.Entries() {
			lines = append(lines, strings.Join(entry, "="))
		}
		slices.Sort(lines)
		told = append(told, headers[round].Text()+" "+strings.Join(lines, ",")+" "+pairs(uids[round].Uids)+" "+pairs(texts[round]))
	}
	return told, nil
}

func pairs(values map[string]string) string {
	keys := slices.Sorted(maps.Keys(values))
	for i, key := range keys {
		keys[i] = key + "=" + values[key]
	}
	return strings.Join(keys, ",")
}

// Tree is a value with maps in maps.
type Tree struct {
	Name     string
	Notes    map[string][]string
	Branches map[string]map[string]*Tree
}

// Replant gives back the tree that it gets, after collections in between.
func Replant(tree *Tree) map[string]map[string]*Tree {
	litter()
	copied := map[string]map[string]*Tree{"root": {"tree": tree}}
	litter()
	return copied
}

// HoldHostSlices holds lists of texts and numbers of the host's.
func HoldHostSlices(rounds int) ([]string, error) {
	debug.SetGCPercent(1)
	names, vectors, found := [][]string{}, [][]float32{}, []*collections.CollectionSearchResult{}
	for range rounds {
		name, err := collections.GetNamespaces("docs")
		if err != nil {
			return nil, err
		}
		litter()
		vector, err := collections.GetVector("docs", "m", "k")
		if err != nil {
			return nil, err
		}
		result, err := collections.Search("docs", "m", strings.Repeat("long ", 100))
		if err != nil {
			return nil, err
		}
		names, vectors, found = append(names, name), append(vectors, vector), append(found, result)
	}
	litter()
	told := []string{}
	for round := range rounds {
		sum := float32(0)
		for _, number := range vectors[round] {
			sum += number
		}
		told = append(told, strings.Join(names[round], ",")+" "+strconv.Itoa(int(sum)))
		for _, object := range found[round].Objects {
			told = append(told, object.Key+object.Text+strings.Join(object.Labels, ","))
		}
	}
	return told, nil
}

// FetchMany drops each response for the next.
func FetchMany(url string, times int) (int, error) {
	size := 0
	for range times {
		response, err := http.Fetch(url, &http.RequestOptions{Body: make([]byte, 1<<20)})
		if err != nil {
			return 0, err
		}
		size += len(response.Body)
	}
	return size, nil
}
