import { models, stream, Stream } from "@hypermode/modus-sdk-as";
import {
  FunctionCallOutput,
  FunctionTool,
  InputFile,
  InputImage,
  InputItem,
  InputMessage,
  InputText,
  OpenAIResponsesModel,
  OpenAIResponsesOutput,
  RawItem,
  Reasoning,
  TextSettings,
  ToolChoice,
} from "@hypermode/modus-sdk-as/models/openai/responses";

function responder(): OpenAIResponsesModel {
  return models.getModel<OpenAIResponsesModel>("responses");
}

@stream
export function respond(text: string): Stream<string> {
  const model = responder();
  const pieces = model.stream(model.createInput(text));
  for (let piece = pieces.next(); piece !== null; piece = pieces.next()) stream.emit(piece);
}

/** Two rounds: what the model said, whole or piece by piece, goes back to it. */
export function respondTwice(streamed: bool): string {
  const model = responder();
  const items: InputItem[] = [new InputMessage("user", "x")];
  const input = model.createInput(items);
  input.tools = [FunctionTool.of("f", "d", '{"type":"object"}')];
  let output = answer(model, streamed, items);
  for (let i = 0; i < output.output.length; i++) items.push(output.output[i].toInput());
  const calls = output.functionCalls;
  for (let i = 0; i < calls.length; i++) {
    items.push(new FunctionCallOutput(calls[i].callId, calls[i].name + calls[i].arguments));
  }
  output = answer(model, streamed, items);
  const reason = output.incompleteDetails;
  const usage = output.usage;
  return [
    output.outputText, output.status, reason === null ? "-" : reason.reason,
    usage.inputTokens.toString(), usage.outputTokens.toString(), usage.totalTokens.toString(),
    output.createdAt.toISOString(),
  ].join("|");
}

function answer(model: OpenAIResponsesModel, streamed: bool, items: InputItem[]): OpenAIResponsesOutput {
  const input = model.createInput(items);
  if (!streamed) return model.invoke(input);
  const pieces = model.stream(input);
  assert(pieces.rest() == pieces.output.outputText);
  return pieces.output;
}

export function respondFully(): void {
  const model = responder();
  const items: InputItem[] = [
    new InputMessage("developer", 'be "brief"'),
    InputMessage.fromParts("user", [
      new InputText("t"),
      InputImage.fromURL("http://x", "low"),
      InputImage.fromData(new Uint8Array(2), "png"),
      InputFile.fromURL("http://y"),
      InputFile.fromData("AAA=", "a.pdf"),
    ]),
    new RawItem('{"type":"item_reference","id":"i"}'),
  ];
  const input = model.createInput(items);
  input.instructions = "i";
  input.maxOutputTokens = 9;
  input.temperature = 0;
  input.topP = 0.5;
  input.tools = [FunctionTool.of("f", "d"), <FunctionTool>{ name: "g", strict: true }];
  input.toolChoice = ToolChoice.Function("f");
  input.parallelToolCalls = false;
  input.text = TextSettings.JsonSchema("s", '{"type":"object"}');
  input.reasoning = <Reasoning>{ effort: "low", summary: "auto" };
  input.previousResponseId = "r0";
  input.store = false;
  input.include = ["message.output_text.logprobs"];
  const metadata = new Map<string, string>();
  metadata.set("k", "v");
  input.metadata = metadata;
  input.serviceTier = "flex";
  input.user = "u";
  model.setField("truncation", "auto");
  model.setField("user", "other");
  model.invoke(input);
  const all = [ToolChoice.None, ToolChoice.Auto, ToolChoice.Required];
  for (let i = 0; i < all.length; i++) {
    const next = responder().createInput("x");
    next.toolChoice = all[i];
    responder().invoke(next);
  }
}

export function respondRefused(): string {
  const model = responder();
  const output = model.invoke(model.createInput("x"));
  const item = output.output[0];
  return item.type + " " + item.content[0].type + " " + item.content[0].refusal + "|" + model.lastAnswer;
}
