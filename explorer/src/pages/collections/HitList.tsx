import { Waypoints } from "lucide";
import { useRef } from "preact/hooks";
import { Badge } from "../../components/Badge.tsx";
import { IconButton } from "../../components/IconButton.tsx";
import { rove } from "./list-keys.ts";
import { namespaceLabel } from "./place.ts";
import { type Hit, hitId } from "./ranking.ts";
import { scoreFill, scoreText } from "./scores.ts";
import "./hit-list.css";

interface Props {
  hits: readonly Hit[];
  label: string;
  showNamespace: boolean;
  onOpen: (hit: Hit) => void;
  /** Without it, there is no button for it. */
  onSimilar?: (hit: Hit) => void;
}

/** What a search found, the best first. Arrow keys go from one to the next. */
export function HitList({ hits, label, showNamespace, onOpen, onSimilar }: Props) {
  const list = useRef<HTMLOListElement>(null);
  return (
    <ol
      class="hit-list"
      aria-label={label}
      ref={list}
      onKeyDown={(event) => rove(event, list.current, ".hit-open")}
    >
      {hits.map((hit, at) => (
        <li key={hitId(hit)} class="hit">
          <span class="hit-rank" aria-hidden="true">
            {at + 1}
          </span>
          <div class="hit-main">
            <button type="button" class="hit-open" onClick={() => onOpen(hit)}>
              {hit.text || "(empty text)"}
            </button>
            <div class="hit-about">
              {showNamespace && <Badge>{namespaceLabel(hit.namespace)}</Badge>}
              {hit.labels.map((each) => (
                <Badge key={each} tone="accent">
                  {each}
                </Badge>
              ))}
              <span class="hit-key">{hit.key}</span>
            </div>
          </div>
          {onSimilar && (
            <IconButton
              icon={Waypoints}
              label="More like this"
              size="sm"
              tip="left"
              class="hit-similar"
              onClick={() => onSimilar(hit)}
            />
          )}
          <Score score={hit.score} distance={hit.distance} />
        </li>
      ))}
    </ol>
  );
}

function Score({ score, distance }: { score: number; distance: number }) {
  return (
    <div class="hit-score" title={`Distance ${distance.toFixed(4)}, score ${score.toFixed(4)}`}>
      <span class="hit-score-number">
        <span class="only-read">Score </span>
        {scoreText(score)}
      </span>
      <span class="hit-score-bar" aria-hidden="true">
        <span class="hit-score-fill" style={{ width: `${scoreFill(score)}%` }} />
      </span>
    </div>
  );
}
