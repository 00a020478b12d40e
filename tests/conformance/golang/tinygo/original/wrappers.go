package main

import "os"

func main() {}

//go:export sayHello
func __modus_SayHello(name *string) string {
	return SayHello(name)
}

//go:export countWords
func __modus_CountWords(text string) map[string]int {
	return CountWords(text)
}

//go:export regroup
func __modus_Regroup(labels map[string][]string, width int) map[string]map[string]string {
	return Regroup(labels, width)
}

//go:export listPlants
func __modus_ListPlants() []*Plant {
	return ListPlants()
}

//go:export prune
func __modus_Prune(plant Plant, by float32) (Plant, float64, bool) {
	return Prune(plant, by)
}

//go:export addNumbers
func __modus_AddNumbers(numbers ...int64) (sum int64) {
	return AddNumbers(numbers...)
}

//go:export refuse
func __modus_Refuse(reason string) string {
	result, err := Refuse(reason)
	if err != nil {
		fail(err)
	}
	return result
}

//go:export rot
func __modus_Rot(reason string) string {
	return Rot(reason)
}

//go:export fetch
func __modus_Fetch(url string) (int, string, map[string]string) {
	status, body, headers, err := Fetch(url)
	if err != nil {
		fail(err)
	}
	return status, body, headers
}

//go:export speak
func __modus_Speak() string {
	return Speak()
}

//go:export leave
func __modus_Leave(status int) *string {
	return Leave(status)
}

//go:export eat
func __modus_Eat() (eaten int) {
	return Eat()
}

//go:export sink
func __modus_Sink(depth int) int {
	return Sink(depth)
}

//go:export surroundings
func __modus_Surroundings() []string {
	return Surroundings()
}

func fail(err error) {
	level, message := "error", err.Error()
	hostLogMessage(&level, &message)
	os.Exit(1)
}
