package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/hypermodeinc/modus/sdk/go/pkg/auth"
	"github.com/hypermodeinc/modus/sdk/go/pkg/http"
	"github.com/hypermodeinc/modus/sdk/go/pkg/localtime"
	"github.com/hypermodeinc/modus/sdk/go/pkg/models"
	"github.com/hypermodeinc/modus/sdk/go/pkg/models/openai"
	"github.com/hypermodeinc/modus/sdk/go/pkg/secrets"
)

type claims struct {
	Sub string `json:"sub"`
}

func TimeZone() string {
	return localtime.GetTimeZone()
}

func IsTimeZone(name string) bool {
	return localtime.IsValidTimeZone(name)
}

func WhoAmI() (string, error) {
	found, err := auth.GetJWTClaims[claims]()
	return found.Sub, err
}

func Variable(name string) string {
	return os.Getenv(name)
}

func Ask(model, prompt string) (string, error) {
	chat, err := models.GetModel[openai.ChatModel](model)
	if err != nil {
		return "", err
	}
	input, err := chat.CreateInput(openai.NewUserMessage(prompt))
	if err != nil {
		return "", err
	}
	output, err := chat.Invoke(input)
	if err != nil {
		return "", err
	}
	if len(output.Choices) == 0 {
		return "", errors.New("the model did not answer")
	}
	return output.Choices[0].Message.Content, nil
}

func Fetch(url string) (string, error) {
	response, err := http.Fetch(url)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%d %s", response.Status, response.Text()), nil
}

func Secret(name string) (string, error) {
	return secrets.GetSecretValue(name)
}
