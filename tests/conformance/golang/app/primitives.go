package main

import "math"

func TestBoolInput_false(b bool)     { equal(b, false) }
func TestBoolOutput_false() bool     { return false }
func TestBoolPtrInput_false(b *bool) { pointsAt(b, false) }
func TestBoolPtrOutput_false() *bool { return to(false) }
func TestBoolInput_true(b bool)      { equal(b, true) }
func TestBoolOutput_true() bool      { return true }
func TestBoolPtrInput_true(b *bool)  { pointsAt(b, true) }
func TestBoolPtrOutput_true() *bool  { return to(true) }
func TestBoolPtrInput_nil(b *bool)   { isNil(b) }
func TestBoolPtrOutput_nil() *bool   { return nil }

func TestByteInput_min(n byte)     { equal(n, 0) }
func TestByteOutput_min() byte     { return 0 }
func TestBytePtrInput_min(n *byte) { pointsAt(n, 0) }
func TestBytePtrOutput_min() *byte { return to[byte](0) }
func TestByteInput_max(n byte)     { equal(n, math.MaxUint8) }
func TestByteOutput_max() byte     { return math.MaxUint8 }
func TestBytePtrInput_max(n *byte) { pointsAt(n, math.MaxUint8) }
func TestBytePtrOutput_max() *byte { return to[byte](math.MaxUint8) }
func TestBytePtrInput_nil(n *byte) { isNil(n) }
func TestBytePtrOutput_nil() *byte { return nil }

func TestRuneInput_min(n rune)     { equal(n, math.MinInt16) }
func TestRuneOutput_min() rune     { return math.MinInt16 }
func TestRunePtrInput_min(n *rune) { pointsAt(n, math.MinInt16) }
func TestRunePtrOutput_min() *rune { return to[rune](math.MinInt16) }
func TestRuneInput_max(n rune)     { equal(n, math.MaxInt16) }
func TestRuneOutput_max() rune     { return math.MaxInt16 }
func TestRunePtrInput_max(n *rune) { pointsAt(n, math.MaxInt16) }
func TestRunePtrOutput_max() *rune { return to[rune](math.MaxInt16) }
func TestRunePtrInput_nil(n *rune) { isNil(n) }
func TestRunePtrOutput_nil() *rune { return nil }

func TestIntInput_min(n int)     { equal(n, math.MinInt32) }
func TestIntOutput_min() int     { return math.MinInt32 }
func TestIntPtrInput_min(n *int) { pointsAt(n, math.MinInt32) }
func TestIntPtrOutput_min() *int { return to[int](math.MinInt32) }
func TestIntInput_max(n int)     { equal(n, math.MaxInt32) }
func TestIntOutput_max() int     { return math.MaxInt32 }
func TestIntPtrInput_max(n *int) { pointsAt(n, math.MaxInt32) }
func TestIntPtrOutput_max() *int { return to[int](math.MaxInt32) }
func TestIntPtrInput_nil(n *int) { isNil(n) }
func TestIntPtrOutput_nil() *int { return nil }

func TestInt8Input_min(n int8)     { equal(n, math.MinInt8) }
func TestInt8Output_min() int8     { return math.MinInt8 }
func TestInt8PtrInput_min(n *int8) { pointsAt(n, math.MinInt8) }
func TestInt8PtrOutput_min() *int8 { return to[int8](math.MinInt8) }
func TestInt8Input_max(n int8)     { equal(n, math.MaxInt8) }
func TestInt8Output_max() int8     { return math.MaxInt8 }
func TestInt8PtrInput_max(n *int8) { pointsAt(n, math.MaxInt8) }
func TestInt8PtrOutput_max() *int8 { return to[int8](math.MaxInt8) }
func TestInt8PtrInput_nil(n *int8) { isNil(n) }
func TestInt8PtrOutput_nil() *int8 { return nil }

func TestInt16Input_min(n int16)     { equal(n, math.MinInt16) }
func TestInt16Output_min() int16     { return math.MinInt16 }
func TestInt16PtrInput_min(n *int16) { pointsAt(n, math.MinInt16) }
func TestInt16PtrOutput_min() *int16 { return to[int16](math.MinInt16) }
func TestInt16Input_max(n int16)     { equal(n, math.MaxInt16) }
func TestInt16Output_max() int16     { return math.MaxInt16 }
func TestInt16PtrInput_max(n *int16) { pointsAt(n, math.MaxInt16) }
func TestInt16PtrOutput_max() *int16 { return to[int16](math.MaxInt16) }
func TestInt16PtrInput_nil(n *int16) { isNil(n) }
func TestInt16PtrOutput_nil() *int16 { return nil }

