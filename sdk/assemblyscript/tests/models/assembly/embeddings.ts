import { models } from "@hypermode/modus-sdk-as";
import {
  Embedding,
  EncodingFormat,
  OpenAIEmbeddingsInput,
  OpenAIEmbeddingsModel,
  OpenAIEmbeddingsOutput,
  TypedEmbeddingsInput,
  Usage,
} from "@hypermode/modus-sdk-as/models/openai/embeddings";

function model(): OpenAIEmbeddingsModel {
  return models.getModel<OpenAIEmbeddingsModel>("m");
}

export function embed(): f32[] {
  const input: OpenAIEmbeddingsInput = model().createInput(["a", "b"]);
  input.dimensions = 2;
  input.user = "me";
  input.encodingFormat = EncodingFormat.Float;
  const out: OpenAIEmbeddingsOutput = model().invoke(input);
  const usage: Usage = out.usage;
  const second: Embedding = out.data[1];
  assert(out.object == "list" && out.model == "m" && second.object == "embedding");
  assert(second.index == 1 && usage.promptTokens == 3 && usage.totalTokens == 4);
  return second.embedding;
}

export function embedTyped(): void {
  const format: EncodingFormat = EncodingFormat.Base64;
  model().invoke(<TypedEmbeddingsInput<string>>{ model: "x", input: "y", encodingFormat: format });
}

export function embedEach(): void {
  send('a "✨"');
  send([""]);
  sendTokens<i8>(-128);
  sendTokens<u8>(255);
  sendTokens<i16>(-32768);
  sendTokens<u16>(65535);
  sendTokens<i32>(i32.MIN_VALUE);
  sendTokens<u32>(u32.MAX_VALUE);
  sendTokens<i64>(i64.MIN_VALUE);
  sendTokens<u64>(u64.MAX_VALUE);
}

function send<T>(content: T): void {
  model().invoke(model().createInput(content));
}

function sendTokens<T>(token: T): void {
  send<T[]>([token, 1]);
  send<T[][]>([[token], []]);
}
