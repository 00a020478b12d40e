// The functions of the shared suite, in Go.
package main
