import { describe, expect, it } from "vitest";
import type { Json, ModelInfo } from "../../api/types.ts";
import {
  candidates,
  changes,
  forModel,
  guessInterface,
  priceOf,
  read,
  settingsOf,
  unstreamed,
  written,
} from "./settings.ts";

function model(name: string, form: string | null): ModelInfo {
  return { name, interface: form, sourceModel: `${name}-1` } as ModelInfo;
}

describe("the settings of a replay", () => {
  const where: [string, string, string][] = [
    ["openai", "temperature", "max_tokens"],
    ["openai-responses", "temperature", "max_output_tokens"],
    ["anthropic", "temperature", "max_tokens"],
    ["gemini", "generationConfig.temperature", "generationConfig.maxOutputTokens"],
    ["llama", "temperature", "max_gen_len"],
  ];

  it.each(where)("of %s are where that interface has them", (form, temperature, most) => {
    const settings = settingsOf(form, {});
    expect(settings?.temperature.path.join(".")).toBe(temperature);
    expect(settings?.maxTokens.path.join(".")).toBe(most);
  });

  it("follow the name that the input uses", () => {
    const settings = settingsOf("openai", { max_completion_tokens: 10 });
    expect(settings?.maxTokens.path).toEqual(["max_completion_tokens"]);
  });

  it("are none where there is nothing to set", () => {
    for (const form of ["openai-embeddings", "classification", "embeddings", "strange", null]) {
      expect(settingsOf(form, {})).toBeNull();
    }
    expect(settingsOf("openai", "text")).toBeNull();
  });
});

describe("an input", () => {
  const path = ["generationConfig", "temperature"];

  it("is changed at one place, and is the same as before elsewhere", () => {
    const before: Json = { contents: [], generationConfig: { topP: 0.5, temperature: 1 } };
    const after = written(before, path, 0.2);
    expect(after).toEqual({ contents: [], generationConfig: { topP: 0.5, temperature: 0.2 } });
    expect(read(after, path)).toBe(0.2);
    expect(read(before, path)).toBe(1);
  });

  it("gets what it lacks on the way, and loses it again", () => {
    const after = written({ contents: [] }, path, 0);
    expect(after).toEqual({ contents: [], generationConfig: { temperature: 0 } });
    expect(written(after, path, null)).toEqual({ contents: [] });
    expect(written({ a: 1 }, path, null)).toEqual({ a: 1 });
  });

  it("carries the name of the model that is asked, if it carried the old one's", () => {
    const input: Json = { model: "gpt-4o", messages: [] };
    expect(forModel(input, "gpt-4o", "small")).toEqual({ model: "small", messages: [] });
    expect(forModel(input, "other", "small")).toBe(input);
    expect(forModel({ contents: [] }, "gpt-4o", "small")).toEqual({ contents: [] });
  });

  it("is asked anew as a whole", () => {
    const input: Json = { a: 1, stream: true, stream_options: { include_usage: true } };
    expect(unstreamed(input)).toEqual({ a: 1 });
    expect(unstreamed({ a: 1 })).toEqual({ a: 1 });
  });

  it("tells its form where the manifest does not", () => {
    const forms: [Json, string | null][] = [
      [{ messages: [] }, "openai"],
      [{ messages: [], system: "Be brief." }, "anthropic"],
      [{ contents: [] }, "gemini"],
      [{ prompt: "Hi" }, "llama"],
      [{ input: ["a", "b"] }, "openai-embeddings"],
      [{ input: [{ role: "user", content: "Hi" }] }, "openai-responses"],
      [{ instances: ["a"] }, "classification"],
      [{ other: 1 }, null],
      ["text", null],
    ];
    for (const [input, form] of forms) {
      expect(guessInterface(input)).toBe(form);
    }
  });

  it("differs from another in named fields", () => {
    const before = { model: "a", temperature: 1, messages: ["x".repeat(99)], top_p: 0.5 };
    const after = { model: "a", temperature: 0.2, messages: ["y".repeat(99)] };
    expect(changes(before, after)).toEqual(["temperature 0.2", "messages", "no top_p"]);
    expect(changes(before, before)).toEqual([]);
    expect(changes("a", "b")).toEqual(["input"]);
  });
});

describe("the models that can be asked", () => {
  const models = [model("a", "openai"), model("b", "anthropic"), model("c", "openai")];

  it("are its own and those of its interface", () => {
    const found = candidates({ model: "c", input: {} }, models);
    expect(found.interface).toBe("openai");
    expect(found.models.map(({ name }) => name)).toEqual(["c", "a"]);
  });

  it("are told by the input if its own is not in the manifest any more", () => {
    const found = candidates({ model: "gone", input: { messages: [], system: "" } }, models);
    expect(found.interface).toBe("anthropic");
    expect(found.models.map(({ name }) => name)).toEqual(["b"]);
  });
});

it("asking again may cost money unless the model runs here, installed or not", () => {
  expect(priceOf({ installed: null })).toContain("may cost money");
  expect(priceOf(undefined)).toContain("may cost money");
  expect(priceOf({ installed: true })).toContain("runs inside Atoll");
  expect(priceOf({ installed: false })).not.toContain("may cost");
});
