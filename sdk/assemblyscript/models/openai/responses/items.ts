/* Items of OpenAI's API "Responses", to the model and from it. */

import { JSON } from "json-as";

import * as base64 from "../../../assembly/base64";

/** What a model is given: a message, what came of a function, or what it said earlier. */
@json
export abstract class InputItem {
  abstract toJSON(): string;

  @serializer
  private write(self: InputItem): string {
    return self.toJSON();
  }

  @deserializer
  private read(data: string): InputItem {
    return new RawItem(data);
  }
}

/** An item of any kind, as JSON text. */
export class RawItem extends InputItem {
  constructor(public text: string) {
    super();
  }

  toJSON(): string {
    return this.text;
  }
}

/** A message of a `string`, or of `InputContent[]`. */
export class InputMessage<T = string> extends InputItem {
  /** `role` is `user`, `system`, `developer` or `assistant`. */
  constructor(
    public role: string,
    public content: T,
  ) {
    super();
  }

  static fromParts(role: string, parts: InputContent[]): InputMessage<InputContent[]> {
    return new InputMessage<InputContent[]>(role, parts);
  }

  toJSON(): string {
    return '{"role":' + JSON.stringify(this.role) + ',"content":' + contentOf<T>(this.content) + "}";
  }
}

/** What came of a function that the model asked for. */
export class FunctionCallOutput extends InputItem {
  constructor(
    public callId: string,
    public output: string,
  ) {
    super();
  }

  toJSON(): string {
    const id = JSON.stringify(this.callId);
    const output = JSON.stringify(this.output);
    return '{"type":"function_call_output","call_id":' + id + ',"output":' + output + "}";
  }
}

/** A part of a message. */
export abstract class InputContent {
  abstract toJSON(): string;
}

export class InputText extends InputContent {
  constructor(public text: string) {
    super();
  }

  toJSON(): string {
    return '{"type":"input_text","text":' + JSON.stringify(this.text) + "}";
  }
}

/** A picture. */
export class InputImage extends InputContent {
  private constructor(
    private url: string,
    private detail: string,
  ) {
    super();
  }

  static fromURL(url: string, detail: string = "auto"): InputImage {
    return new InputImage(url, detail);
  }

  /** From bytes or base64 text; the content type may leave out `image/`. */
  static fromData<T>(data: T, contentType: string, detail: string = "auto"): InputImage {
    const type = contentType.startsWith("image/") ? contentType : "image/" + contentType;
    return new InputImage("data:" + type + ";base64," + base64.encoded<T>(data), detail);
  }

  toJSON(): string {
    const head = '{"type":"input_image","image_url":' + JSON.stringify(this.url);
    return head + ',"detail":' + JSON.stringify(this.detail) + "}";
  }
}

/** A document that the model reads. */
export class InputFile extends InputContent {
  private constructor(private members: string) {
    super();
  }

  static fromURL(url: string): InputFile {
    return new InputFile('"file_url":' + JSON.stringify(url));
  }

  /** From bytes or base64 text. */
  static fromData<T>(data: T, filename: string, contentType: string = "application/pdf"): InputFile {
    const text = "data:" + contentType + ";base64," + base64.encoded<T>(data);
    const name = JSON.stringify(filename);
    return new InputFile('"filename":' + name + ',"file_data":' + JSON.stringify(text));
  }

  toJSON(): string {
    return '{"type":"input_file",' + this.members + "}";
  }
}

function contentOf<T>(content: T): string {
  if (content instanceof Array<InputContent>) {
    const parts = changetype<InputContent[]>(content);
    const texts: string[] = [];
    for (let i = 0; i < parts.length; i++) texts.push(parts[i].toJSON());
    return "[" + texts.join(",") + "]";
  }
  return JSON.stringify<T>(content);
}

@json
class OutputFields {
  type: string = "";
  id: string = "";
  status: string = "";
  role: string = "";
  content: OutputContent[] = [];

  @alias("call_id")
  callId: string = "";

  name: string = "";
  arguments: string = "";
  summary: ReasoningSummary[] = [];
}

/** What the model says: a `message`, a `function_call`, a `reasoning`, or something newer. */
@json
export class OutputItem {
  type: string = "";
  id: string = "";
  status: string = "";

  /** Of a message. */
  role: string = "";
  content: OutputContent[] = [];

  /** Of a function that the model asks for. */
  @alias("call_id")
  callId: string = "";

  name: string = "";

  /** A JSON object, as text. The model may get it wrong. */
  arguments: string = "";

  /** Of what the model thinks. */
  summary: ReasoningSummary[] = [];

  @omit
  private raw: string | null = null;

  /** The text of a message, "" of other items. */
  get text(): string {
    const texts: string[] = [];
    for (let i = 0; i < this.content.length; i++) texts.push(this.content[i].text);
    return texts.join("");
  }

  /** The same as a part of the next input, with fields that this class does not have. */
  toInput(): InputItem {
    const raw = this.raw;
    return new RawItem(raw === null ? JSON.stringify<OutputItem>(this) : raw);
  }

  @deserializer
  private read(data: string): OutputItem {
    const fields = JSON.parse<OutputFields>(data);
    const item = <OutputItem>{
      type: fields.type,
      id: fields.id,
      status: fields.status,
      role: fields.role,
      content: fields.content,
      callId: fields.callId,
      name: fields.name,
      arguments: fields.arguments,
      summary: fields.summary,
    };
    item.raw = data;
    return item;
  }
}

/** A part of a message: `output_text`, or `refusal`. */
@json
export class OutputContent {
  type: string = "";
  text: string = "";
  refusal: string = "";

  /** What the text refers to. */
  @omitnull()
  annotations: JSON.Raw | null = null;

  /** If the request includes them. */
  @omitnull()
  logprobs: JSON.Raw | null = null;
}

@json
export class ReasoningSummary {
  type: string = "";
  text: string = "";
}
