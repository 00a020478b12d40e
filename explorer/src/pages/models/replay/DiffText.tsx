import type { Change } from "../diff.ts";
import "./DiffText.css";

/** One side of a diff: what only this side has is marked. */
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
        return side === "before" ? (
          <del key={index} class="diff-text-removed">
            {text}
          </del>
        ) : (
          <ins key={index} class="diff-text-added">
            {text}
          </ins>
        );
      })}
    </p>
  );
}
