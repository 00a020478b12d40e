// Package modus is the root of the SDK for apps written in Go.
//
// It is empty: an app imports it for the sake of its go.mod, which then keeps the requirement of
// the SDK. What an app calls is in the packages below pkg.
package modus
