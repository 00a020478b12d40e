import type { State } from "../../api/types.ts";
import { shellWord } from "../../components/shell-word.ts";

type Language = State["language"];

/** How a function of the app puts a text into a collection. */
export function upsertExample(language: Language, collection: string): string {
  const name = JSON.stringify(collection);
  switch (language) {
    case "python":
      return `from atoll.sdk import collections

texts = collections.get(${name})


def add_text(key: str, text: str) -> str:
    return texts.upsert(text, key=key, labels=["new"])`;
    case "assemblyscript":
      return `import { collections } from "@hypermode/modus-sdk-as";

export function addText(key: string, text: string): string {
  const result = collections.upsert(${name}, key, text, ["new"]);
  if (!result.isSuccessful) throw new Error(result.error);
  return result.keys[0];
}`;
    case "go":
      return `func AddText(key, text string) (string, error) {
	result, err := collections.Upsert(${name}, &key, text, []string{"new"})
	if err != nil {
		return "", err
	}
	return result.Keys[0], nil
}`;
  }
}

/** How many texts are put into a collection at once. */
export function importExample(collection: string): string {
  return `atoll collections import texts.jsonl --collection ${shellWord(collection)}`;
}

export const IMPORT_LINES = `{"key": "password", "text": "You can change …", "labels": ["account"]}
{"key": "shipping", "text": "We ship to …", "metadata": {"year": 2026}}`;

/** A model that makes vectors on this machine. */
const EMBEDDING_MODEL = "all-minilm-l6-v2";

/** How that model gets onto this machine. */
export const INSTALL_EXAMPLE = `atoll models install ${EMBEDDING_MODEL}`;

/** A collection in `modus.json`, and the model of its embedder. */
export const COLLECTION_EXAMPLE = `"models": {
  "embedder": {
    "sourceModel": "${EMBEDDING_MODEL}",
    "connection": "local"
  }
},
"collections": {
  "help": {
    "searchMethods": {
      "meaning": { "embedder": "embed" }
    }
  }
}`;

/** The function that makes vectors, which the manifest names. */
export function embedderExample(language: Language): string {
  switch (language) {
    case "python":
      return `from atoll.sdk import models

embedder = models.get("embedder")


def embed(texts: list[str]) -> list[list[float]]:
    return embedder.embed(texts).vectors`;
    case "assemblyscript":
      return `export function embed(texts: string[]): f32[][] {
  const model = models.getModel<OpenAIEmbeddingsModel>("embedder");
  const output = model.invoke(model.createInput(texts));
  return output.data.map<f32[]>((each) => each.embedding);
}`;
    case "go":
      return `func Embed(texts []string) ([][]float32, error) {
	model, err := models.GetModel[openai.EmbeddingsModel]("embedder")
	if err != nil {
		return nil, err
	}
	input, err := model.CreateInput(texts)
	if err != nil {
		return nil, err
	}
	output, err := model.Invoke(input)
	if err != nil {
		return nil, err
	}
	vectors := make([][]float32, len(output.Data))
	for i, each := range output.Data {
		vectors[i] = each.Embedding
	}
	return vectors, nil
}`;
  }
}
