/* Functions that a model of Gemini may ask for. */

import { JSON } from "json-as";

@json
export class FunctionDeclaration {
  name: string = "";

  @omitnull()
  description: string | null = null;

  /** A schema of Gemini's own. */
  @omitnull()
  parameters: JSON.Raw | null = null;

  /** A JSON schema instead. */
  @omitnull()
  parametersJsonSchema: JSON.Raw | null = null;
}

@json
export class GeminiTool {
  functionDeclarations: FunctionDeclaration[] = [];
}

/** Whether the model may (`AUTO`), must (`ANY`) or must not (`NONE`) ask for functions. */
@json
export class FunctionCallingConfig {
  mode: string = "AUTO";

  @omitnull()
  allowedFunctionNames: string[] | null = null;
}

@json
export class ToolConfig {
  functionCallingConfig: FunctionCallingConfig = new FunctionCallingConfig();
}
