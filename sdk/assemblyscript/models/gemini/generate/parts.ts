/* Parts of contents: text, data, functions. */

import { JSON } from "json-as";

import * as base64 from "../../../assembly/base64";
import { Members } from "../../../assembly/members";

/** A picture, a sound, a document. */
@json
export class InlineData {
  mimeType: string = "";

  /** In base64. */
  data: string = "";
}

/** The same by its address. */
@json
export class FileData {
  mimeType: string = "";
  fileUri: string = "";
}

/** A function that the model asks for. */
@json
export class FunctionCall {
  @omitnull()
  id: string | null = null;

  name: string = "";

  @omitnull()
  args: JSON.Raw | null = null;
}

/** What came of a function that the model asked for. */
@json
export class FunctionResponse {
  @omitnull()
  id: string | null = null;

  name: string = "";

  /** An object. */
  response: JSON.Raw = JSON.Raw.from("{}");
}

@json
class PartFields {
  text: string = "";
  thought: bool = false;
  thoughtSignature: string | null = null;
  inlineData: InlineData | null = null;
  fileData: FileData | null = null;
  functionCall: FunctionCall | null = null;
  functionResponse: FunctionResponse | null = null;
}

/** A part of a content. One that the model gave keeps fields that this class does not have. */
@json
export class Part {
  text: string = "";

  /** Whether the text is not the answer, but what the model thinks on its way there. */
  thought: bool = false;

  /** By which the provider knows its own thought again. */
  thoughtSignature: string | null = null;

  inlineData: InlineData | null = null;
  fileData: FileData | null = null;
  functionCall: FunctionCall | null = null;
  functionResponse: FunctionResponse | null = null;

  @omit
  private raw: string | null = null;

  /** From bytes or base64 text. */
  static fromData<T>(data: T, mimeType: string): Part {
    return <Part>{ inlineData: { mimeType: mimeType, data: base64.encoded<T>(data) } };
  }

  static fromFile(fileUri: string, mimeType: string): Part {
    return <Part>{ fileData: { mimeType: mimeType, fileUri: fileUri } };
  }

  /** What came of a function; `response` is a JSON object. */
  static fromResult(call: FunctionCall, response: string): Part {
    const result = <FunctionResponse>{ id: call.id, name: call.name };
    result.response = JSON.Raw.from(response);
    return <Part>{ functionResponse: result };
  }

  @serializer
  private write(self: Part): string {
    const raw = self.raw;
    const known = new Members();
    const signature = self.thoughtSignature;
    const data = self.inlineData;
    const file = self.fileData;
    const call = self.functionCall;
    const result = self.functionResponse;
    const hasOther = data !== null || file !== null || call !== null || result !== null;
    if (self.text.length > 0 || (raw === null && !hasOther)) {
      known.set("text", JSON.stringify(self.text));
    }
    if (self.thought) known.set("thought", "true");
    if (signature !== null) known.set("thoughtSignature", JSON.stringify<string>(signature));
    if (data !== null) known.set("inlineData", JSON.stringify<InlineData>(data));
    if (file !== null) known.set("fileData", JSON.stringify<FileData>(file));
    if (raw === null) {
      if (call !== null) known.set("functionCall", JSON.stringify<FunctionCall>(call));
      if (result !== null) known.set("functionResponse", JSON.stringify<FunctionResponse>(result));
    }
    return known.addedTo(raw === null ? "{}" : raw);
  }

  @deserializer
  private read(data: string): Part {
    const fields = JSON.parse<PartFields>(data);
    const part = <Part>{
      text: fields.text,
      thought: fields.thought,
      thoughtSignature: fields.thoughtSignature,
      inlineData: fields.inlineData,
      fileData: fields.fileData,
      functionCall: fields.functionCall,
      functionResponse: fields.functionResponse,
    };
    part.raw = data;
    return part;
  }
}