func TestInt32Input_min(n int32)     { equal(n, math.MinInt32) }
func TestInt32Output_min() int32     { return math.MinInt32 }
func TestInt32PtrInput_min(n *int32) { pointsAt(n, math.MinInt32) }
func TestInt32PtrOutput_min() *int32 { return to[int32](math.MinInt32) }
func TestInt32Input_max(n int32)     { equal(n, math.MaxInt32) }
func TestInt32Output_max() int32     { return math.MaxInt32 }
func TestInt32PtrInput_max(n *int32) { pointsAt(n, math.MaxInt32) }
func TestInt32PtrOutput_max() *int32 { return to[int32](math.MaxInt32) }
func TestInt32PtrInput_nil(n *int32) { isNil(n) }
func TestInt32PtrOutput_nil() *int32 { return nil }

func TestInt64Input_min(n int64)     { equal(n, math.MinInt64) }
func TestInt64Output_min() int64     { return math.MinInt64 }
func TestInt64PtrInput_min(n *int64) { pointsAt(n, math.MinInt64) }
func TestInt64PtrOutput_min() *int64 { return to[int64](math.MinInt64) }
func TestInt64Input_max(n int64)     { equal(n, math.MaxInt64) }
func TestInt64Output_max() int64     { return math.MaxInt64 }
func TestInt64PtrInput_max(n *int64) { pointsAt(n, math.MaxInt64) }
func TestInt64PtrOutput_max() *int64 { return to[int64](math.MaxInt64) }
func TestInt64PtrInput_nil(n *int64) { isNil(n) }
func TestInt64PtrOutput_nil() *int64 { return nil }

func TestUintInput_min(n uint)     { equal(n, 0) }
func TestUintOutput_min() uint     { return 0 }
func TestUintPtrInput_min(n *uint) { pointsAt(n, 0) }
func TestUintPtrOutput_min() *uint { return to[uint](0) }
func TestUintInput_max(n uint)     { equal(n, math.MaxUint32) }
func TestUintOutput_max() uint     { return math.MaxUint32 }
func TestUintPtrInput_max(n *uint) { pointsAt(n, math.MaxUint32) }
func TestUintPtrOutput_max() *uint { return to[uint](math.MaxUint32) }
func TestUintPtrInput_nil(n *uint) { isNil(n) }
func TestUintPtrOutput_nil() *uint { return nil }

func TestUint8Input_min(n uint8)     { equal(n, 0) }
func TestUint8Output_min() uint8     { return 0 }
func TestUint8PtrInput_min(n *uint8) { pointsAt(n, 0) }
func TestUint8PtrOutput_min() *uint8 { return to[uint8](0) }
func TestUint8Input_max(n uint8)     { equal(n, math.MaxUint8) }
func TestUint8Output_max() uint8     { return math.MaxUint8 }
func TestUint8PtrInput_max(n *uint8) { pointsAt(n, math.MaxUint8) }
func TestUint8PtrOutput_max() *uint8 { return to[uint8](math.MaxUint8) }
func TestUint8PtrInput_nil(n *uint8) { isNil(n) }
func TestUint8PtrOutput_nil() *uint8 { return nil }

func TestUint16Input_min(n uint16)     { equal(n, 0) }
func TestUint16Output_min() uint16     { return 0 }
func TestUint16PtrInput_min(n *uint16) { pointsAt(n, 0) }
func TestUint16PtrOutput_min() *uint16 { return to[uint16](0) }
func TestUint16Input_max(n uint16)     { equal(n, math.MaxUint16) }
func TestUint16Output_max() uint16     { return math.MaxUint16 }
func TestUint16PtrInput_max(n *uint16) { pointsAt(n, math.MaxUint16) }
func TestUint16PtrOutput_max() *uint16 { return to[uint16](math.MaxUint16) }
func TestUint16PtrInput_nil(n *uint16) { isNil(n) }
func TestUint16PtrOutput_nil() *uint16 { return nil }

