package main

import (
	"strings"
	"testing"

	"github.com/hypermodeinc/modus/sdk/go/pkg/http"
)

// In tests the SDK has a stand-in for the network, which keeps the requests. It answers "Hello, World!".
func TestGetWeather(t *testing.T) {
	_, err := GetWeather(52.5, 13.4)
	if err == nil || !strings.Contains(err.Error(), "did not answer in JSON") {
		t.Errorf("the error is %v", err)
	}
	request := http.FetchCallStack.Pop()[0].(*http.Request)
	if request.Method != "GET" || !strings.Contains(request.Url, "latitude=52.5&longitude=13.4") {
		t.Errorf("the request is %s %s", request.Method, request.Url)
	}
}
