import { models } from "@hypermode/modus-sdk-as";
import {
  AnthropicMessagesInput,
  AnthropicMessagesModel,
  AnthropicMessagesOutput,
  AssistantMessage,
  ContentBlock,
  Message,
  Metadata,
  Tool,
  ToolChoice,
  ToolChoiceAny,
  ToolChoiceAuto,
  ToolChoiceTool,
  Usage,
  UserMessage,
} from "@hypermode/modus-sdk-as/models/anthropic/messages";
import { JSON } from "json-as";

function model(): AnthropicMessagesModel {
  return models.getModel<AnthropicMessagesModel>("m");
}

export function claudePlain(): void {
  model().invoke(model().createInput([new UserMessage('hi "}"')]));
}

export function claudeFull(): void {
  const messages: Message[] = [new UserMessage("hi"), new AssistantMessage("yes?"), new Message("user", "so")];
  assert(messages[0].role == "user" && messages[1].role == "assistant" && messages[2].role == "user");
  const input: AnthropicMessagesInput = model().createInput(messages);
  input.maxTokens = 5;
  input.metadata = <Metadata>{ userId: "u" };
  input.stopSequences = ["s"];
  input.system = "sys";
  input.temperature = 0.5;
  input.toolChoice = ToolChoiceTool("t");
  input.tools = [
    <Tool>{ name: "t", inputSchema: JSON.Raw.from('{"type":"object"}') },
    { name: "u", inputSchema: JSON.Raw.from("{}"), description: "d" },
  ];
  input.topK = 3;
  input.topP = 0.5;
  model().invoke(input);
}

export function claudeChoices(): string {
  const all: ToolChoice[] = [ToolChoiceAuto, ToolChoiceAny, ToolChoiceTool('t"'), new ToolChoice("none")];
  return JSON.stringify(all) + JSON.stringify(new Metadata());
}

export function claudeAnswer(): string {
  const out: AnthropicMessagesOutput = model().invoke(model().createInput([]));
  const usage: Usage = out.usage;
  const parts = [
    out.id, out.type, out.model, out.role, out.stopReason,
    out.stopSequence === null ? "-" : out.stopSequence!,
    usage.inputTokens.toString(), usage.outputTokens.toString(),
  ];
  for (let i = 0; i < out.content.length; i++) {
    const block: ContentBlock = out.content[i];
    parts.push(block.type + "/" + block.text + "/" + block.id);
    parts.push(block.name === null ? "-" : block.name!);
    parts.push(block.input === null ? "-" : block.input!.toString());
  }
  return parts.join("|");
}
