package main

// Puts an item into the list.
func AddItem(name string) string {
	return "added " + name
}

func AdditionalItems() string {
	return "additionalItems"
}

func RemoveItem(id int) {}

func CreatePerson(person Person) Person {
	return person
}

func Update() string {
	return "update"
}

func StartJob() string {
	return "startJob"
}

func Stopwatch() string {
	return "stopwatch"
}

func SetColour() string {
	return "setColour"
}

func Getaway() string {
	return "getaway"
}

func Get2() string {
	return "get2"
}

func ListAllItems() string {
	return "listAllItems"
}
