package main

const platform = "wasip1"
