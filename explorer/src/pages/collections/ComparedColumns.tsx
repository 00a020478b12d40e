import { ArrowDown, ArrowUp, Equal, Plus } from "lucide";
import { Fragment } from "preact";
import { useState } from "preact/hooks";
import { formatDuration } from "../../components/format.ts";
import { Icon } from "../../components/Icon.tsx";
import { curve, type Link, linksBetween, type Way } from "./columns.ts";
import { climbInWords, compareRankings, type Hit, overlap, type RankedHit } from "./ranking.ts";
import { scoreText } from "./scores.ts";
import type { Outcome } from "./use-search.ts";
import "./compared-columns.css";

/** The height of a hit, and the width between columns; as in the css. */
const ROW = 84;
const GAP = 44;

interface Props {
  ways: readonly Way[];
  outcomes: readonly Outcome[];
  busy: boolean;
  onOpen: (hit: Hit) => void;
}

/** A column for each way, and a line from column to column for each text that both have. */
export function ComparedColumns({ ways, outcomes, busy, onOpen }: Props) {
  const [pointed, setPointed] = useState<string | null>(null);
  const found = outcomes.map((each) => ("answer" in each ? each.answer.hits : null));
  const columns = compareRankings(found);
  const links = linksBetween(columns);
  const first = ways[0]?.label ?? "";
  return (
    <>
      <p class="collections-found-line">
        Lines join a text with itself in the next column. A dashed frame is a text that one way
        alone finds.
      </p>
      <section
        class={busy ? "compared is-busy" : "compared"}
        aria-label="Compared ways to search"
        tabIndex={0}
      >
        {ways.map((way, at) => (
          <Fragment key={way.id}>
            {at > 0 && <Links links={links[at - 1] ?? []} pointed={pointed} rows={most(columns)} />}
            <section class="compared-column" aria-label={way.label}>
              <ColumnHead way={way} outcome={outcomes[at]} first={at > 0 ? found[0] : null} />
              <ol class="compared-hits">
                {columns[at]?.map((ranked) => (
                  <ComparedHit
                    key={ranked.id}
                    ranked={ranked}
                    first={at === 0 ? null : first}
                    pointed={pointed === ranked.id}
                    onPoint={setPointed}
                    onOpen={onOpen}
                  />
                ))}
              </ol>
            </section>
          </Fragment>
        ))}
      </section>
    </>
  );
}

function most(columns: RankedHit[][]): number {
  return Math.max(0, ...columns.map((each) => each.length));
}

interface HeadProps {
  way: Way;
  outcome: Outcome | undefined;
  /** What the first column found, if this is another one. */
  first: readonly Hit[] | null | undefined;
}

function ColumnHead({ way, outcome, first }: HeadProps) {
  return (
    <header class="compared-head">
      <h3>{way.label}</h3>
      {outcome && "answer" in outcome && (
        <p>
          {formatDuration(outcome.answer.ms)}
          {first && <Shared first={first} hits={outcome.answer.hits} />}
          {outcome.answer.hits.length === 0 && " · nothing found"}
        </p>
      )}
      {outcome && "error" in outcome && (
        <p class="compared-error" role="alert">
          {outcome.error.message} {outcome.error.hint}
        </p>
      )}
    </header>
  );
}

function Shared({ first, hits }: { first: readonly Hit[]; hits: readonly Hit[] }) {
  const { shared, of } = overlap(first, hits);
  return (
    <>
      {" · "}
      {shared} of {of} shared
    </>
  );
}

interface HitProps {
  ranked: RankedHit;
  /** The name of the first column; null in it. */
  first: string | null;
  pointed: boolean;
  onPoint: (id: string | null) => void;
  onOpen: (hit: Hit) => void;
}

function ComparedHit({ ranked, first, pointed, onPoint, onOpen }: HitProps) {
  const { hit, id, rank, columns } = ranked;
  const look = ["compared-hit", pointed && "is-pointed", columns.length === 1 && "is-alone"];
  return (
    <li class={look.filter(Boolean).join(" ")}>
      <button
        type="button"
        onClick={() => onOpen(hit)}
        onPointerEnter={() => onPoint(id)}
        onPointerLeave={() => onPoint(null)}
        onFocus={() => onPoint(id)}
        onBlur={() => onPoint(null)}
      >
        <span class="compared-hit-line">
          <span class="compared-rank">{rank}</span>
          {first !== null && <Climb ranked={ranked} first={first} />}
          <span class="compared-key">{hit.key}</span>
          <span class="compared-score">{scoreText(hit.score)}</span>
        </span>
        <span class="compared-text">{hit.text || "(empty text)"}</span>
      </button>
    </li>
  );
}

function Climb({ ranked, first }: { ranked: RankedHit; first: string }) {
  const { climb } = ranked;
  const words = climbInWords(ranked, first);
  const [icon, tone] =
    climb === null
      ? [Plus, "new"]
      : climb === 0
        ? [Equal, "same"]
        : climb > 0
          ? [ArrowUp, "up"]
          : [ArrowDown, "down"];
  return (
    <span class={`compared-climb compared-climb-${tone}`} title={words}>
      <Icon icon={icon} size={12} />
      <span aria-hidden="true">{climb === null ? "new" : climb === 0 ? "" : Math.abs(climb)}</span>
      <span class="only-read">{words}</span>
    </span>
  );
}

interface LinksProps {
  links: readonly Link[];
  pointed: string | null;
  rows: number;
}

function Links({ links, pointed, rows }: LinksProps) {
  const height = rows * ROW;
  return (
    <svg class="compared-links" width={GAP} height={height} aria-hidden="true">
      {links.map((link) => (
        <path
          key={link.id}
          d={curve(link, ROW, GAP)}
          class={link.id === pointed ? "is-pointed" : undefined}
        />
      ))}
    </svg>
  );
}
