import type { State } from "../../../api/types.ts";

/** How a function asks a model, in the language of the app. */
export function lesson(language: State["language"] | undefined, model: string): string {
  const name = JSON.stringify(model);
  switch (language) {
    case "go":
      return [
        `model, err := models.GetModel[openai.ChatModel](${name})`,
        'input, err := model.CreateInput(openai.NewUserMessage("Say hello."))',
        "output, err := model.Invoke(input)",
      ].join("\n");
    case "assemblyscript":
      return [
        `const model = models.getModel<OpenAIChatModel>(${name});`,
        'const input = model.createInput([new UserMessage("Say hello.")]);',
        "const output = model.invoke(input);",
      ].join("\n");
    default:
      return `writer = models.get(${name})\nwriter.generate("Say hello.")`;
  }
}
