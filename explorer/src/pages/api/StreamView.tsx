import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { formatDuration, plural } from "../../components/format.ts";
import { JsonView } from "../../components/JsonView.tsx";
import { Skeleton } from "../../components/Skeleton.tsx";
import { eventLine, type StreamEvent, type StreamLog } from "./stream-log.ts";
import "./StreamView.css";

/** The answers of a subscription as they come; each opens to all that it has. */
export function StreamView({ log, live }: { log: StreamLog; live: boolean }) {
  const list = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const left = log.total - log.events.length;

  useLayoutEffect(() => {
    const element = list.current;
    if (element !== null && atEnd.current) {
      element.scrollTop = element.scrollHeight;
    }
  }, [log.total]);

  return (
    <div
      ref={list}
      class="api-stream"
      role="region"
      aria-label="Events of the subscription"
      tabIndex={0}
      onScroll={({ currentTarget: at }) => {
        atEnd.current = at.scrollHeight - at.scrollTop - at.clientHeight < 24;
      }}
    >
      {left > 0 && <p class="api-stream-left">{plural(left, "earlier event")} not shown</p>}
      <ol class="api-stream-list">
        {log.events.map((event) => (
          <Event key={event.number} event={event} />
        ))}
      </ol>
      {log.total === 0 && live && (
        <div class="api-stream-wait">
          <p>Waiting for the first event</p>
          <Skeleton lines={2} />
        </div>
      )}
      {log.total === 0 && !live && <p class="api-stream-left">It ended without any event.</p>}
    </div>
  );
}

function Event({ event }: { event: StreamEvent }) {
  const [open, setOpen] = useState(false);
  const failed = (event.answer.errors?.length ?? 0) > 0;
  return (
    <li>
      <details
        class={`api-stream-event${failed ? " is-failed" : ""}`}
        onToggle={(toggled) => setOpen(toggled.currentTarget.open)}
      >
        <summary>
          <span class="api-stream-number">{event.number}</span>
          <span class="api-stream-at">+{formatDuration(event.atMs)}</span>
          <code class="api-stream-line">{eventLine(event.answer)}</code>
        </summary>
        {open && <JsonView value={event.answer} label={`Event ${event.number}`} depth={4} />}
      </details>
    </li>
  );
}
