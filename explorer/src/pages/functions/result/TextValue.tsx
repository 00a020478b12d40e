import "./text-value.css";
import { useState } from "preact/hooks";
import { Button } from "../../../components/Button.tsx";
import { Copy } from "../../../components/Copy.tsx";
import { formatCount } from "../../../components/format.ts";
import { Markdown } from "../../../components/Markdown.tsx";
import { looksLikeMarkdown } from "../answers.ts";
import { Segments } from "../form/Segments.tsx";

/** How much of a text is shown at first, and more of it with each click: pages are slow with megabytes. */
const STEP = 50_000;
/** Beyond it Markdown is not read. */
const MOST_MARKDOWN = 200_000;

export type TextLook = "text" | "markdown" | "json";

interface TextValueProps {
  text: string;
  look: TextLook;
  onLook: (look: TextLook) => void;
  /** Keeps its end in sight, as it grows. */
  growing?: boolean;
}

/** A text that a function gave, as text; as Markdown if one wants to. */
export function TextValue({ text, look, onLook, growing = false }: TextValueProps) {
  const [shown, setShown] = useState(STEP);
  const fits = text.length <= MOST_MARKDOWN && looksLikeMarkdown(text);
  const looks = [
    { id: "text" as const, label: "Text" },
    ...(fits ? [{ id: "markdown" as const, label: "Markdown" }] : []),
    ...(growing ? [] : [{ id: "json" as const, label: "JSON" }]),
  ];
  const current = looks.some((each) => each.id === look) ? look : "text";
  return (
    <div class="text-value">
      {(looks.length > 1 || !growing) && (
        <div class="text-value-tools">
          {looks.length > 1 && (
            <Segments
              small
              label="Shown as"
              segments={looks}
              selected={current}
              onSelect={onLook}
            />
          )}
          {!growing && <Copy text={text} label="Copy text" />}
        </div>
      )}
      {current === "markdown" ? (
        <Markdown text={text} />
      ) : current === "json" ? (
        <pre class="text-value-text is-json">
          {cut(JSON.stringify(text.slice(0, shown)), text, shown)}
        </pre>
      ) : text === "" ? (
        <p class="text-value-empty">{growing ? "Waiting for text" : "An empty text"}</p>
      ) : (
        <pre class="text-value-text">{cut(text.slice(0, shown), text, shown)}</pre>
      )}
      {current !== "markdown" && text.length > shown && (
        <Button size="sm" onClick={() => setShown(shown + 5 * STEP)}>
          Show more: {formatCount(text.length - shown)} characters are left
        </Button>
      )}
    </div>
  );
}

function cut(start: string, text: string, shown: number): string {
  return text.length > shown ? `${start}…` : start;
}
