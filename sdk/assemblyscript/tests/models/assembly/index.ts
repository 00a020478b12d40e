/* Requests as models get them, and answers as functions see them. */

import { models } from "@hypermode/modus-sdk-as";
import {
  AnthropicMessagesModel,
  AssistantMessage as AnthropicAssistant,
  Metadata,
  Tool as AnthropicTool,
  ToolChoiceAny,
  ToolChoiceTool,
  UserMessage as AnthropicUser,
} from "@hypermode/modus-sdk-as/models/anthropic/messages";
import { ClassificationModel } from "@hypermode/modus-sdk-as/models/experimental/classification";
import { EmbeddingsModel } from "@hypermode/modus-sdk-as/models/experimental/embeddings";
import {
  GeminiGenerateModel,
  GenerationConfig,
  HarmBlockThreshold,
  HarmCategory,
  ModelTextContent,
  SystemTextContent,
  UserTextContent,
} from "@hypermode/modus-sdk-as/models/gemini/generate";
import { TextGenerationModel } from "@hypermode/modus-sdk-as/models/meta/llama";
import {
  AssistantMessage,
  Audio,
  AudioContentPart,
  ContentPart,
  DeveloperMessage,
  Image,
  ImageContentPart,
  OpenAIChatModel,
  OpenAIChatOutput,
  RefusalContentPart,
  RequestMessage,
  ResponseFormat,
  ServiceTier,
  SystemMessage,
  TextContentPart,
  Tool,
  ToolCall,
  ToolChoice,
  ToolMessage,
  UserMessage,
  parseMessages,
} from "@hypermode/modus-sdk-as/models/openai/chat";
import { OpenAIEmbeddingsModel } from "@hypermode/modus-sdk-as/models/openai/embeddings";
import { JSON } from "json-as";

function chat(): OpenAIChatModel {
  return models.getModel<OpenAIChatModel>("m");
}

export function unknown(): void {
  models.getModel<OpenAIChatModel>("none");
}

export function fullName(): string {
  return chat().info.fullName;
}

export function plain(text: string): string {
  const model = chat();
  const input = model.createInput([new SystemMessage("be brief"), new UserMessage(text)]);
  return model.invoke(input).choices[0].message.content;
}

export function everyOption(): void {
  const model = chat();
  const input = model.createInput([new UserMessage("x")]);
  input.requestAudioOutput("alloy", "wav");
  input.frequencyPenalty = 0.5;
  const bias = new Map<string, f64>();
  bias.set("50256", -100);
  input.logitBias = bias;
  input.logprobs = true;
  input.topLogprobs = 2;
  input.maxTokens = 10;
  input.maxCompletionTokens = 11;
  input.n = 2;
  input.presencePenalty = -0.5;
  input.responseFormat = ResponseFormat.JsonSchema('{"name":"s","schema":{"type":"object"}}');
  input.seed = 7;
  input.serviceTier = ServiceTier.Default;
  input.stop = ["a", '"'];
  input.temperature = 0;
  input.topP = 0.25;
  input.tools = [Tool.forFunction("f", "does").withParameter("a", "string", "A").withParameter("b", "number", "B")];
  input.toolChoice = ToolChoice.Function("f");
  input.parallelToolCalls = false;
  input.user = "me";
  model.invoke(input);
}

export function choices(): void {
  const model = chat();
  const all = [ToolChoice.None, ToolChoice.Auto, ToolChoice.Required];
  for (let i = 0; i < all.length; i++) {
    const input = model.createInput([]);
    input.toolChoice = all[i];
    input.responseFormat = ResponseFormat.Json;
    model.invoke(input);
  }
}

export function messages(): void {
  const model = chat();
  const bytes = new Uint8Array(3);
  bytes[0] = 255;
  const picture = Image.fromData(bytes, "png", "low");
  const user = UserMessage.fromParts([
    new TextContentPart("look"),
    new ImageContentPart(picture),
    new ImageContentPart(Image.fromURL("https://example.com/a.png")),
    new AudioContentPart(Audio.fromData("AAEC", "audio/wav")),
  ]);
  user.name = "Ada";
  const assistant = new AssistantMessage("hm");
  assistant.toolCalls = [new ToolCall("c1", "f", "{}")];
  assistant.refusal = "no";
  const all: RequestMessage[] = [
    new DeveloperMessage("d"),
    user,
    assistant,
    AssistantMessage.fromParts([new RefusalContentPart("never")]),
    new ToolMessage("42", "c1"),
    new ToolMessage([1, 2], "c2"),
  ];
  model.invoke(model.createInput(all));
}

export function wrongPart(): void {
  const parts: ContentPart[] = [new ImageContentPart(Image.fromURL("u"))];
  const model = chat();
  model.invoke(model.createInput([SystemMessage.fromParts(parts)]));
}

