/* Parts of messages: text, pictures, documents, tools. */

import { JSON } from "json-as";

import * as base64 from "../../../assembly/base64";

/** A part of a message. */
export abstract class Block {
  abstract toJSON(): string;
}

export function blocksToJSON(blocks: Block[]): string {
  const texts: string[] = [];
  for (let i = 0; i < blocks.length; i++) texts.push(blocks[i].toJSON());
  return "[" + texts.join(",") + "]";
}

/** A part of any kind, as JSON text. */
export class RawBlock extends Block {
  constructor(public text: string) {
    super();
  }

  toJSON(): string {
    return this.text;
  }
}

export class TextBlock extends Block {
  constructor(public text: string) {
    super();
  }

  toJSON(): string {
    return '{"type":"text","text":' + JSON.stringify(this.text) + "}";
  }
}

/** A picture. */
export class ImageBlock extends Block {
  private constructor(private source: string) {
    super();
  }

  static fromURL(url: string): ImageBlock {
    return new ImageBlock(urlSource(url));
  }

  /** From bytes or base64 text; the media type may leave out `image/`. */
  static fromData<T>(data: T, mediaType: string): ImageBlock {
    const type = mediaType.startsWith("image/") ? mediaType : "image/" + mediaType;
    return new ImageBlock(dataSource<T>(data, type));
  }

  toJSON(): string {
    return '{"type":"image","source":' + this.source + "}";
  }
}

/** A document that the model reads: a PDF, or a text. */
export class DocumentBlock extends Block {
  title: string | null = null;

  private constructor(private source: string) {
    super();
  }

  static fromURL(url: string): DocumentBlock {
    return new DocumentBlock(urlSource(url));
  }

  /** From bytes or base64 text. */
  static fromData<T>(data: T, mediaType: string = "application/pdf"): DocumentBlock {
    return new DocumentBlock(dataSource<T>(data, mediaType));
  }

  static fromText(text: string): DocumentBlock {
    const data = JSON.stringify(text);
    return new DocumentBlock('{"type":"text","media_type":"text/plain","data":' + data + "}");
  }

  toJSON(): string {
    const title = this.title;
    const named = title === null ? "" : ',"title":' + JSON.stringify<string>(title);
    return '{"type":"document","source":' + this.source + named + "}";
  }
}

/** A tool that the model asked for. */
export class ToolUseBlock extends Block {
  /** `input` is a JSON object. */
  constructor(
    public id: string,
    public name: string,
    public input: JSON.Raw,
  ) {
    super();
  }

  toJSON(): string {
    const name = JSON.stringify(this.name);
    const head = '{"type":"tool_use","id":' + JSON.stringify(this.id) + ',"name":' + name;
    return head + ',"input":' + this.input.data + "}";
  }
}

/** What came of a tool that the model asked for. */
export class ToolResultBlock extends Block {
  constructor(
    public toolUseId: string,
    public content: string,
    public isError: bool = false,
  ) {
    super();
  }

  toJSON(): string {
    const id = JSON.stringify(this.toolUseId);
    const head = '{"type":"tool_result","tool_use_id":' + id;
    const failed = this.isError ? ',"is_error":true' : "";
    return head + ',"content":' + JSON.stringify(this.content) + failed + "}";
  }
}

function urlSource(url: string): string {
  return '{"type":"url","url":' + JSON.stringify(url) + "}";
}

function dataSource<T>(data: T, mediaType: string): string {
  const type = JSON.stringify(mediaType);
  return '{"type":"base64","media_type":' + type + ',"data":"' + base64.encoded<T>(data) + '"}';
}
