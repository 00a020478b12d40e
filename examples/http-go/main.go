// Asks a web service. modus.json names its host: no other can be reached.
package main

import (
	"fmt"

	"github.com/hypermodeinc/modus/sdk/go/pkg/http"
)

const service = "https://api.open-meteo.com/v1/forecast"

type forecast struct {
	Current struct {
		Temperature float64 `json:"temperature_2m"`
		Wind        float64 `json:"wind_speed_10m"`
	} `json:"current"`
}

// What the weather is like somewhere.
type Weather struct {
	// In degrees Celsius.
	Temperature float64
	// In kilometres an hour.
	Wind float64
}

// The weather at a place, by its coordinates.
func GetWeather(latitude, longitude float64) (*Weather, error) {
	url := fmt.Sprintf("%s?latitude=%g&longitude=%g&current=temperature_2m,wind_speed_10m",
		service, latitude, longitude)
	response, err := http.Fetch(url)
	if err != nil {
		return nil, err
	}
	if !response.Ok() {
		return nil, fmt.Errorf("the weather service answered %d %s",
			response.Status, response.StatusText)
	}
	var found forecast
	if err := response.JSON(&found); err != nil {
		return nil, fmt.Errorf("the weather service did not answer in JSON: %w", err)
	}
	return &Weather{found.Current.Temperature, found.Current.Wind}, nil
}
