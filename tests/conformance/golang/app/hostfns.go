package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
	"time"
)

func Add(a, b int32) int32 { return hostAdd(a, b) }

func Echo1(message string) string { return *hostEcho1(&message) }
func Echo2(message string) string { return *hostEcho2(&message) }
func Echo3(message string) string { return *hostEcho3(&message) }
func Echo4(message string) string { return *hostEcho4(&message) }

func Echo1Ptr(message *string) *string { return hostEcho1(message) }
func Echo2Ptr(message *string) *string { return hostEcho2(message) }
func Echo3Ptr(message *string) *string { return hostEcho3(message) }
func Echo4Ptr(message *string) *string { return hostEcho4(message) }

func EncodeStrings1(items []string) *string  { return hostEncodeStrings1(&items) }
func EncodeStrings2(items []*string) *string { return hostEncodeStrings2(&items) }

func Numbers(a int64, b uint32, c float32, d float64, e bool, f int8) float64 {
	return hostNumbers(a, b, c, d, e, int32(f))
}

func Tell(text *string) { hostTell(text) }

// Everything has all kinds of fields.
type Everything struct {
	Bool     bool
	Small    int8
	Big      uint64
	Float    float32
	Text     string
	Bytes    []byte
	Fixed    [3]byte
	At       time.Time
	For      time.Duration
	Pointer  *int16
	Texts    []string
	Pair     [2]Struct2
	Counts   map[string]int64
	Nested   map[string]map[uint8]Struct3
	Inner    []*Struct5
	Tags     Tags
	ByHue    map[Hue]Tags
	internal map[string]string
}

// Nulls has what may be nil.
type Nulls struct {
	Text  *string
	Texts []*string
	Bytes []byte
	At    []*time.Time
	Map   map[string]*Struct2
	Inner []*Struct2
}

func HostEverything(e *Everything) *Everything { return hostEverything(e) }

// HostHidden gives what the host got in a field that is no part of the API, and sent back.
func HostHidden(text string) string {
	return hostEverything(&Everything{internal: map[string]string{"is": text}}).internal["is"]
}

func HostNulls(n *Nulls) *Nulls { return hostNulls(n) }

func HostMaps(m map[string][]int64) map[Day][]string { return *hostMaps(&m) }
func HostKeys(m map[Day]map[[2]int8]string) []Day    { return *hostKeys(&m) }
func HostTree(n *Node) *Node                         { return hostTree(n) }
func HostTimes(times []time.Time) (*[]time.Duration, []string) {
	return hostTimes(&times), texts(times)
}

func texts(times []time.Time) []string {
	var all []string
	for _, t := range times {
		all = append(all, t.Format(time.RFC3339Nano))
	}
	return all
}

// HostUnderPressure calls the host again and again while the collector runs all the time, and keeps
// some of what it gets. It gives how many bytes are in use then.
func HostUnderPressure(count, size int, e Everything) (kept int, used uint64) {
	defer debug.SetGCPercent(debug.SetGCPercent(1))
	text := strings.Repeat("héllo ", size)
	var texts []*string
	var all []*Everything
	for i := 0; i < count; i++ {
		message := fmt.Sprint(i, text)
		found := hostEcho1(&message)
		runtime.GC()
		equal(*found, "echo: "+message)
		got := hostEverything(&e)
		runtime.GC()
		same(*got, e)
		if i%10 == 0 {
			texts, all = append(texts, found), append(all, got)
		}
	}
	runtime.GC()
	for i, found := range texts {
		equal(*found, fmt.Sprint("echo: ", i*10, text))
		same(*all[i], e)
	}
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return len(texts), stats.HeapAlloc
}

// Pressed has the collector run all the time while it makes a value and gives it.
func Pressed(e Everything, count int) []Everything {
	debug.SetGCPercent(1)
	all := []Everything{}
	for i := 0; i < count; i++ {
		all = append(all, e)
		runtime.GC()
	}
	keepCollecting()
	return all
}
