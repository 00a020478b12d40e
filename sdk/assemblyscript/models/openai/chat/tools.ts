/* Functions that a model of OpenAI may ask for. */

import { JSON } from "json-as";

@json
class FunctionName {
  name: string = "";
}

/** Which tools the model may, or must, use. */
@json
export class ToolChoice {
  type: string = "auto";
  function: FunctionName | null = null;

  static get None(): ToolChoice {
    return <ToolChoice>{ type: "none" };
  }

  static get Auto(): ToolChoice {
    return <ToolChoice>{ type: "auto" };
  }

  static get Required(): ToolChoice {
    return <ToolChoice>{ type: "required" };
  }

  /** This function, and no other. */
  static Function(name: string): ToolChoice {
    const choice = <ToolChoice>{ type: "function" };
    choice.function = <FunctionName>{ name: name };
    return choice;
  }

  @serializer
  private write(self: ToolChoice): string {
    const chosen = self.function;
    if (chosen === null) return JSON.stringify(self.type);
    return '{"type":"function","function":{"name":' + JSON.stringify(chosen.name) + "}}";
  }

  @deserializer
  private read(data: string): ToolChoice {
    if (data.startsWith('"')) return <ToolChoice>{ type: JSON.parse<string>(data) };
    const named = JSON.parse<NamedTool>(data);
    return ToolChoice.Function(named.function.name);
  }
}

@json
class NamedTool {
  function: FunctionName = <FunctionName>{};
}

/** A function that the model may ask for. */
@json
export class Tool {
  type: string = "function";
  function: FunctionDefinition = new FunctionDefinition();

  @omit
  private names: string[] = [];

  @omit
  private schemas: string[] = [];

  static forFunction(name: string, description: string): Tool {
    const tool = new Tool();
    tool.function.name = name;
    tool.function.description = description;
    return tool;
  }

  /** Add a parameter, which the model must give a value. */
  withParameter(name: string, jsonSchemaType: string, description: string): Tool {
    this.names.push(JSON.stringify(name));
    this.schemas.push(
      '{"type":' +
        JSON.stringify(jsonSchemaType) +
        ',"description":' +
        JSON.stringify(description) +
        "}",
    );
    const properties: string[] = [];
    for (let i = 0; i < this.names.length; i++) {
      properties.push(this.names[i] + ":" + this.schemas[i]);
    }
    return this.withParametersSchema(
      '{"type":"object","properties":{' +
        properties.join(",") +
        '},"required":[' +
        this.names.join(",") +
        '],"additionalProperties":false}',
    );
  }

  /** Say by a JSON schema what the parameters are. */
  withParametersSchema(jsonSchema: string): Tool {
    this.function.parameters = JSON.Raw.from(jsonSchema);
    return this;
  }
}

@json
export class FunctionDefinition {
  name: string = "";

  @omitnull()
  description: string | null = null;

  @omitif((self: FunctionDefinition) => self.strict == false)
  strict: bool = false;

  @omitnull()
  parameters: JSON.Raw | null = null;
}

/** What the model wants to be called. */
@json
export class ToolCall {
  id: string = "";
  type: string = "function";
  function: FunctionCall = new FunctionCall();
}

@json
export class FunctionCall {
  name: string = "";

  /** A JSON object, as text. The model may get it wrong. */
  arguments: string = "";
}
