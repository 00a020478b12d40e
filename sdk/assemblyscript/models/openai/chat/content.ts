/* Parts of the content of messages: text, pictures, sound. */

import { JSON } from "json-as";

import * as base64 from "../../../assembly/base64";

/** A part of a message's content. */
export abstract class ContentPart {
  constructor(private kind: string = "") {}

  get type(): string {
    return this.kind;
  }

  abstract toJSON(): string;
}

export class TextContentPart extends ContentPart {
  constructor(public text: string) {
    super("text");
  }

  toJSON(): string {
    return '{"type":"text","text":' + JSON.stringify(this.text) + "}";
  }
}

export class ImageContentPart extends ContentPart {
  constructor(public image: Image) {
    super("image_url");
  }

  toJSON(): string {
    return '{"type":"image_url","image_url":' + JSON.stringify(this.image) + "}";
  }
}

export class AudioContentPart extends ContentPart {
  constructor(public audio: Audio) {
    super("input_audio");
  }

  toJSON(): string {
    return '{"type":"input_audio","input_audio":' + this.audio.toJSON() + "}";
  }
}

export class RefusalContentPart extends ContentPart {
  constructor(public refusal: string) {
    super("refusal");
  }

  toJSON(): string {
    return '{"type":"refusal","refusal":' + JSON.stringify(this.refusal) + "}";
  }
}

/** A picture, by its address or as data. */
@json
export class Image {
  url: string = "";

  @omitnull()
  detail: string | null = null;

  static fromURL(url: string, detail: string | null = null): Image {
    return <Image>{ url: url, detail: detail };
  }

  /** From bytes or base64 text; the content type may leave out `image/`. */
  static fromData<T>(data: T, contentType: string, detail: string | null = null): Image {
    const type = contentType.startsWith("image/") ? contentType : "image/" + contentType;
    return Image.fromURL("data:" + type + ";base64," + base64.encoded<T>(data), detail);
  }
}

/** Recorded sound. */
export class Audio {
  private text: string = "";
  format: string = "";

  get data(): Uint8Array {
    return base64.decode(this.text);
  }

  set data(value: Uint8Array) {
    this.text = base64.encode(value);
  }

  /** From bytes or base64 text; the format may begin with `audio/`. */
  static fromData<T>(data: T, format: string): Audio {
    const audio = new Audio();
    audio.text = base64.encoded<T>(data);
    audio.format = format.startsWith("audio/") ? format.substring(6) : format;
    return audio;
  }

  toJSON(): string {
    return '{"data":"' + this.text + '","format":' + JSON.stringify(this.format) + "}";
  }
}
