import "./latency-strip.css";
import { useComputed } from "@preact/signals";
import { recentCalls as calls } from "../../api/calls.ts";
import { formatDuration, formatTime, plural } from "../../components/format.ts";
import { href } from "../../routes.ts";
import { type Latency, latenciesOf } from "./latencies.ts";

/** How long the latest calls of a function took, whoever made them. */
export function LatencyStrip({ name }: { name: string }) {
  const found = useComputed(() => latenciesOf(calls.value, name)).value;
  if (found.calls.length === 0) {
    return null;
  }
  const failed = found.calls.filter((call) => call.failed).length;
  return (
    <section class="latency-strip" aria-labelledby="latency-title">
      <div class="latency-head">
        <h2 class="function-part" id="latency-title">
          Recent calls
        </h2>
        <dl class="latency-numbers">
          <div>
            <dt>median</dt>
            <dd>{formatDuration(found.medianMs)}</dd>
          </div>
          <div>
            <dt>
              <abbr title="95th percentile">p95</abbr>
            </dt>
            <dd>{formatDuration(found.p95Ms)}</dd>
          </div>
          {failed > 0 && (
            <div class="latency-failed">
              <dt>failed</dt>
              <dd>{failed}</dd>
            </div>
          )}
        </dl>
        <a class="latency-all" href={href("calls", "", { function: name })}>
          All calls
        </a>
      </div>
      <div class="latency-chart">
        <ol
          class="latency-bars"
          aria-label={`The latest ${plural(found.calls.length, "call")}, oldest first`}
        >
          {found.calls.map((call) => (
            <Bar key={call.id} call={call} />
          ))}
        </ol>
        <span class="latency-scale" aria-hidden="true">
          {formatDuration(found.scaleMs)}
        </span>
      </div>
    </section>
  );
}

function Bar({ call }: { call: Latency }) {
  const said = `${formatDuration(call.ms)}${call.failed ? ", failed" : ""} at ${formatTime(call.at)}`;
  return (
    <li class="latency-place">
      <a
        class="latency-link"
        href={href("calls", call.id)}
        title={said}
        aria-label={said}
        tabIndex={-1}
      >
        <span
          class={`latency-bar${call.failed ? " is-failed" : ""}${call.cut ? " is-cut" : ""}`}
          style={{ height: `${Math.max(3, call.height * 100)}%` }}
        />
      </a>
    </li>
  );
}
