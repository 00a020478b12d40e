package main

import (
	"encoding/json"
	"fmt"

	"github.com/hypermodeinc/modus/sdk/go/pkg/utils"
	"github.com/hypermodeinc/modus/sdk/go/pkg/vectors"
)

// Packages that need no host: vectors and utils.

func Arithmetic(a, b []float64) [][]float64 {
	sum := append([]float64{}, a...)
	vectors.AddInPlace(sum, b)
	vectors.AddNumberInPlace(sum, 1)
	vectors.SubtractInPlace(sum, b)
	vectors.SubtractNumberInPlace(sum, 1)
	vectors.MultiplyNumberInPlace(sum, 4)
	vectors.DivideNumberInPlace(sum, 2)
	absolute := append([]float64{}, b...)
	vectors.AbsInPlace(absolute)
	return [][]float64{
		vectors.Add(a, b), vectors.Subtract(a, b), vectors.AddNumber(a, 1), vectors.SubtractNumber(a, 1),
		vectors.MultiplyNumber(a, 2), vectors.DivideNumber(a, 2), vectors.Abs(b), vectors.Normalize(a), sum, absolute,
		{vectors.Dot(a, b), vectors.Magnitude(a), vectors.Mean(a), vectors.Sum(a), vectors.Product(a),
			vectors.Min(b), vectors.Max(b), vectors.EuclidianDistance(a, b)},
	}
}

func Integers(a []int32) []int32 {
	return []int32{vectors.Magnitude(a), vectors.Mean(a), vectors.Sum(a)}
}

func MisuseVectors(how string) {
	switch how {
	case "length":
		vectors.Add([]int{1}, []int{1, 2})
	case "empty":
		vectors.Min([]float32{})
	case "zero":
		vectors.DivideNumber([]int{1}, 0)
	}
}

func Reserialize(text string) (string, error) {
	var value any
	err := utils.JsonDeserialize([]byte(text), &value)
	return shown(value, err)
}

func RawTexts() (string, error) {
	return shown([]any{
		utils.RawJsonString(`{"a":[1.50]}`), utils.RawJsonString(""), utils.StringOrRawJson("text"), utils.StringOrRawJson("1.5"),
	}, nil)
}

func Conversions(text string) []string {
	number := json.Number(text)
	return []string{
		converted[int](number), converted[int8](number), converted[uint64](number), converted[float32](number),
		converted[string](number), converted[bool](true), converted[int](nil),
	}
}

func converted[T any](value any) string {
	found, err := utils.ConvertInterfaceTo[T](value)
	return fmt.Sprint(found, " ", told(err))
}
