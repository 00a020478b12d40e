import { formatDuration, formatShare } from "../format.ts";
import { partsOf, type Times } from "./parts.ts";
import "./TimeSplit.css";

export interface TimeSplitProps extends Times {
  /** Whether the call is at work still, so that the parts grow. */
  running?: boolean;
}

/** What the time of a call went into: a bar of four parts, and what each of them took. */
export function TimeSplit({ running = false, ...times }: TimeSplitProps) {
  const parts = partsOf(times);
  return (
    <div class="time-split">
      <div class={running ? "time-split-bar is-running" : "time-split-bar"} aria-hidden="true">
        {parts
          .filter((part) => part.share > 0)
          .map((part) => (
            <span
              key={part.name}
              class={`time-split-part is-${part.name}`}
              style={{ flexGrow: part.share }}
            />
          ))}
      </div>
      <dl class="time-split-legend">
        {parts.map((part) => (
          <div key={part.name} class="time-split-item" title={part.meaning}>
            <dt class={`time-split-name is-${part.name}`}>{part.label}</dt>
            <dd class="time-split-value">
              {formatDuration(part.ms)}
              <span class="time-split-share">{formatShare(part.share)}</span>
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