export function again(data: string): void {
  const model = chat();
  const messages = parseMessages(data);
  assert(messages[0].role == "user");
  model.invoke(model.createInput(messages));
}

/** Two rounds with a tool. */
export function loop(): string {
  const model = chat();
  const messages: RequestMessage[] = [new UserMessage("how many?")];
  for (let round = 0; round < 3; round++) {
    const input = model.createInput(messages);
    input.tools = [Tool.forFunction("count", "Counts.").withParametersSchema('{"type":"object"}')];
    const message = model.invoke(input).choices[0].message;
    if (message.toolCalls.length == 0) return message.content;
    messages.push(message.toAssistantMessage());
    for (let i = 0; i < message.toolCalls.length; i++) {
      messages.push(new ToolMessage(message.toolCalls[i].function.arguments, message.toolCalls[i].id));
    }
  }
  return "";
}

export function output(): string {
  const model = chat();
  const out: OpenAIChatOutput = model.invoke(model.createInput([]));
  const choice = out.choices[0];
  const logprobs = choice.logprobs;
  const audio = choice.message.audio;
  const parts = [
    out.id, out.object, out.model, out.systemFingerprint, out.created.toISOString(),
    out.serviceTier === null ? "-" : out.serviceTier!,
    out.usage.promptTokens.toString(), out.usage.completionTokens.toString(), out.usage.totalTokens.toString(),
    choice.finishReason, choice.index.toString(), choice.message.content,
    choice.message.refusal === null ? "-" : choice.message.refusal!,
    logprobs === null ? "-" : logprobs.content![0].token + logprobs.content![0].topLogprobs[0].logprob.toString(),
    audio === null ? "-" : audio.id + audio.transcript + audio.data.length.toString() + audio.expiresAt.toISOString(),
  ];
  return parts.join("|");
}

export function embed(): f32[] {
  const model = models.getModel<OpenAIEmbeddingsModel>("m");
  model.invoke(model.createInput("one"));
  model.invoke(model.createInput<i32[][]>([[1, 2], [3]]));
  const input = model.createInput(["a", "b"]);
  input.dimensions = 2;
  return model.invoke(input).data[1].embedding;
}

export function claude(): string {
  const model = models.getModel<AnthropicMessagesModel>("m");
  const plain = model.createInput([new AnthropicUser("hi")]);
  model.invoke(plain);
  const input = model.createInput([new AnthropicUser("hi"), new AnthropicAssistant("yes?")]);
  input.maxTokens = 5;
  input.metadata = <Metadata>{ userId: "u" };
  input.stopSequences = ["s"];
  input.system = "sys";
  input.temperature = 0.5;
  input.toolChoice = ToolChoiceTool("t");
  input.tools = [<AnthropicTool>{ name: "t", inputSchema: JSON.Raw.from('{"type":"object"}') }];
  input.topK = 3;
  input.topP = 0.5;
  const out = model.invoke(input);
  assert(ToolChoiceAny.type == "any");
  const use = out.content[1];
  return [
    out.content[0].text, use.id, use.name!, use.input!.toString(), out.stopReason,
    out.usage.outputTokens.toString(), out.role,
  ].join("|");
}

export function gemini(): string {
  const model = models.getModel<GeminiGenerateModel>("m");
  const input = model.createInput([new UserTextContent("hi"), new ModelTextContent("yes")]);
  model.invoke(input);
  input.systemInstruction = new SystemTextContent("sys");
  input.generationConfig = <GenerationConfig>{ temperature: 0.5, responseMimeType: "application/json" };
  input.safetySettings = [
    { category: HarmCategory.HARASSMENT, threshold: HarmBlockThreshold.BLOCK_NONE },
  ];
  const out = model.invoke(input);
  const first = out.candidates[0];
  return [
    first.content!.parts[0].text, first.finishReason!, first.safetyRatings![0].probability,
    first.citationMetadata!.citationSources[0].uri, out.usageMetadata.totalTokenCount.toString(),
  ].join("|");
}

export function llama(): string {
  const model = models.getModel<TextGenerationModel>("m");
  model.invoke(model.createInput("p"));
  const input = model.createInput("p");
  input.temperature = 0.1;
  input.maxGenLen = 9;
  const out = model.invoke(input);
  return out.generation + out.generationTokenCount.toString() + out.stopReason;
}

export function classify(): string {
  const model = models.getModel<ClassificationModel>("m");
  const out = model.invoke(model.createInput(["a"])).predictions[0];
  return out.label + out.confidence.toString() + out.probabilities[0].label;
}

export function vectors(): f32[][] {
  const model = models.getModel<EmbeddingsModel>("m");
  return model.invoke(model.createInput(["a", "b"])).predictions;
}