func TestUint32Input_min(n uint32)     { equal(n, 0) }
func TestUint32Output_min() uint32     { return 0 }
func TestUint32PtrInput_min(n *uint32) { pointsAt(n, 0) }
func TestUint32PtrOutput_min() *uint32 { return to[uint32](0) }
func TestUint32Input_max(n uint32)     { equal(n, math.MaxUint32) }
func TestUint32Output_max() uint32     { return math.MaxUint32 }
func TestUint32PtrInput_max(n *uint32) { pointsAt(n, math.MaxUint32) }
func TestUint32PtrOutput_max() *uint32 { return to[uint32](math.MaxUint32) }
func TestUint32PtrInput_nil(n *uint32) { isNil(n) }
func TestUint32PtrOutput_nil() *uint32 { return nil }

func TestUint64Input_min(n uint64)     { equal(n, 0) }
func TestUint64Output_min() uint64     { return 0 }
func TestUint64PtrInput_min(n *uint64) { pointsAt(n, 0) }
func TestUint64PtrOutput_min() *uint64 { return to[uint64](0) }
func TestUint64Input_max(n uint64)     { equal(n, math.MaxUint64) }
func TestUint64Output_max() uint64     { return math.MaxUint64 }
func TestUint64PtrInput_max(n *uint64) { pointsAt(n, math.MaxUint64) }
func TestUint64PtrOutput_max() *uint64 { return to[uint64](math.MaxUint64) }
func TestUint64PtrInput_nil(n *uint64) { isNil(n) }
func TestUint64PtrOutput_nil() *uint64 { return nil }

func TestUintptrInput_min(n uintptr)     { equal(n, 0) }
func TestUintptrOutput_min() uintptr     { return 0 }
func TestUintptrPtrInput_min(n *uintptr) { pointsAt(n, 0) }
func TestUintptrPtrOutput_min() *uintptr { return to[uintptr](0) }
func TestUintptrInput_max(n uintptr)     { equal(n, math.MaxUint32) }
func TestUintptrOutput_max() uintptr     { return math.MaxUint32 }
func TestUintptrPtrInput_max(n *uintptr) { pointsAt(n, math.MaxUint32) }
func TestUintptrPtrOutput_max() *uintptr { return to[uintptr](math.MaxUint32) }
func TestUintptrPtrInput_nil(n *uintptr) { isNil(n) }
func TestUintptrPtrOutput_nil() *uintptr { return nil }

func TestFloat32Input_min(n float32)     { equal(n, math.SmallestNonzeroFloat32) }
func TestFloat32Output_min() float32     { return math.SmallestNonzeroFloat32 }
func TestFloat32PtrInput_min(n *float32) { pointsAt(n, math.SmallestNonzeroFloat32) }
func TestFloat32PtrOutput_min() *float32 { return to[float32](math.SmallestNonzeroFloat32) }
func TestFloat32Input_max(n float32)     { equal(n, math.MaxFloat32) }
func TestFloat32Output_max() float32     { return math.MaxFloat32 }
func TestFloat32PtrInput_max(n *float32) { pointsAt(n, math.MaxFloat32) }
func TestFloat32PtrOutput_max() *float32 { return to[float32](math.MaxFloat32) }
func TestFloat32PtrInput_nil(n *float32) { isNil(n) }
func TestFloat32PtrOutput_nil() *float32 { return nil }

func TestFloat64Input_min(n float64)     { equal(n, math.SmallestNonzeroFloat64) }
func TestFloat64Output_min() float64     { return math.SmallestNonzeroFloat64 }
func TestFloat64PtrInput_min(n *float64) { pointsAt(n, math.SmallestNonzeroFloat64) }
func TestFloat64PtrOutput_min() *float64 { return to[float64](math.SmallestNonzeroFloat64) }
func TestFloat64Input_max(n float64)     { equal(n, math.MaxFloat64) }
func TestFloat64Output_max() float64     { return math.MaxFloat64 }
func TestFloat64PtrInput_max(n *float64) { pointsAt(n, math.MaxFloat64) }
func TestFloat64PtrOutput_max() *float64 { return to[float64](math.MaxFloat64) }
func TestFloat64PtrInput_nil(n *float64) { isNil(n) }
func TestFloat64PtrOutput_nil() *float64 { return nil }
