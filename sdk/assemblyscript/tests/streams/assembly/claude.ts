import { models, stream, Stream } from "@hypermode/modus-sdk-as";
import {
  AnthropicMessagesModel,
  Block,
  DocumentBlock,
  ImageBlock,
  Message,
  RawBlock,
  TextBlock,
  Tool,
  ToolChoiceAuto,
  ToolResultBlock,
  ToolUseBlock,
  UserMessage,
} from "@hypermode/modus-sdk-as/models/anthropic/messages";
import { JSON } from "json-as";

function claudeModel(): AnthropicMessagesModel {
  return models.getModel<AnthropicMessagesModel>("claude");
}

@stream
export function claude(text: string): Stream<string> {
  const model = claudeModel();
  const pieces = model.stream(model.createInput([new UserMessage(text)]));
  for (let piece = pieces.next(); piece !== null; piece = pieces.next()) stream.emit(piece);
}

/** Two rounds: what the model said, whole or piece by piece, goes back to it. */
export function claudeTwice(streamed: bool): string {
  const model = claudeModel();
  const messages: Message[] = [new UserMessage("x")];
  const input = model.createInput(messages);
  input.tools = [<Tool>{ name: "f", inputSchema: JSON.Raw.from('{"type":"object"}') }];
  const choice = ToolChoiceAuto;
  choice.disableParallelToolUse = true;
  input.toolChoice = choice;
  let id = "";
  if (streamed) {
    const pieces = model.stream(input);
    pieces.rest();
    messages.push(pieces.output.toMessage());
    id = pieces.output.content[pieces.output.content.length - 1].id;
  } else {
    const output = model.invoke(input);
    messages.push(output.toMessage());
    id = output.content[output.content.length - 1].id;
  }
  messages.push(UserMessage.of([new ToolResultBlock(id, "it's 7", true)]));
  const pieces = model.stream(input);
  return pieces.rest() + " " + pieces.output.usage.inputTokens.toString() + " " + pieces.output.stopReason;
}

export function claudeBlocks(): void {
  const model = claudeModel();
  const document = DocumentBlock.fromText('a "b"');
  document.title = "t";
  const blocks: Block[] = [
    new TextBlock('"}'),
    ImageBlock.fromURL("http://x"),
    ImageBlock.fromData(new Uint8Array(2), "png"),
    document,
    DocumentBlock.fromData("AAA="),
    DocumentBlock.fromURL("http://y"),
    new ToolUseBlock("i", "n", JSON.Raw.from('{"a":1}')),
    new ToolResultBlock("i", "r"),
    new RawBlock('{"type":"new","x":[1]}'),
  ];
  model.invoke(model.createInput([UserMessage.of(blocks), Message.fromBlocks("assistant", [])]));
}
