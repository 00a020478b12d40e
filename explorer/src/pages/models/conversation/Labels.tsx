import { useState } from "preact/hooks";
import { formatCount, formatShare } from "../../../components/format.ts";
import type { Prediction } from "../numbers.ts";
import "./Labels.css";

const FIRST = 12;
const MOST_LABELS = 8;

/** What a classifier said of each text, with its probabilities as bars. */
export function Labels({ predictions, of }: { predictions: Prediction[]; of: string[] | null }) {
  const [all, setAll] = useState(false);
  const shown = all ? predictions : predictions.slice(0, FIRST);
  return (
    <div class="labels">
      {shown.map((prediction, index) => (
        <div key={index} class="labels-one">
          {of && <p class="labels-text">{of[index]}</p>}
          <p class="labels-chosen">
            {prediction.label}
            {prediction.confidence !== null && (
              <span class="labels-share">{formatShare(prediction.confidence)}</span>
            )}
          </p>
          {prediction.probabilities.length > 0 && (
            <dl class="labels-bars">
              {prediction.probabilities.slice(0, MOST_LABELS).map(({ label, probability }) => (
                <div key={label} class="labels-row">
                  <dt>{label}</dt>
                  <dd>
                    <span class="labels-track">
                      <span
                        class="labels-bar"
                        style={{ width: `${Math.max(0, Math.min(1, probability)) * 100}%` }}
                      />
                    </span>
                    {formatShare(probability)}
                  </dd>
                </div>
              ))}
            </dl>
          )}
        </div>
      ))}
      {shown.length < predictions.length && (
        <button type="button" class="turn-more" onClick={() => setAll(true)}>
          Show all {formatCount(predictions.length)}
        </button>
      )}
    </div>
  );
}
