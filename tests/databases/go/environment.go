package main

import "os"

// Environment gives a variable of the function's environment.
func Environment(name string) string {
	if value, ok := os.LookupEnv(name); ok {
		return value
	}
	return "nothing"
}
