import "./result-panel.css";
import { ArrowUpRight, Play } from "lucide";
import { useEffect, useMemo, useState } from "preact/hooks";
import type { FunctionInfo } from "../../../api/types";
import { ErrorBanner } from "../../../components/Banner";
import { CallErrors } from "../../../components/CallErrors/index.tsx";
import { Code } from "../../../components/Code";
import { Empty } from "../../../components/Empty";
import { formatBytes, formatDuration } from "../../../components/format";
import { Icon } from "../../../components/Icon";
import { JsonView } from "../../../components/JsonView";
import { Status } from "../../../components/Status";
import { Tabs } from "../../../components/Tabs";
import { TimeSplit } from "../../../components/TimeSplit/index.tsx";
import { href } from "../../../routes";
import { LogLines } from "../../calls/LogLines.tsx";
import { losesDigits, sizeOf, withoutRecord } from "../answers";
import type { Run } from "../runs";
import { StreamValue } from "./StreamValue";
import { type TextLook, TextValue } from "./TextValue";

interface ResultPanelProps {
  about: FunctionInfo;
  run: Run | undefined;
  /** Whether source files can be read. */
  source: boolean;
}

/** What became of the last run: its value or its errors, its time, its log. */
export function ResultPanel({ about, run, source }: ResultPanelProps) {
  if (run === undefined) {
    return (
      <Empty icon={Play} title="Not run yet">
        Press Run, or <kbd>Ctrl</kbd> <kbd>Enter</kbd>, and see here what {about.field} gives.
      </Empty>
    );
  }
  const { call } = run;
  const errors = call !== null && call.errors.length > 0 ? call.errors : withoutRecord(run.errors);
  return (
    <div class="result-panel">
      <ResultHead run={run} />
      {call !== null && (
        <TimeSplit
          queueMs={call.queueMs}
          instantiateMs={call.instantiateMs}
          guestMs={call.guestMs}
          hostMs={call.hostMs}
          running={call.status === "running"}
        />
      )}
      {run.failure !== null && <ErrorBanner error={run.failure} />}
      {errors.length > 0 && <CallErrors key={call?.id} errors={errors} source={source} />}
      <ResultTabs about={about} run={run} />
    </div>
  );
}

function ResultHead({ run }: { run: Run }) {
  const status = run.status === "done" ? "ok" : run.status;
  const details = [
    run.ms === null ? null : formatDuration(run.ms),
    run.bytes === null ? null : formatBytes(run.bytes),
    run.value === undefined ? null : sizeOf(run.value) || null,
  ].filter((each) => each !== null);
  return (
    <div class="result-head">
      <span role="status">
        <Status status={status} />
      </span>
      {run.status === "running" ? (
        <Elapsed since={run.startedAt} />
      ) : (
        <span>{details.join(" · ")}</span>
      )}
      {run.executionId !== null && (
        <a class="result-call" href={href("calls", run.executionId)}>
          Call in full
          <Icon icon={ArrowUpRight} size={14} />
        </a>
      )}
    </div>
  );
}

/** How long it has been running. */
function Elapsed({ since }: { since: number }) {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 100);
    return () => clearInterval(timer);
  }, []);
  return <span>{(Math.max(0, now - since) / 1000).toFixed(1)} s</span>;
}

type TabName = "result" | "log" | "answer";

function ResultTabs({ about, run }: { about: FunctionInfo; run: Run }) {
  const [chosen, setChosen] = useState<TabName>("result");
  const lines = run.call?.log ?? [];
  const tabs = [
    { id: "result", label: about.operation === "subscription" ? "Elements" : "Result" },
    { id: "log", label: "Log", count: lines.length },
    ...(run.raw === null ? [] : [{ id: "answer", label: "Answer" }]),
  ];
  const selected = tabs.some((tab) => tab.id === chosen) ? chosen : "result";
  return (
    <Tabs
      label="Result"
      tabs={tabs}
      selected={selected}
      onSelect={(id) => setChosen(id as TabName)}
    >
      {selected === "result" && <Value run={run} />}
      {selected === "log" &&
        (lines.length > 0 ? (
          <LogLines lines={lines} />
        ) : (
          <p class="result-none">{about.field} printed and logged nothing.</p>
        ))}
      {selected === "answer" && run.raw !== null && <Answer raw={run.raw} />}
    </Tabs>
  );
}

function Value({ run }: { run: Run }) {
  const [look, setLook] = useState<TextLook>("text");
  const rounded = useMemo(() => run.raw !== null && losesDigits(run.raw), [run.raw]);
  if (run.elements !== null) {
    return <StreamValue elements={run.elements} running={run.status === "running"} />;
  }
  if (run.value === undefined) {
    const words = run.status === "running" ? "Running" : "There is no result.";
    return <p class="result-none">{words}</p>;
  }
  if (typeof run.value === "string") {
    return <TextValue text={run.value} look={look} onLook={setLook} />;
  }
  return (
    <>
      {rounded && (
        <p class="result-rounded">
          Numbers of more than 16 digits are rounded here. “Answer” has them in full.
        </p>
      )}
      <JsonView value={run.value} label="Result" />
    </>
  );
}

/** The most of an answer that is shown as it came. */
const MOST_RAW = 100_000;

function Answer({ raw }: { raw: string }) {
  const cut = raw.length > MOST_RAW ? `${raw.slice(0, MOST_RAW)}…` : raw;
  return <Code code={cut} label="The answer as it came" wrap maxHeight={420} />;
}
