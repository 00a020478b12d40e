package main

// The names of this file are like those of generated code.

var atollNew, atollExport0, arguments, results = 1, 2, 3, 4

//go:wasmexport private_one
func atollMake(arguments string) (results string) { return arguments }

func use() int { return atollNew + atollExport0 + arguments + results }
