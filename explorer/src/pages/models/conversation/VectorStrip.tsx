import { formatCount } from "../../../components/format.ts";
import { summary } from "../numbers.ts";
import "./VectorStrip.css";

const HEIGHT = 40;

function told(value: number): string {
  return value.toLocaleString("en", { maximumSignificantDigits: 3 }).replace("-", "−");
}

/** The numbers of an embedding at a glance: bars above and below zero, and what can be said of them. */
export function VectorStrip({ vector, label }: { vector: number[]; label: string }) {
  const found = summary(vector);
  const middle = HEIGHT / 2;
  const bars = found.bars
    .map((bar, index) => `M${index + 0.5} ${middle}v${(-bar * middle).toFixed(2)}`)
    .join("");
  const range = `${told(found.least)} to ${told(found.greatest)}`;
  return (
    <figure class="vector-strip">
      <svg
        class="vector-strip-bars"
        viewBox={`0 0 ${found.bars.length} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${label}: ${found.dimension} numbers from ${range}`}
      >
        <path class="vector-strip-zero" d={`M0 ${middle}h${found.bars.length}`} />
        <path class="vector-strip-bar" d={bars} />
      </svg>
      <figcaption class="vector-strip-facts">
        <span>{formatCount(found.dimension)} numbers</span>
        <span>{range}</span>
        <span>length {told(found.length)}</span>
        <code class="vector-strip-first">
          [{found.first.map(told).join(", ")}
          {found.dimension > found.first.length ? ", …" : ""}]
        </code>
      </figcaption>
    </figure>
  );
}
