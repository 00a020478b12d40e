package main

import (
	"fmt"

	"github.com/hypermodeinc/modus/sdk/go/pkg/models"
	"github.com/hypermodeinc/modus/sdk/go/pkg/models/anthropic"
	"github.com/hypermodeinc/modus/sdk/go/pkg/models/experimental"
	"github.com/hypermodeinc/modus/sdk/go/pkg/models/gemini"
	"github.com/hypermodeinc/modus/sdk/go/pkg/models/meta"
	"github.com/hypermodeinc/modus/sdk/go/pkg/models/openai"
	"github.com/hypermodeinc/modus/sdk/go/pkg/stream"
)

// Every interface of models, by names of its own in the manifest.

var note = map[string]any{"text": "<é>"}

// whole puts the pieces together, with a bar between them.
func whole(pieces stream.Of[string]) (text string, err error) {
	for piece, err := range pieces {
		if err != nil {
			return text, fmt.Errorf("after %q: %w", text, err)
		}
		text += "|" + piece
	}
	return text, nil
}

func openAI(text string) (*openai.ChatModel, *openai.ChatModelInput, error) {
	model, err := models.GetModel[openai.ChatModel]("chat")
	if err != nil {
		return nil, nil, err
	}
	message := openai.NewUserMessage(text)
	message.Extra = openai.Extra{"x_note": `{"a": 1}`}
	input, err := model.CreateInput(message)
	input.Tools = []openai.Tool{openai.NewToolForFunction("weather", "Tells").WithParameter("city", "string", "Where")}
	input.Extra = openai.Extra{"reasoning_effort": `"low"`, "model": `"other"`}
	return model, input, err
}

func OpenAIAnswer(text string) (*openai.ChatModelOutput, error) {
	model, input, err := openAI(text)
	if err != nil {
		return nil, err
	}
	return model.Invoke(input)
}

// The calls of the first answer are sent back with their results.
func OpenAITools(text string) (string, error) {
	model, input, err := openAI(text)
	if err != nil {
		return "", err
	}
	output, err := model.Invoke(input)
	if err != nil {
		return "", err
	}
	input.Messages = append(input.Messages, output.Choices[0].Message.ToAssistantMessage())
	for _, call := range output.Choices[0].Message.ToolCalls {
		input.Messages = append(input.Messages, openai.NewToolMessage(note, call.Id))
	}
	return shown(model.Invoke(input))
}

func OpenAIText(text string) (stream.Of[string], error) {
	model, input, err := openAI(text)
	if err != nil {
		return nil, err
	}
	return model.Stream(input), nil
}

func OpenAIGathered(text string) (string, error) {
	model, input, err := openAI(text)
	if err != nil {
		return "", err
	}
	output := &openai.ChatModelOutput{}
	for chunk, err := range model.StreamChunks(input) {
		if err != nil {
			return "", err
		}
		output.AddChunk(chunk)
	}
	return shown(output, nil)
}

func responses(text string) (*openai.ResponsesModel, *openai.ResponsesModelInput, error) {
	model, err := models.GetModel[openai.ResponsesModel]("responses")
	if err != nil {
		return nil, nil, err
	}
	input, err := model.CreateInput(
		openai.NewResponsesMessage("developer", "Be brief."),
		openai.NewResponsesUserMessage(openai.TextContent(text), openai.ImageContent("data:image/png;base64,AA==")),
	)
	input.Tools = []openai.ResponsesTool{openai.NewResponsesTool("weather", "Tells", `{"type":"object"}`)}
	input.ToolChoice = &openai.ResponsesToolChoice{Type: "auto"}
	input.MaxOutputTokens, input.Reasoning = 100, `{"effort":"low"}`
	input.Extra = openai.Extra{"truncation": `"auto"`}
	return model, input, err
}

func ResponsesAnswer(text string) (string, error) {
	model, input, err := responses(text)
	if err != nil {
		return "", err
	}
	output, err := model.Invoke(input)
	if err != nil {
		return "", err
	}
	return shown(map[string]any{"text": output.Text(), "output": output}, nil)
}

func ResponsesTools(text string) (string, error) {
	model, input, err := responses(text)
	if err != nil {
		return "", err
	}
	output, err := model.Invoke(input)
	if err != nil {
		return "", err
	}
	input.Input = append(input.Input, output.Output...)
	for _, call := range output.Calls() {
		input.Input = append(input.Input, openai.NewFunctionCallOutput(call.CallId, note))
	}
	output, err = model.Invoke(input)
	if err != nil {
		return "", err
	}
	return output.Text(), nil
}

func ResponsesText(text string) (stream.Of[string], error) {
	model, input, err := responses(text)
	if err != nil {
		return nil, err
	}
	return model.Stream(input), nil
}

func claude(text string) (*anthropic.MessagesModel, *anthropic.MessagesModelInput, error) {
	model, err := models.GetModel[anthropic.MessagesModel]("claude")
	if err != nil {
		return nil, nil, err
	}
	image := anthropic.ContentBlock{Type: "image", Extra: anthropic.Extra{"source": `{"type":"url","url":"http://x/"}`}}
	input, err := model.CreateInput(anthropic.NewUserMessage(
		anthropic.Contents{anthropic.TextContentBlock(text), image}))
	input.MaxTokens = 100
	input.Tools = []*anthropic.Tool{{Name: "weather", InputSchema: `{"type":"object"}`}}
	input.Extra = anthropic.Extra{"thinking": `{"type":"enabled","budget_tokens":1024}`}
	return model, input, err
}

