/* Functions that a model may ask for, as OpenAI's API "Responses" has them. */

import { JSON } from "json-as";

/** A function that the model may ask for. */
@json
export class FunctionTool {
  type: string = "function";
  name: string = "";

  @omitnull()
  description: string | null = null;

  /** A JSON schema of an object. */
  @omitnull()
  parameters: JSON.Raw | null = null;

  strict: bool = false;

  static of(name: string, description: string, parametersSchema: string | null = null): FunctionTool {
    const tool = <FunctionTool>{ name: name, description: description };
    if (parametersSchema !== null) tool.parameters = JSON.Raw.from(parametersSchema);
    return tool;
  }
}

/** Which tools the model may, or must, use. */
@json
export class ToolChoice {
  private constructor(private json: string = '"auto"') {}

  static get None(): ToolChoice {
    return new ToolChoice('"none"');
  }

  static get Auto(): ToolChoice {
    return new ToolChoice('"auto"');
  }

  static get Required(): ToolChoice {
    return new ToolChoice('"required"');
  }

  /** This function, and no other. */
  static Function(name: string): ToolChoice {
    return new ToolChoice('{"type":"function","name":' + JSON.stringify(name) + "}");
  }

  @serializer
  private write(self: ToolChoice): string {
    return self.json;
  }

  @deserializer
  private read(data: string): ToolChoice {
    return new ToolChoice(data);
  }
}
