package main

import (
	"encoding/json"
	"errors"

	"github.com/hypermodeinc/modus/sdk/go/pkg/models"
	"github.com/hypermodeinc/modus/sdk/go/pkg/models/openai"
)

func chat(messages ...openai.RequestMessage) (*openai.ChatModel, *openai.ChatModelInput, error) {
	model, err := models.GetModel[openai.ChatModel]("m")
	if err != nil {
		return nil, nil, err
	}
	input, err := model.CreateInput(messages...)
	return model, input, err
}

func ChatPlainly(text string) (string, error) {
	model, input, err := chat(openai.NewSystemMessage("Be brief."), openai.NewUserMessage(text))
	if err != nil {
		return "", err
	}
	output, err := model.Invoke(input)
	if err != nil {
		var reported *openai.ChatModelError
		if errors.As(err, &reported) {
			return "reported", errors.New(err.Error() + " " + reported.Type + " " + reported.Param + " " + reported.Code)
		}
		return "", err
	}
	return output.Choices[0].Message.Content, nil
}

// The whole answer, as the app sees it.
func ChatAnswer() (string, error) {
	model, input, err := chat(openai.NewUserMessage("x"))
	if err != nil {
		return "", err
	}
	return shown(model.Invoke(input))
}

func ChatWithEveryOption() error {
	model, input, err := chat()
	if err != nil {
		return err
	}
	input.Messages = []openai.RequestMessage{openai.NewDeveloperMessage("x")}
	input.RequestAudioOutput("alloy", "wav")
	input.FrequencyPenalty, input.PresencePenalty = 0.5, -0.5
	input.LogitBias, input.Logprobs, input.TopLogprobs = map[string]float64{"50256": -100}, true, 2
	input.MaxTokens, input.MaxCompletionTokens, input.N = 10, 11, 2
	input.ResponseFormat = openai.ResponseFormatJsonSchema(`{"name":"s","schema":{"type":"object"}}`)
	input.Seed, input.ServiceTier, input.Stop = 7, openai.ServiceTierDefault, []string{"a", `"`}
	input.Temperature, input.TopP, input.User = 0, 0.25, "me"
	tool := openai.NewToolForFunction("f", "does <it>").WithParameter("a", "string", `A "é"`)
	schema := openai.NewToolForFunction("g", "").WithParametersSchema(`{"type":"object"}`)
	schema.Function.Strict = true
	input.Tools = []openai.Tool{tool.WithParameter("b", "number", "B"), tool, schema}
	input.ToolChoice, input.ParallelToolCalls = openai.ToolChoiceFunction("f"), false
	_, err = model.Invoke(input)
	return err
}

func ChatWithToolChoices() error {
	model, input, err := chat(openai.NewUserMessage("x"))
	if err != nil {
		return err
	}
	input.ResponseFormat = openai.ResponseFormatJson
	for _, choice := range []openai.ToolChoice{openai.ToolChoiceNone, openai.ToolChoiceAuto, openai.ToolChoiceRequired} {
		input.ToolChoice = choice
		if _, err := model.Invoke(input); err != nil {
			return err
		}
	}
	return nil
}

// Every kind of message, and every kind of part.
func ChatWithParts() error {
	named := openai.NewUserMessage("named")
	named.Name = "Ann"
	spoken := openai.NewAssistantMessage("said")
	spoken.Name, spoken.Refusal, spoken.Audio = "Bot", "no", &openai.AudioRef{Id: "a1"}
	model, input, err := chat(
		named, spoken,
		openai.NewSystemMessageFromParts(openai.NewTextContentPart("<s>")),
		openai.NewDeveloperMessageFromParts(),
		openai.NewUserMessageFromParts(
			openai.NewTextContentPart("é✨"),
			openai.NewImageContentPartFromUrl("https://x/y.png", "low"),
			openai.NewImageContentPartFromData([]byte{0, 255}, "png"),
			openai.NewImageContentPartFromData("AP8=", "image/jpeg", "high"),
			openai.NewAudioContentPartFromData([]byte{1, 2}, "audio/wav"),
			openai.NewAudioContentPartFromData("AQI=", "mp3"),
		),
		openai.NewAssistantMessageFromParts(openai.NewTextContentPart("a"), openai.NewRefusalContentPart("r")),
		openai.NewToolMessage(nil, "t0"),
		openai.NewToolMessage("text", "t1"),
		openai.NewToolMessage(errors.New("failed"), "t2"),
		openai.NewToolMessage(map[string]any{"a": []int{1}}, `"t3"`),
		openai.NewToolMessageFromParts("t4", openai.NewTextContentPart("part")),
	)
	if err != nil {
		return err
	}
	_, err = model.Invoke(input)
	return err
}

// A conversation in which the model asks for a tool, kept as text in between.
func ChatWithTools() (string, error) {
	model, input, err := chat(openai.NewUserMessage("Weather?"))
	if err != nil {
		return "", err
	}
	input.Tools = []openai.Tool{openai.NewToolForFunction("weather", "Tells").WithParameter("city", "string", "City")}
	for {
		output, err := model.Invoke(input)
		if err != nil {
			return "", err
		}
		message := output.Choices[0].Message
		if len(message.ToolCalls) == 0 {
			return message.Content, nil
		}
		input.Messages = append(input.Messages, message.ToAssistantMessage())
		for _, call := range message.ToolCalls {
			var arguments struct{ City string }
			if err := json.Unmarshal([]byte(call.Function.Arguments), &arguments); err != nil {
				return "", err
			}
			input.Messages = append(input.Messages, openai.NewToolMessage("rain in "+arguments.City, call.Id))
		}
		kept, err := json.Marshal(input.Messages)
		if err != nil {
			return "", err
		}
		if input.Messages, err = openai.ParseMessages(kept); err != nil {
			return "", err
		}
	}
}

// The input is told by what it is: a text, texts, tokens or lists of tokens.
func Embed(kind string) (*openai.EmbeddingsModelOutput, error) {
	model, err := models.GetModel[openai.EmbeddingsModel]("m")
	if err != nil {
		return nil, err
	}
	input, err := model.CreateInput(map[string]any{
		"text": "é✨", "texts": []string{"a", "b"}, "tokens": []int{1, 2}, "bytes": []byte{1, 255},
		"lists": [][]int64{{1}, {2, 3}}, "byteLists": [][]uint8{{1}, {2}}, "bad": 1.5,
	}[kind])
	if err != nil {
		return nil, err
	}
	if kind == "texts" {
		input.Dimensions, input.User, input.EncodingFormat = 3, "me", openai.EncodingFormatFloat
	}
	return model.Invoke(input)
}
