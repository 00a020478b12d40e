import { Activity, MessagesSquare, RotateCcw, X } from "lucide";
import type { ComponentChildren } from "preact";
import { state } from "../../api/events.ts";
import { writeExactly } from "../../api/exact-json.ts";
import type { Call } from "../../api/types.ts";
import { Badge } from "../../components/Badge.tsx";
import { ErrorBanner } from "../../components/Banner.tsx";
import { Button } from "../../components/Button.tsx";
import { CallErrors } from "../../components/CallErrors/index.tsx";
import { Copy } from "../../components/Copy.tsx";
import { Empty } from "../../components/Empty.tsx";
import { formatCount, formatDuration } from "../../components/format.ts";
import { IconButton } from "../../components/IconButton.tsx";
import { Skeleton } from "../../components/Skeleton.tsx";
import { Status } from "../../components/Status.tsx";
import { TimeSplit } from "../../components/TimeSplit/index.tsx";
import { Waterfall } from "../../components/Waterfall/index.tsx";
import { href } from "../../routes.ts";
import { KeptValue } from "./KeptValue.tsx";
import { LogLines } from "./LogLines.tsx";
import { elapsedMs, formatMoment } from "./moments.ts";
import { useRunAgain } from "./run-again.ts";
import { useCall } from "./use-call.ts";
import "./CallDetail.css";

interface CallDetailProps {
  id: string;
  onClose: () => void;
}

/** Everything that is known of one call. */
export function CallDetail({ id, onClose }: CallDetailProps) {
  const { data: call, error, reload } = useCall(id);
  return (
    <section class="call-detail" aria-label={call === null ? "Call" : `Call of ${call.function}`}>
      <div class="call-detail-bar">
        {call === null ? <span /> : <Actions call={call} />}
        <IconButton icon={X} label="Close" size="sm" tip="left" onClick={onClose} />
      </div>
      <div class="call-detail-body">
        {call !== null && <CallView key={id} call={call} />}
        {call === null && error?.status === 404 && <Forgotten />}
        {call === null && error !== null && error.status !== 404 && (
          <ErrorBanner error={error} onRetry={reload} />
        )}
        {call === null && error === null && <Skeleton lines={8} />}
      </div>
    </section>
  );
}

function Forgotten() {
  return (
    <Empty icon={Activity} title="This call is not kept any more">
      Only the newest calls are, and none from before the server was started or the list was
      cleared.
    </Empty>
  );
}

function Actions({ call }: { call: Call }) {
  const runAgain = useRunAgain(call);
  const models = call.timeline.some((operation) => operation.name.startsWith("models."));
  return (
    <div class="call-detail-actions">
      {runAgain !== null && call.reason === "request" && (
        <Button size="sm" icon={RotateCcw} onClick={runAgain}>
          Run again
        </Button>
      )}
      {models && (
        <Button
          size="sm"
          variant="ghost"
          icon={MessagesSquare}
          href={href("models", "", { call: call.id })}
        >
          Model traffic
        </Button>
      )}
      <Copy text={() => writeExactly(call, 2)} label="Copy as JSON" withText />
    </div>
  );
}

function CallView({ call }: { call: Call }) {
  const callMs = call.ms ?? elapsedMs(call);
  const readyMs = call.queueMs + call.instantiateMs;
  return (
    <>
      <header class="call-detail-head">
        <h2 class="call-detail-title">{call.function}</h2>
        <p class="call-detail-facts">
          <Status status={call.status} />
          <span>{call.ms === null ? "still at work" : formatDuration(call.ms)}</span>
          <span>{formatMoment(call.startedAt)}</span>
          {call.reason === "embedder" && (
            <Badge title="A collection called it, as it needed vectors">embedder</Badge>
          )}
        </p>
        <p class="call-detail-id">
          <code>{call.id}</code>
          <Copy text={call.id} label="Copy ID" />
        </p>
      </header>
      {call.errors.length > 0 && (
        <CallErrors errors={call.errors} source={state.value?.features.source ?? false} />
      )}
      <Section title="Time">
        <TimeSplit
          queueMs={call.queueMs}
          instantiateMs={call.instantiateMs}
          guestMs={call.guestMs}
          hostMs={call.hostMs}
          running={call.status === "running"}
        />
      </Section>
      <Section
        title="Host functions and spans"
        count={call.timeline.length + call.operationsNotKept}
      >
        {call.timeline.length === 0 ? (
          <p class="call-detail-none">The function asked nothing of its host.</p>
        ) : (
          <Waterfall
            name={call.function}
            operations={call.timeline}
            callMs={callMs}
            readyMs={readyMs}
            notKept={call.operationsNotKept}
          />
        )}
      </Section>
      <Section title="Log" count={call.log.length}>
        {call.log.length === 0 ? (
          <p class="call-detail-none">It logged nothing.</p>
        ) : (
          <LogLines lines={call.log} />
        )}
      </Section>
      <Section title="Arguments">
        <KeptValue kept={call.arguments} what="arguments" />
      </Section>
      {(call.result !== null || call.status === "ok") && (
        <Section title="Result">
          <KeptValue kept={call.result} what="result" />
        </Section>
      )}
    </>
  );
}

interface SectionProps {
  title: string;
  count?: number;
  children: ComponentChildren;
}

function Section({ title, count = 0, children }: SectionProps) {
  return (
    <section class="call-section" aria-label={title}>
      <h3 class="call-section-title">
        {title}
        {count > 0 && <span class="call-section-count">{formatCount(count)}</span>}
      </h3>
      {children}
    </section>
  );
}
