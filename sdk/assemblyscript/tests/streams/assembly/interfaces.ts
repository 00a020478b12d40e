/* One question to each interface that does not stream, or has other tests for it. */

import { models } from "@hypermode/modus-sdk-as";
import {
  Audio,
  AudioContentPart,
  Image,
  ImageContentPart,
  OpenAIChatModel,
  OpenAIChatOutput,
  RequestMessage,
  ResponseFormat,
  SystemMessage,
  TextContentPart,
  Tool,
  ToolChoice,
  ToolMessage,
  UserMessage,
} from "@hypermode/modus-sdk-as/models/openai/chat";
import { OpenAIEmbeddingsModel } from "@hypermode/modus-sdk-as/models/openai/embeddings";
import { TextGenerationModel } from "@hypermode/modus-sdk-as/models/meta/llama";
import { ClassificationModel } from "@hypermode/modus-sdk-as/models/experimental/classification";
import { EmbeddingsModel } from "@hypermode/modus-sdk-as/models/experimental/embeddings";
import { AnthropicMessagesModel, ContentBlock } from "@hypermode/modus-sdk-as/models/anthropic/messages";
import { Part } from "@hypermode/modus-sdk-as/models/gemini/generate";
import { JSON } from "json-as";

@json
class Sum {
  a: i32 = 0;
  b: i32 = 0;
}

/** Until the model asks for no more tools. */
export function addUp(question: string): string {
  const model = models.getModel<OpenAIChatModel>("chat");
  const messages: RequestMessage[] = [new SystemMessage("be exact"), new UserMessage(question)];
  const input = model.createInput(messages);
  input.tools = [Tool.forFunction("add", "adds").withParameter("a", "integer", "A").withParameter("b", "integer", "B")];
  input.toolChoice = ToolChoice.Auto;
  input.logprobs = true;
  model.setField("metadata", JSON.Raw.from('{"k":"}"}'));
  model.setField("temperature", 0.5);
  for (let round = 0; round < 5; round++) {
    const output = model.invoke(input);
    const message = output.choices[0].message;
    if (message.toolCalls.length == 0) {
      return message.content + "|" + output.usage.totalTokens.toString();
    }
    messages.push(message.toAssistantMessage());
    for (let i = 0; i < message.toolCalls.length; i++) {
      const call = message.toolCalls[i];
      const given = JSON.parse<Sum>(call.function.arguments);
      messages.push(new ToolMessage(given.a + given.b, call.id));
    }
  }
  throw new Error("too many rounds");
}

export function look(): OpenAIChatOutput {
  const model = models.getModel<OpenAIChatModel>("chat");
  const input = model.createInput([
    UserMessage.fromParts([
      new TextContentPart("what?"),
      new ImageContentPart(Image.fromData(new Uint8Array(2), "png", "low")),
      new AudioContentPart(Audio.fromData("AAA=", "audio/wav")),
    ]),
  ]);
  input.requestAudioOutput("alloy", "mp3");
  input.responseFormat = ResponseFormat.JsonSchema('{"name":"s","schema":{"type":"object"},"strict":true}');
  return model.invoke(input);
}

@json
class Cited {
  citations: string[] = [];
}

/** Two rounds, in which the model's own message goes back to it as it is. */
export function again(): void {
  const model = models.getModel<OpenAIChatModel>("chat");
  const messages: RequestMessage[] = [new UserMessage("x")];
  model.invoke(model.createInput(messages));
  messages.push(model.lastMessage());
  model.invoke(model.createInput(messages));
}

export function claudeContent(): ContentBlock[] {
  const model = models.getModel<AnthropicMessagesModel>("claude");
  return model.invoke(model.createInput([])).content;
}

export function echoPart(part: Part): Part {
  return part;
}

/** What the class of the answer has no field for. */
export function citations(): string[] {
  const model = models.getModel<OpenAIChatModel>("chat");
  model.invoke(model.createInput([new UserMessage("x")]));
  return JSON.parse<Cited>(model.lastAnswer).citations;
}

export function generateLlama(prompt: string): string[] {
  const model = models.getModel<TextGenerationModel>("llama");
  const output = model.invoke(model.createInput(prompt));
  const counts = [output.promptTokenCount.toString(), output.generationTokenCount.toString()];
  return [output.generation, output.stopReason].concat(counts);
}

export function embedAll(texts: string[]): f32[][] {
  const model = models.getModel<OpenAIEmbeddingsModel>("embedder");
  const output = model.invoke(model.createInput(texts));
  return output.data.map<f32[]>((each) => each.embedding);
}

export function embedOld(texts: string[]): f32[][] {
  const model = models.getModel<EmbeddingsModel>("classifier");
  return model.invoke(model.createInput(texts)).predictions;
}

export function labelOf(text: string): string {
  const model = models.getModel<ClassificationModel>("classifier");
  const found = model.invoke(model.createInput([text])).predictions[0];
  return found.label + " " + found.confidence.toString();
}
