package main

import (
	"errors"
	"fmt"
	"math"
	"time"
)

func TestMultiOutput() (int, bool, string) { return 123, true, "hello" }

func TestBoolAndInt64() (bool, int64)                               { return true, math.MinInt64 }
func TestNamedResults() (n int8, at time.Time, last bool)           { return -1, moment, true }
func TestMapsAndMore() (map[string]string, []byte, map[int]float32) { return digits, []byte{1}, floats }
func TestResultsAlike() (a bool, b int)                             { return true, 123 }
func TestNothing()                                                  {}

func TestError() error                                            { return errors.New("no luck\nat all") }
func TestError_nil() error                                        { return nil }
func TestErrorResult(fails bool) (string, error)                  { return "not seen", failing(fails) }
func TestErrorResults(fails bool) (a, b int, c string, err error) { return 1, 2, "c", failing(fails) }
func TestErrorPtr(fails bool) (*Struct5, error)                   { return &struct5, failing(fails) }
func TestErrorWrapped() (int, error)                              { return 0, fmt.Errorf("outer: %w", errors.New("inner")) }

func failing(fails bool) error {
	if fails {
		return errors.New("it failed")
	}
	return nil
}

func TestNotANumber() []float64 { return []float64{math.NaN(), math.Inf(1), math.Inf(-1)} }
func TestNotANumber32() []float32 {
	return []float32{float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1))}
}
func TestOneNotANumber() float64 { return math.NaN() }
func TestNegativeZero() (float64, float32) {
	return math.Copysign(0, -1), float32(math.Copysign(0, -1))
}

func TestEchoInt(n int) int             { return n }
func TestEchoUint(n uint) uint          { return n }
func TestEchoUintptr(n uintptr) uintptr { return n }
func TestEchoBoolFirst(a bool, b int64, c int8, d float64, e string, f bool) string {
	return fmt.Sprint(a, b, c, d, e, f)
}
func TestUnnamed(int32, string, bool) bool { return true }
