import { describe, expect, it } from "vitest";
import type { Message, Part } from "../../api/types.ts";
import { answerText, answerVectors, beginningOf, jsonOf, turns } from "./conversation.ts";

function message(role: Message["role"], ...parts: Part[]): Message {
  return { role, parts, answer: false };
}
const text = (text: string): Part => ({ type: "text", text });
const call = (id: string, name: string, given: object = {}): Part => ({
  type: "toolCall",
  id,
  name,
  arguments: given as never,
});
const result = (id: string, content: string): Part => ({ type: "toolResult", id, content });
const answer = (...parts: Part[]): Message => ({ role: "assistant", parts, answer: true });

describe("turns", () => {
  it("have results of tools with the calls that they belong to", () => {
    const found = turns([
      message("user", text("Rain?")),
      message("assistant", call("1", "weather", { city: "Oslo" }), call("2", "clock")),
      message("tool", result("2", "noon")),
      message("tool", result("1", '{"rain": true}')),
      answer(text("Yes.")),
    ]);
    expect(found.map(({ role }) => role)).toEqual(["user", "assistant", "assistant"]);
    expect(found[1]?.blocks).toMatchObject([
      { kind: "tool", name: "weather", result: { text: '{"rain": true}', json: { rain: true } } },
      { kind: "tool", name: "clock", result: { text: "noon", json: undefined } },
    ]);
    expect(found[2]).toMatchObject({ answer: true, blocks: [{ kind: "text", text: "Yes." }] });
  });

  it("answer calls of one id in turn", () => {
    const found = turns([
      message("assistant", call("", "a"), call("", "b")),
      message("tool", result("", "first"), result("", "second")),
    ]);
    expect(found).toHaveLength(1);
    expect(found[0]?.blocks).toMatchObject([
      { name: "a", result: { text: "first" } },
      { name: "b", result: { text: "second" } },
    ]);
  });

  it("show results without a call, and calls without a result", () => {
    const found = turns([message("tool", result("9", "lost")), answer(call("1", "ask"))]);
    expect(found[0]?.blocks).toMatchObject([{ kind: "result", id: "9", result: { text: "lost" } }]);
    expect(found[1]?.blocks).toMatchObject([{ kind: "tool", result: null }]);
  });

  it("tell JSON, numbers and labels from text", () => {
    const kinds = turns([
      answer(
        text('{"age": 30}'),
        text("[not json]"),
        { type: "data", value: [0.5, 1] },
        { type: "data", value: [{ label: "x", confidence: 1, probabilities: [] }] },
        { type: "data", value: { else: 1 } },
        { type: "reasoning", text: "Hm." },
      ),
    ])[0]?.blocks.map((block) => block.kind);
    expect(kinds).toEqual(["json", "text", "vectors", "labels", "data", "reasoning"]);
  });

  it("put numbers of one answer together, with the texts that they belong to", () => {
    const vector = (...value: number[]): Part => ({ type: "data", value });
    const found = turns([message("user", text("a"), text("b")), answer(vector(1), vector(2))]);
    expect(found[1]?.blocks).toEqual([{ kind: "vectors", vectors: [[1], [2]], of: ["a", "b"] }]);
    const fewer = turns([message("user", text("a")), answer(vector(1), vector(2))]);
    expect(fewer[1]?.blocks).toMatchObject([{ of: null }]);
    const label = (label: string): Part => ({ type: "data", value: { label } });
    const labels = turns([message("user", text("a"), text("b")), answer(label("x"), label("y"))]);
    expect(labels[1]?.blocks).toMatchObject([{ kind: "labels", of: ["a", "b"] }]);
  });

  it("fold a system prompt only if it is long", () => {
    const long = "Be brief. ".repeat(100);
    const folded = (role: Message["role"], said: string) =>
      turns([message(role, text(said))])[0]?.folded;
    expect(folded("system", "Be brief.")).toBe(false);
    expect(folded("system", long)).toBe(true);
    expect(folded("system", "a\n".repeat(9))).toBe(true);
    expect(folded("user", long)).toBe(false);
    expect(beginningOf(long).length).toBeLessThan(long.length);
    expect(long.startsWith(beginningOf(long))).toBe(true);
  });

  it("leave out messages in which nothing is, but not an empty answer", () => {
    expect(turns([message("user", text("")), answer()])).toEqual([
      { role: "assistant", answer: true, blocks: [], folded: false },
    ]);
  });

  it("keep parts that are not known as data", () => {
    const strange = { type: "hologram", depth: 3 } as unknown as Part;
    expect(turns([answer(strange)])[0]?.blocks).toEqual([
      { kind: "data", value: { type: "hologram", depth: 3 } },
    ]);
  });
});

describe("the text of an answer", () => {
  it("is all that was answered, and nothing of what was asked", () => {
    const messages = [
      message("user", text("Hello")),
      answer({ type: "reasoning", text: "Hm." }, text("Hi."), call("1", "wave", { times: 2 })),
    ];
    expect(answerText(messages, null)).toBe('Hi.\n\nwave({\n  "times": 2\n})');
  });

  it("is laid out if it is JSON", () => {
    expect(answerText([answer(text('{"a":[1]}'))], null)).toBe('{\n  "a": [\n    1\n  ]\n}');
  });

  it("is the output where the form is not known", () => {
    expect(answerText(null, { a: 1 })).toBe('{\n  "a": 1\n}');
    expect(answerText(null, null)).toBe("");
  });
});

it("the vectors of an answer are those of all its parts", () => {
  const vector = (...value: number[]): Part => ({ type: "data", value });
  expect(answerVectors([message("user", vector(9)), answer(vector(1, 2), vector(3, 4))])).toEqual([
    [1, 2],
    [3, 4],
  ]);
  expect(answerVectors(null)).toEqual([]);
});

it("only objects and lists count as JSON", () => {
  expect(jsonOf(' {"a": 1}\n')).toEqual({ a: 1 });
  expect(jsonOf("[]")).toEqual([]);
  for (const other of ["12", '"a"', "null", "{a: 1}", ""]) {
    expect(jsonOf(other)).toBeUndefined();
  }
});
