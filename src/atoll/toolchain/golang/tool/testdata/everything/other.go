//go:build !wasip1

package main

func OnlyElsewhere() string { return platform }
