import type { Json, Message, Part } from "../../api/types.ts";
import { type Prediction, predictionsOf, vectorsOf } from "./numbers.ts";

/** What is drawn for a part of a message. */
export type Block =
  | { kind: "text"; text: string }
  | { kind: "json"; value: Json; text: string }
  | { kind: "reasoning"; text: string }
  | { kind: "image"; source: string }
  | { kind: "audio"; format: string }
  | { kind: "file"; name: string }
  | { kind: "tool"; id: string; name: string; arguments: Json; result: Result | null }
  /** The result of a call that is not in the conversation. */
  | { kind: "result"; id: string; result: Result }
  /** `of` has the texts that they belong to, where there are as many. */
  | { kind: "vectors"; vectors: number[][]; of: string[] | null }
  | { kind: "labels"; predictions: Prediction[]; of: string[] | null }
  | { kind: "data"; value: Json };

export interface Result {
  text: string;
  /** Undefined where the text is no JSON object or list. */
  json: Json | undefined;
}

/** A message as it is read. */
export interface Turn {
  role: Message["role"];
  answer: boolean;
  blocks: Block[];
  /** Whether only its beginning is shown at first. */
  folded: boolean;
}

const LONG_SIGNS = 360;
const LONG_LINES = 6;

/**
 * The turns of a conversation: results of tools stand with the calls that they belong to, answers in
 * JSON and numbers are told from text, long system prompts are folded.
 */
export function turns(messages: Message[]): Turn[] {
  const found: Turn[] = [];
  let asked: string[] = [];
  const waiting: (Block & { kind: "tool" })[] = [];
  for (const message of messages) {
    const blocks: Block[] = [];
    for (const part of message.parts) {
      if (part.type === "toolResult") {
        const result = { text: part.content, json: jsonOf(part.content) };
        const call = takeCall(waiting, part.id);
        if (call) {
          call.result = result;
        } else {
          blocks.push({ kind: "result", id: part.id, result });
        }
        continue;
      }
      const block = blockOf(part);
      if (block === null) {
        continue;
      }
      if (block.kind === "tool") {
        waiting.push(block);
      }
      if (!joined(blocks.at(-1), block)) {
        blocks.push(block);
      }
    }
    if (message.role === "user") {
      asked = textsOf(message);
    }
    if (message.answer) {
      for (const block of blocks) {
        assign(block, asked);
      }
    }
    if (blocks.length === 0 && !message.answer) {
      continue;
    }
    const { role, answer } = message;
    found.push({ role, answer, blocks, folded: role === "system" && isLong(blocks) });
  }
  return found;
}

function textsOf(message: Message): string[] {
  return message.parts.flatMap((part) => (part.type === "text" ? [part.text] : []));
}

/** Whether numbers went to those before them, as those of one answer do. */
function joined(last: Block | undefined, block: Block): boolean {
  if (last?.kind === "vectors" && block.kind === "vectors") {
    last.vectors.push(...block.vectors);
  } else if (last?.kind === "labels" && block.kind === "labels") {
    last.predictions.push(...block.predictions);
  } else {
    return false;
  }
  return true;
}

function assign(block: Block, texts: string[]): void {
  const count =
    block.kind === "vectors"
      ? block.vectors.length
      : block.kind === "labels"
        ? block.predictions.length
        : null;
  if (count === texts.length && (block.kind === "vectors" || block.kind === "labels")) {
    block.of = texts;
  }
}

/** Some providers give no ids, or the same one to each call: then the calls are answered in turn. */
function takeCall(waiting: (Block & { kind: "tool" })[], id: string) {
  const index = waiting.findIndex((call) => call.id === id);
  return index < 0 ? undefined : waiting.splice(index, 1)[0];
}

function blockOf(part: Exclude<Part, { type: "toolResult" }>): Block | null {
  switch (part.type) {
    case "text": {
      if (!part.text) {
        return null;
      }
      const value = jsonOf(part.text);
      return value === undefined
        ? { kind: "text", text: part.text }
        : { kind: "json", value, text: part.text };
    }
    case "reasoning":
      return part.text ? { kind: "reasoning", text: part.text } : null;
    case "image":
      return { kind: "image", source: part.source };
    case "audio":
      return { kind: "audio", format: part.format };
    case "file":
      return { kind: "file", name: part.name };
    case "toolCall": {
      const { id, name } = part;
      return { kind: "tool", id, name, arguments: part.arguments, result: null };
    }
    case "data":
      return dataBlock(part.value);
    default:
      // A server that is newer than the page may tell of parts that the page does not know.
      return { kind: "data", value: part as unknown as Json };
  }
}

function dataBlock(value: Json): Block {
  const vectors = vectorsOf(value);
  if (vectors) {
    return { kind: "vectors", vectors, of: null };
  }
  const predictions = predictionsOf(value);
  return predictions ? { kind: "labels", predictions, of: null } : { kind: "data", value };
}

/** The object or list that a text is; undefined of any other text. */
export function jsonOf(text: string): Json | undefined {
  const trimmed = text.trim();
  const ends = trimmed.charAt(0) + trimmed.charAt(trimmed.length - 1);
  if (ends !== "{}" && ends !== "[]") {
    return undefined;
  }
  try {
    return JSON.parse(trimmed) as Json;
  } catch {
    return undefined;
  }
}

function isLong(blocks: Block[]): boolean {
  const texts = blocks.map((block) => (block.kind === "text" ? block.text : ""));
  const all = texts.join("\n");
  return all.length > LONG_SIGNS || all.split("\n").length > LONG_LINES;
}

/** The beginning of a text, cut at the end of a line or a word. */
export function beginningOf(text: string): string {
  const lines = text.split("\n").slice(0, LONG_LINES).join("\n");
  if (lines.length <= LONG_SIGNS) {
    return lines;
  }
  const cut = lines.slice(0, LONG_SIGNS);
  const space = cut.lastIndexOf(" ");
  return space > LONG_SIGNS / 2 ? cut.slice(0, space) : cut;
}

/** The answer as one text, in which two answers can be compared; numbers are left out. */
export function answerText(messages: Message[] | null, output: Json): string {
  if (messages === null) {
    return output === null ? "" : JSON.stringify(output, null, 2);
  }
  const pieces = turns(messages.filter((message) => message.answer)).flatMap((turn) =>
    turn.blocks.map(textOf),
  );
  return pieces.filter(Boolean).join("\n\n");
}

function textOf(block: Block): string {
  switch (block.kind) {
    case "text":
      return block.text;
    case "json":
    case "data":
      return JSON.stringify(block.value, null, 2);
    case "tool":
      return `${block.name}(${JSON.stringify(block.arguments, null, 2)})`;
    case "labels":
      return block.predictions.map((each) => each.label).join("\n");
    default:
      return "";
  }
}

/** The vectors of an answer, in their order. */
export function answerVectors(messages: Message[] | null): number[][] {
  const answers = (messages ?? []).filter((message) => message.answer);
  return turns(answers).flatMap((turn) =>
    turn.blocks.flatMap((block) => (block.kind === "vectors" ? block.vectors : [])),
  );
}
