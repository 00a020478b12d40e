import { useState } from "preact/hooks";
import { formatCount } from "../../../components/format.ts";
import { VectorStrip } from "./VectorStrip.tsx";

const FIRST = 6;

/** Embeddings, each with the text that it is of. */
export function Vectors({ vectors, of }: { vectors: number[][]; of: string[] | null }) {
  const [all, setAll] = useState(false);
  const shown = all ? vectors : vectors.slice(0, FIRST);
  return (
    <div class="vectors">
      {shown.map((vector, index) => (
        <div key={index} class="vectors-one">
          {of && vectors.length > 1 && <p class="vectors-text">{of[index]}</p>}
          <VectorStrip vector={vector} label={of?.[index] ?? `Embedding ${index + 1}`} />
        </div>
      ))}
      {shown.length < vectors.length && (
        <button type="button" class="turn-more" onClick={() => setAll(true)}>
          Show all {formatCount(vectors.length)} embeddings
        </button>
      )}
    </div>
  );
}
