/**
 * The address that opens a file in Visual Studio Code, and in editors that took over its form.
 *
 * `path` is absolute; a path of Windows (`C:\app\main.py`) gets the slashes of an address.
 */
export function editorLink(path: string, line: number, column: number | null): string {
  const slashes = path.replaceAll("\\", "/");
  const rooted = slashes.startsWith("/") ? slashes : `/${slashes}`;
  const encoded = rooted.split("/").map(encodeSegment).join("/");
  return `vscode://file${encoded}:${line}:${column ?? 1}`;
}

/** A drive's colon stays, since the editor does not decode it. */
function encodeSegment(segment: string): string {
  return /^[A-Za-z]:$/.test(segment) ? segment : encodeURIComponent(segment);
}
