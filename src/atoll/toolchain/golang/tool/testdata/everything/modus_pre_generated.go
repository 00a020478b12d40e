package main

func All() {}

func main() {}