func ClaudeAnswer(text string) (string, error) {
	model, input, err := claude(text)
	if err != nil {
		return "", err
	}
	return shown(model.Invoke(input))
}

// Thoughts and tools of the first answer are sent back with the results.
func ClaudeTools(text string) (string, error) {
	model, input, err := claude(text)
	if err != nil {
		return "", err
	}
	output, err := model.Invoke(input)
	if err != nil {
		return "", err
	}
	input.Messages = append(input.Messages, &anthropic.Message{
		Role: "assistant", Content: anthropic.Contents(output.Content),
	})
	var results anthropic.Contents
	for _, block := range output.Content {
		if block.Type == "tool_use" {
			results = append(results, anthropic.ToolResultContentBlock(*block.Id, "rain", false))
		}
	}
	input.Messages = append(input.Messages, anthropic.NewUserMessage(results))
	return shown(model.Invoke(input))
}

func ClaudeText(text string) (stream.Of[string], error) {
	model, input, err := claude(text)
	if err != nil {
		return nil, err
	}
	return model.Stream(input), nil
}

func google(text string) (*gemini.GenerateModel, *gemini.GenerateModelInput, error) {
	model, err := models.GetModel[gemini.GenerateModel]("gemini")
	if err != nil {
		return nil, nil, err
	}
	input, err := model.CreateInput(
		gemini.NewUserTextContent("Hi"), gemini.NewModelTextContent("Hello"),
		gemini.NewUserContent(gemini.TextPart(text), gemini.DataPart("image/png", []byte{0, 255})),
	)
	input.SystemInstruction = gemini.NewSystemTextContent("Be brief.")
	input.GenerationConfig = &gemini.GenerationConfig{
		Temperature: gemini.Value(0.0), MaxOutputTokens: gemini.Value(100), StopSequences: []string{"END"},
		Extra: gemini.Extra{"thinkingConfig": `{"thinkingBudget":0}`},
	}
	input.SafetySettings = []gemini.SafetySetting{{
		Category: gemini.HarmCategoryHarassment, Threshold: gemini.HarmBlockThresholdOnlyHigh,
	}}
	input.Tools = []gemini.Tool{{FunctionDeclarations: []gemini.FunctionDeclaration{{
		Name: "weather", Description: "Tells", Parameters: `{"type":"OBJECT"}`,
	}}}}
	input.ToolConfig = gemini.ToolConfigAny("weather")
	return model, input, err
}

func GeminiAnswer(text string) (string, error) {
	model, input, err := google(text)
	if err != nil {
		return "", err
	}
	output, err := model.Invoke(input)
	if err != nil {
		return "", err
	}
	return shown(map[string]any{"text": output.Text(), "output": output}, nil)
}

func GeminiTools(text string) (string, error) {
	model, input, err := google(text)
	if err != nil {
		return "", err
	}
	output, err := model.Invoke(input)
	if err != nil {
		return "", err
	}
	said := output.Candidates[0].Content
	results := gemini.NewUserContent()
	for _, part := range said.Parts {
		if call := part.FunctionCall; call != nil {
			results.Parts = append(results.Parts, gemini.FunctionResponsePart(call.Name, `{"weather":"rain"}`))
		}
	}
	input.Contents = append(input.Contents, said, results)
	output, err = model.Invoke(input)
	if err != nil {
		return "", err
	}
	return output.Text(), nil
}

func GeminiText(text string) (stream.Of[string], error) {
	model, input, err := google(text)
	if err != nil {
		return nil, err
	}
	return model.Stream(input), nil
}

func LlamaAnswer(prompt string) (*meta.TextGenerationModelOutput, error) {
	model, err := models.GetModel[meta.TextGenerationModel]("llama")
	if err != nil {
		return nil, err
	}
	input, err := model.CreateInput(prompt)
	input.MaxGenLen = 10
	input.Extra = meta.Extra{"images": `["AA=="]`}
	output, err := model.Invoke(input)
	return output, err
}

func LlamaText(prompt string) (stream.Of[string], error) {
	model, err := models.GetModel[meta.TextGenerationModel]("llama-stream")
	if err != nil {
		return nil, err
	}
	input, err := model.CreateInput(prompt)
	return model.Stream(input), err
}

func EmbeddingsAnswer(texts []string) (string, error) {
	model, err := models.GetModel[openai.EmbeddingsModel]("embeddings")
	if err != nil {
		return "", err
	}
	input, err := model.CreateInput(texts)
	if err != nil {
		return "", err
	}
	input.Dimensions, input.Extra = 3, openai.Extra{"input_type": `"query"`}
	return shown(model.Invoke(input))
}

func ClassifierAnswer(texts []string) (string, error) {
	model, err := models.GetModel[experimental.ClassificationModel]("classifier")
	if err != nil {
		return "", err
	}
	input, err := model.CreateInput(texts...)
	if err != nil {
		return "", err
	}
	return shown(model.Invoke(input))
}

// Several streams at once, one inside the other.
func Interleaved() (string, error) {
	first, err := OpenAIText("a")
	if err != nil {
		return "", err
	}
	text := ""
	for outer, err := range first {
		if err != nil {
			return "", err
		}
		second, err := ClaudeText(outer)
		if err != nil {
			return "", err
		}
		inner, err := whole(second)
		if err != nil {
			return "", err
		}
		text += "[" + outer + ":" + inner + "]"
	}
	return text, nil
}
