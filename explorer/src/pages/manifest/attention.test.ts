import { describe, expect, it } from "vitest";
import type { Manifest, ModelInfo } from "../../api/types.ts";
import { attention, bySetting, envLine, remedyOf } from "./attention.ts";

const EMPTY: Manifest = {
  file: "modus.json",
  endpoints: [],
  connections: [],
  models: [],
  secrets: [],
  limits: [],
  collections: [],
  warnings: [],
};

function model(sourceModel: string, installed: boolean | null): ModelInfo {
  const rest = { provider: null, connection: "local", interface: null, hint: null, location: null };
  return { name: "m", sourceModel, installed, ...rest };
}

function secret(name: string, set: boolean) {
  return { name, set, usedBy: ["connections.a"] };
}

describe("attention", () => {
  it("has nothing to say of a manifest with all it needs", () => {
    const secrets = [secret("A", true)];
    const models = [model("x", true), model("y", null)];
    expect(attention({ ...EMPTY, secrets, models })).toEqual([]);
  });

  it("counts what is missing, and says where", () => {
    const secrets = [secret("A", false), secret("B", false), secret("C", true)];
    const problem = { code: "X", message: "", hint: null, file: null, line: null, column: null };
    const found = attention({
      ...EMPTY,
      secrets,
      models: [model("x", false)],
      warnings: [problem],
    });
    expect(found).toEqual([
      { section: "warnings", text: "1 warning" },
      { section: "secrets", text: "2 secrets missing" },
      { section: "models", text: "1 model not installed" },
    ]);
  });
});

describe("secrets", () => {
  it("are listed with the missing ones first", () => {
    const secrets = [secret("B", true), secret("C", false), secret("A", true), secret("A2", false)];
    expect(bySetting(secrets).map((each) => each.name)).toEqual(["A2", "C", "A", "B"]);
  });

  it("are set by a line that ends where the value begins", () => {
    expect(envLine(secret("MODUS_OPENAI_KEY", false))).toBe("MODUS_OPENAI_KEY=");
  });
});

describe("remedyOf", () => {
  it("takes the command out of a hint that has one", () => {
    expect(remedyOf("run: atoll models install all-minilm-l6-v2")).toEqual({
      command: "atoll models install all-minilm-l6-v2",
    });
  });

  it("makes a sentence of others", () => {
    expect(remedyOf("local models are: a, b")).toEqual({ words: "Local models are: a, b" });
    expect(remedyOf("")).toEqual({ words: "" });
  });
});
