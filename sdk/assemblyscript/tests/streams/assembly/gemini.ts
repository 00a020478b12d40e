import { models, stream, Stream } from "@hypermode/modus-sdk-as";
import {
  FunctionDeclaration,
  GeminiGenerateModel,
  GeminiTool,
  GenerationConfig,
  Part,
  PromptContent,
  ToolConfig,
  UserContent,
  UserTextContent,
} from "@hypermode/modus-sdk-as/models/gemini/generate";
import { JSON } from "json-as";

@stream
export function gemini(text: string): Stream<string> {
  const model = models.getModel<GeminiGenerateModel>("gemini");
  const pieces = model.stream(model.createInput([new UserTextContent(text)]));
  for (let piece = pieces.next(); piece !== null; piece = pieces.next()) stream.emit(piece);
}

/** Two rounds: what the model said, whole or piece by piece, goes back to it. */
export function geminiTwice(streamed: bool): string {
  const model = models.getModel<GeminiGenerateModel>(streamed ? "gemini" : "geminiWhole");
  const contents: PromptContent[] = [new UserTextContent("x")];
  const input = model.createInput(contents);
  const f: FunctionDeclaration = { name: "f", parametersJsonSchema: JSON.Raw.from('{"type":"object"}') };
  input.tools = [<GeminiTool>{ functionDeclarations: [f] }];
  const config = new ToolConfig();
  config.functionCallingConfig.mode = "ANY";
  config.functionCallingConfig.allowedFunctionNames = ["f"];
  input.toolConfig = config;
  const thinking = JSON.Raw.from('{"includeThoughts":true}');
  input.generationConfig = <GenerationConfig>{ thinkingConfig: thinking };
  if (streamed) {
    const pieces = model.stream(input);
    pieces.rest();
    const content = pieces.output.candidates[0].content!;
    contents.push(content.toContent());
    contents.push(resultOf(content.parts));
    const more = model.stream(input);
    const text = more.rest();
    const usage = more.output.usageMetadata;
    return text + " " + usage.totalTokenCount.toString() + " " + more.output.candidates[0].finishReason!;
  }
  const content = model.invoke(input).candidates[0].content!;
  contents.push(content.toContent());
  contents.push(resultOf(content.parts));
  const more = model.invoke(input);
  const usage = more.usageMetadata;
  const reason = more.candidates[0].finishReason!;
  return more.candidates[0].content!.text + " " + usage.totalTokenCount.toString() + " " + reason;
}

function resultOf(parts: Part[]): PromptContent {
  const found: Part[] = [];
  for (let i = 0; i < parts.length; i++) {
    const call = parts[i].functionCall;
    if (call !== null) found.push(Part.fromResult(call, '{"n":7}'));
  }
  return new UserContent(found);
}

export function geminiParts(): void {
  const model = models.getModel<GeminiGenerateModel>("geminiWhole");
  const parts: Part[] = [
    { text: "t" },
    Part.fromData(new Uint8Array(2), "image/png"),
    Part.fromFile("gs://x", "audio/mp3"),
    JSON.parse<Part>('{"executableCode":{"code":"}"},"new":[1]}'),
    JSON.parse<Part>('{"text":"", "x":null}'),
  ];
  model.invoke(model.createInput([new UserContent(parts)]));
}
