/** JSON with its own numbers and texts to the letter, which parsing would round. */
export function indented(text: string): string {
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g) ?? [];
  let depth = 0;
  let out = "";
  tokens.forEach((token, at) => {
    const before = tokens[at - 1] ?? "";
    const opens = before === "{" || before === "[";
    if (token === "}" || token === "]") {
      depth--;
    }
    const newLine = opens ? token !== "}" && token !== "]" : before === "," || isEnd(token);
    if (newLine && at > 0) {
      out += `\n${"  ".repeat(depth)}`;
    }
    out += token === ":" ? ": " : token;
    if (token === "{" || token === "[") {
      depth++;
    }
  });
  return out;
}

function isEnd(token: string): boolean {
  return token === "}" || token === "]";
}
