import { models } from "@hypermode/modus-sdk-as";
import {
  AudioParameters,
  FunctionCall,
  FunctionDefinition,
  Modality,
  OpenAIChatInput,
  OpenAIChatModel,
  OpenAIChatOutput,
  RequestMessage,
  ResponseFormat,
  ServiceTier,
  SystemMessage,
  Tool,
  ToolCall,
  ToolChoice,
  ToolMessage,
  Usage,
  UserMessage,
  Choice,
  CompletionMessage,
  Logprobs,
  LogprobsContent,
  TopLogprobsContent,
} from "@hypermode/modus-sdk-as/models/openai/chat";
import { JSON } from "json-as";

function chat(): OpenAIChatModel {
  return models.getModel<OpenAIChatModel>("m");
}

export function plain(text: string): string {
  const model = chat();
  const input = model.createInput([new SystemMessage("be brief"), new UserMessage(text)]);
  return model.invoke(input).choices[0].message.content;
}

export function everyOption(): void {
  const model = chat();
  const input: OpenAIChatInput = model.createInput([new UserMessage("x")]);
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

/** The same again: every option is set to what it is by default. */
export function everyDefault(): void {
  const model = chat();
  const input = model.createInput([]);
  input.modalities = [];
  input.audio = null;
  input.frequencyPenalty = 0;
  input.logitBias = null;
  input.logprobs = false;
  input.topLogprobs = 5;
  input.maxTokens = 4096;
  input.maxCompletionTokens = 4096;
  input.n = 1;
  input.presencePenalty = 0;
  input.responseFormat = ResponseFormat.Text;
  input.seed = -1;
  input.serviceTier = null;
  input.stop = null;
  input.temperature = 1;
  input.topP = 1;
  input.tools = null;
  input.toolChoice = null;
  input.parallelToolCalls = false;
  input.user = null;
  model.invoke(input);
  input.parallelToolCalls = true;
  input.tools = [new Tool()];
  model.invoke(input);
}

export function spoken(): void {
  const model = chat();
  const input = model.createInput([]);
  const wanted: Modality[] = [Modality.Audio, Modality.Text];
  input.modalities = wanted;
  input.audio = new AudioParameters("v", "mp3");
  const tier: ServiceTier = ServiceTier.Auto;
  input.serviceTier = tier;
  model.invoke(input);
}

export function choices(): void {
  const model = chat();
  const all = [ToolChoice.None, ToolChoice.Auto, ToolChoice.Required, ToolChoice.Function('f"')];
  for (let i = 0; i < all.length; i++) {
    const input = model.createInput([]);
    input.toolChoice = all[i];
    input.responseFormat = ResponseFormat.Json;
    model.invoke(input);
  }
}

/** Tools as they were written before `Tool.forFunction`. */
export function literalTools(): void {
  const model = chat();
  const input = model.createInput([]);
  const tool: Tool = { type: "function" };
  tool.function = <FunctionDefinition>{
    name: "f",
    strict: true,
    parameters: JSON.Raw.from('{"type":"object","properties":{"a":{"type":"string"}}}'),
  };
  input.tools = [
    tool,
    Tool.forFunction("g", 'says "}"'),
    Tool.forFunction("h", "").withParametersSchema('{"type": "object"}'),
  ];
  model.invoke(input);
}

export function formats(): string {
  const schema = ResponseFormat.JsonSchema('{"name":"s"}');
  assert(schema.jsonSchema!.toString() == '{"name":"s"}');
  const all = [ResponseFormat.Text, ResponseFormat.Json, schema];
  return all[0].type + JSON.stringify(all);
}

export function rereadChoice(text: string): string {
  const choice = JSON.parse<ToolChoice>(text);
  return choice.type + JSON.stringify(choice);
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
      const call: ToolCall = message.toolCalls[i];
      const named: FunctionCall = call.function;
      messages.push(new ToolMessage(named.arguments, call.id));
    }
  }
  return "";
}

export function output(): string {
  const model = chat();
  const out: OpenAIChatOutput = model.invoke(model.createInput([]));
  const choice: Choice = out.choices[0];
  const logprobs: Logprobs | null = choice.logprobs;
  const usage: Usage = out.usage;
  const message: CompletionMessage = choice.message;
  const audio = message.audio;
  const parts = [
    out.id, out.object, out.model, out.systemFingerprint, out.created.toISOString(),
    out.serviceTier === null ? "-" : out.serviceTier!,
    usage.promptTokens.toString(), usage.completionTokens.toString(), usage.totalTokens.toString(),
    choice.finishReason, choice.index.toString(), message.content,
    message.refusal === null ? "-" : message.refusal!,
    logprobs === null ? "-" : probable(logprobs),
    audio === null ? "-" : audio.id + audio.transcript + audio.data.length.toString() + audio.expiresAt.toISOString(),
  ];
  return parts.join("|");
}

function probable(logprobs: Logprobs): string {
  const content: LogprobsContent = logprobs.content![0];
  const other: TopLogprobsContent = content.topLogprobs[0];
  const bytes = content.bytes === null ? "none" : content.bytes!.join(",");
  const others = other.bytes === null ? "none" : other.bytes!.join(",");
  return `${content.token} ${content.logprob} ${bytes} ${other.token} ${other.logprob} ${others}`;
}
