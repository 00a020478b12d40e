const NAMES: Record<string, string> = {
  openai: "OpenAI format",
  "openai-responses": "OpenAI Responses format",
  "openai-embeddings": "OpenAI embeddings format",
  anthropic: "Anthropic format",
  gemini: "Gemini format",
  llama: "Llama format",
};

/**
 * The interface of a model in words. Many models that are not of OpenAI take its format, so that the bare
 * name would read as who runs the model.
 */
export function formatName(name: string): string {
  return Object.hasOwn(NAMES, name) ? (NAMES[name] as string) : `${name} format`;
}
