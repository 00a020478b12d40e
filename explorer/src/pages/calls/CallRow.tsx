import { Plug, ScrollText } from "lucide";
import type { CallSummary } from "../../api/types.ts";
import { formatDateTime, formatDay, formatDuration, formatTime } from "../../components/format.ts";
import { Icon } from "../../components/Icon.tsx";
import { Status } from "../../components/Status.tsx";
import { durationBar } from "./duration-bar.ts";

/** One line of the list: what was called, how it went, how long it took. */
export function CallRow({ call, onOpen }: { call: CallSummary; onOpen: (id: string) => void }) {
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the list that it is in has the keys and roles
    // biome-ignore lint/a11y/useKeyWithClickEvents: Enter is the list's
    <div class="call-row" onClick={() => onOpen(call.id)}>
      <Status status={call.status} dot />
      <span class="call-row-what">
        <span class="call-row-function">{call.function}</span>
        {call.reason === "embedder" && <span class="call-row-reason">embedder</span>}
        {call.error !== null && <span class="call-row-error">{call.error.message}</span>}
      </span>
      <span class="call-row-counts">
        {call.operations > 0 && (
          <span title={`${call.operations} host calls`}>
            <Icon icon={Plug} size={12} />
            {call.operations}
            <span class="only-read"> host calls</span>
          </span>
        )}
        {call.lines > 0 && (
          <span title={`${call.lines} lines logged`}>
            <Icon icon={ScrollText} size={12} />
            {call.lines}
            <span class="only-read"> lines logged</span>
          </span>
        )}
      </span>
      <span class="call-row-duration">
        {call.ms === null ? (
          <span class="call-row-running">running</span>
        ) : (
          <>
            <span class="call-row-bar" aria-hidden="true">
              <span
                class={call.status === "failed" ? "call-row-fill is-failed" : "call-row-fill"}
                style={{ width: `${Math.round(durationBar(call.ms) * 100)}%` }}
              />
            </span>
            <span class="call-row-ms">{formatDuration(call.ms)}</span>
          </>
        )}
      </span>
      <Started at={call.startedAt} />
    </div>
  );
}

/** Of another day the day alone: the detail has it all. */
function Started({ at }: { at: number }) {
  const date = new Date(at);
  const today = date.toDateString() === new Date().toDateString();
  const [seconds, millis] = formatTime(at, true).split(".");
  return (
    <time class="call-row-at" dateTime={date.toISOString()} title={formatDateTime(at, true)}>
      {!today && `${formatDay(at)} `}
      {seconds}
      {today && <span class="call-row-millis">.{millis}</span>}
    </time>
  );
}
