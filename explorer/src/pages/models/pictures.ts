/** What can be done with the source of an image that was sent to a model or came from one. */
export type Picture =
  | { kind: "here"; type: string; bytes: Uint8Array<ArrayBuffer> }
  /** On another machine: its address is shown, nothing is fetched. */
  | { kind: "elsewhere"; address: string }
  | { kind: "unknown"; reason: string };

/** Formats without scripts in them. */
const SHOWN = ["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/bmp"];
const DATA_URL = /^data:([^;,]*)((?:;[^;,]*)*),/i;
const MOST_BYTES = 32 * 1024 * 1024;

/** Takes apart a `data:` URL or an address. */
export function picture(source: string): Picture {
  const head = DATA_URL.exec(source);
  if (!head) {
    if (/^(https?|gs|s3|file):/i.test(source)) {
      return { kind: "elsewhere", address: source };
    }
    return { kind: "unknown", reason: "Its source is neither data nor an address." };
  }
  const type = (head[1] ?? "").toLowerCase();
  const name = type || "without a type";
  if (!SHOWN.includes(type)) {
    return { kind: "unknown", reason: `Pictures ${name} are not shown.` };
  }
  if (!/;base64$/i.test(head[2] ?? "")) {
    return { kind: "unknown", reason: "Its data is not in base64." };
  }
  const text = source.slice(head[0].length);
  if (text.length > MOST_BYTES) {
    return { kind: "unknown", reason: "It is too large to be shown." };
  }
  try {
    const bytes = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
    return { kind: "here", type, bytes };
  } catch {
    return { kind: "unknown", reason: "Its data was cut or is damaged." };
  }
}
