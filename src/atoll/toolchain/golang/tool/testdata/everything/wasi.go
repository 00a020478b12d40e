//go:build wasip1

package main

func OnlyHere() string { return platform }
