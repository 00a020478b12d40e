// Text from a language model: as it comes, in a form that we prescribe, and with tools, which are
// functions of ours. The model says which to call, we call them and tell it the results.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/hypermodeinc/modus/sdk/go/pkg/models"
	"github.com/hypermodeinc/modus/sdk/go/pkg/models/openai"
)

const (
	modelName = "text-generator" // as modus.json has it
	maxRounds = 5
)

// Answers a prompt. The instruction says how.
func GenerateText(instruction, prompt string) (string, error) {
	model, err := models.GetModel[openai.ChatModel](modelName)
	if err != nil {
		return "", err
	}
	input, err := model.CreateInput(
		openai.NewSystemMessage(instruction),
		openai.NewUserMessage(prompt),
	)
	if err != nil {
		return "", err
	}
	input.Temperature = 0.7
	message, err := ask(model, input)
	if err != nil {
		return "", err
	}
	return strings.TrimSpace(message.Content), nil
}

// Something to sell.
type Product struct {
	Name string `json:"name"`
	// In euros.
	Price       float64 `json:"price"`
	Description string  `json:"description"`
}

// Invents a product for a shop of that kind.
func GenerateProduct(kind string) (*Product, error) {
	model, err := models.GetModel[openai.ChatModel](modelName)
	if err != nil {
		return nil, err
	}
	input, err := model.CreateInput(
		openai.NewSystemMessage(`Answer with JSON like {"name": "Pear", "price": 0.5, "description": "Sweet."}`),
		openai.NewUserMessage(fmt.Sprintf("Invent a product for a shop that sells %s.", kind)),
	)
	if err != nil {
		return nil, err
	}
	input.ResponseFormat = openai.ResponseFormatJson
	message, err := ask(model, input)
	if err != nil {
		return nil, err
	}
	var product Product
	if err := json.Unmarshal([]byte(message.Content), &product); err != nil {
		return nil, fmt.Errorf("the model's answer is no product: %w", err)
	}
	return &product, nil
}

// Answers a question about what a shop has in stock.
func AskShop(question string) (string, error) {
	model, err := models.GetModel[openai.ChatModel](modelName)
	if err != nil {
		return "", err
	}
	stock := openai.NewToolForFunction("getStock", "How many pieces of a product are in stock.").
		WithParameter("product", "string", "The product's name, in the singular.")
	messages := []openai.RequestMessage{
		openai.NewSystemMessage("You work in a shop. Answer in one sentence."),
		openai.NewUserMessage(question),
	}
	for range maxRounds {
		input, err := model.CreateInput(messages...)
		if err != nil {
			return "", err
		}
		input.Tools = []openai.Tool{stock}
		message, err := ask(model, input)
		if err != nil {
			return "", err
		}
		if len(message.ToolCalls) == 0 {
			return message.Content, nil
		}
		messages = append(messages, message.ToAssistantMessage())
		for _, call := range message.ToolCalls {
			messages = append(messages, openai.NewToolMessage(runTool(call), call.Id))
		}
	}
	return "", fmt.Errorf("the model still asked for tools after %d rounds", maxRounds)
}

func ask(model *openai.ChatModel, input *openai.ChatModelInput) (*openai.CompletionMessage, error) {
	output, err := model.Invoke(input)
	if err != nil {
		return nil, err
	}
	if len(output.Choices) == 0 {
		return nil, errors.New("the model did not answer")
	}
	return &output.Choices[0].Message, nil
}

// What is said to the model: a number, or what it did wrong.
func runTool(call openai.ToolCall) any {
	if call.Function.Name != "getStock" {
		return fmt.Errorf("there is no tool %s", call.Function.Name)
	}
	var request struct{ Product string }
	if err := json.Unmarshal([]byte(call.Function.Arguments), &request); err != nil {
		return err
	}
	return GetStock(request.Product)
}

// How many pieces of a product are in stock.
func GetStock(product string) int {
	return map[string]int{"apple": 140, "pear": 12}[strings.ToLower(product)]
}
