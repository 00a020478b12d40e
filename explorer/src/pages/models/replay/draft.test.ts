import { describe, expect, it } from "vitest";
import { inputOf, settingText, textOf, withSetting } from "./draft.ts";

const temperature = { path: ["generationConfig", "temperature"], label: "Temperature" };

describe("the text of an input", () => {
  it("is the input", () => {
    const input = { model: "m", messages: [{ role: "user", content: "Hi" }] };
    expect(inputOf(textOf(input))).toEqual({ input });
  });

  it("that is no JSON tells where", () => {
    const found = inputOf('{\n  "a": 1\n  "b": 2\n}');
    expect(found).toEqual({ problem: "Line 3: A comma is missing before this." });
  });
});

describe("a control", () => {
  it("shows what the input has", () => {
    expect(settingText({ generationConfig: { temperature: 0.5 } }, temperature)).toBe("0.5");
    expect(settingText({ generationConfig: { temperature: "hot" } }, temperature)).toBe('"hot"');
    expect(settingText({}, temperature)).toBe("");
  });

  it("changes the input at its place", () => {
    const input = { contents: [] };
    const after = { contents: [], generationConfig: { temperature: 0.1 } };
    expect(withSetting(input, temperature, " 0.1 ")).toEqual(after);
    expect(withSetting(after, temperature, "")).toEqual(input);
    expect(withSetting(after, temperature, "warm")).toBeNull();
  });
});
