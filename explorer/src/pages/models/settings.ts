import type { Inference, Json, ModelInfo } from "../../api/types.ts";

/** A field of a model's input that a replay has a control for. */
export interface Setting {
  /** Where it is in the input: `["generationConfig", "temperature"]`. */
  path: string[];
  label: string;
}

interface Settings {
  temperature: string[];
  /** The first that the input has counts; the first of all if it has none. */
  maxTokens: string[][];
}

type JsonObject = { [name: string]: Json };

const SETTINGS: Record<string, Settings> = {
  openai: { temperature: ["temperature"], maxTokens: [["max_tokens"], ["max_completion_tokens"]] },
  "openai-responses": { temperature: ["temperature"], maxTokens: [["max_output_tokens"]] },
  anthropic: { temperature: ["temperature"], maxTokens: [["max_tokens"]] },
  gemini: {
    temperature: ["generationConfig", "temperature"],
    maxTokens: [["generationConfig", "maxOutputTokens"]],
  },
  llama: { temperature: ["temperature"], maxTokens: [["max_gen_len"]] },
};

/** The controls that an interface has: none for embeddings and classification. */
export function settingsOf(
  name: string | null,
  input: Json,
): { temperature: Setting; maxTokens: Setting } | null {
  const settings = name === null ? undefined : SETTINGS[name];
  if (!settings || !isObject(input)) {
    return null;
  }
  const paths = settings.maxTokens;
  const most = paths.find((path) => read(input, path) !== undefined) ?? (paths[0] as string[]);
  return {
    temperature: { path: settings.temperature, label: "Temperature" },
    maxTokens: { path: most, label: "Max tokens" },
  };
}

/** The value at a path; undefined if there is none. */
export function read(input: Json, path: string[]): Json | undefined {
  let value: Json | undefined = input;
  for (const name of path) {
    value = isObject(value) ? value[name] : undefined;
  }
  return value;
}

/** The input with another value at a path, or without it: then objects that it was alone in go too. */
export function written(input: Json, path: string[], value: number | null): Json {
  const [name, ...rest] = path;
  if (name === undefined) {
    return value;
  }
  const object: JsonObject = isObject(input) ? { ...input } : {};
  const inner = rest.length > 0 ? written(object[name] ?? {}, rest, value) : value;
  if (inner === null || (rest.length > 0 && isObject(inner) && !Object.keys(inner).length)) {
    delete object[name];
  } else {
    object[name] = inner;
  }
  return object;
}

/** The input for another model, whose own name it carries where the old one's stood. */
export function forModel(input: Json, from: string | null, to: string): Json {
  if (!isObject(input) || typeof input.model !== "string" || input.model !== from) {
    return input;
  }
  return { ...input, model: to };
}

/** The input as it is asked again: whole, not piece by piece. */
export function unstreamed(input: Json): Json {
  if (!isObject(input) || !("stream" in input)) {
    return input;
  }
  const { stream: _, stream_options: __, ...rest } = input;
  return rest;
}

/** In which form an input is, where the manifest does not know its model any more. */
export function guessInterface(input: Json): string | null {
  if (!isObject(input)) {
    return null;
  }
  if (Array.isArray(input.contents)) {
    return "gemini";
  }
  if (Array.isArray(input.instances)) {
    return "classification";
  }
  if (typeof input.prompt === "string") {
    return "llama";
  }
  if (Array.isArray(input.messages)) {
    const blocks = "system" in input || "stop_sequences" in input || "thinking" in input;
    return blocks ? "anthropic" : "openai";
  }
  if (!("input" in input)) {
    return null;
  }
  const items = Array.isArray(input.input) ? input.input : [];
  const responses = "instructions" in input || "max_output_tokens" in input || items.some(isObject);
  return responses ? "openai-responses" : "openai-embeddings";
}

/** The models that understand an inference's input: first its own, then those of its interface. */
export function candidates(
  inference: Pick<Inference, "model" | "input">,
  models: ModelInfo[],
): { interface: string | null; models: ModelInfo[] } {
  const own = models.find((model) => model.name === inference.model);
  const form = own?.interface ?? guessInterface(inference.input);
  const others = models.filter((model) => model !== own && model.interface === form);
  return { interface: form, models: own ? [own, ...others] : others };
}

/** What it takes to ask a model again. */
export function priceOf(model: Pick<ModelInfo, "installed"> | undefined): string {
  return model !== undefined && model.installed !== null
    ? "This asks the real model, which runs inside Atoll: it costs time, and no money."
    : "This asks the real model: it counts as any other request there, and may cost money.";
}

/** How an input differs from another, by the names of its outermost fields and what they are now. */
export function changes(before: Json, after: Json): string[] {
  if (!isObject(before) || !isObject(after)) {
    return same(before, after) ? [] : ["input"];
  }
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names]
    .filter((name) => !same(before[name], after[name]))
    .map((name) => {
      const value = after[name];
      if (value === undefined) {
        return `no ${name}`;
      }
      const told = JSON.stringify(value);
      return told.length <= 24 ? `${name} ${told}` : name;
    });
}

function same(one: Json | undefined, other: Json | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
