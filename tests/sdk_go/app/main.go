// An app that uses every package of the SDK, a file for each.
package main

import (
	_ "github.com/hypermodeinc/modus/sdk/go"
	"github.com/hypermodeinc/modus/sdk/go/pkg/utils"
)

// shown is a value as JSON. Its numbers and texts are as the app has them.
func shown(value any, err error) (string, error) {
	if err != nil {
		return "", err
	}
	data, err := utils.JsonSerialize(value)
	return string(data), err
}

// told is the text of an error, for functions that make several.
func told(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
