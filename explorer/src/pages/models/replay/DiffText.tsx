import { Fragment } from "preact";
import type { Change } from "../diff.ts";
import "./DiffText.css";

/** One of two texts: the words that the other has not are marked. Neither is a correction of the other. */
export function DiffText({ changes, side }: { changes: Change[]; side: "before" | "after" }) {
  const own = side === "before" ? "removed" : "added";
  return (
    <p class="diff-text">
      {changes.map(({ kind, text }, index) => {
        if (kind === "same") {
          return text;
        }
        if (kind !== own) {
          return null;
        }
        const word = text.trim();
        const at = text.indexOf(word);
        return (
          <Fragment key={index}>
            {text.slice(0, at)}
            {word !== "" && <mark class="diff-text-own">{word}</mark>}
            {text.slice(at + word.length)}
          </Fragment>
        );
      })}
    </p>
  );
}
