import "./result-panel.css";
import { useComputed } from "@preact/signals";
import { ArrowUpRight, Play } from "lucide";
import { useEffect, useMemo, useState } from "preact/hooks";
import { recentCalls } from "../../../api/calls.ts";
import { digitsOf } from "../../../api/exact-json.ts";
import type { FunctionInfo } from "../../../api/types.ts";
import { ErrorBanner } from "../../../components/Banner.tsx";
import { CallErrors } from "../../../components/CallErrors/index.tsx";
import { Code } from "../../../components/Code.tsx";
import { Empty } from "../../../components/Empty.tsx";
import { formatBytes, formatDuration } from "../../../components/format.ts";
import { Icon } from "../../../components/Icon.tsx";
import { JsonView } from "../../../components/JsonView.tsx";
import { Skeleton } from "../../../components/Skeleton.tsx";
import { Status } from "../../../components/Status.tsx";
import { Tabs } from "../../../components/Tabs.tsx";
import { TimeSplit } from "../../../components/TimeSplit/index.tsx";
import { href } from "../../../routes.ts";
import { LogLines } from "../../calls/LogLines.tsx";
import { exactValue, sizeOf, withoutRecord } from "../answers.ts";
import type { Run } from "../runs.ts";
import { StreamValue } from "./StreamValue.tsx";
import { type TextLook, TextValue } from "./TextValue.tsx";

interface ResultPanelProps {
  about: FunctionInfo;
  run: Run | undefined;
  /** Whether source files can be read. */
  source: boolean;
}

/** What became of the last run: its value or its errors, its time, its log. */
export function ResultPanel({ about, run, source }: ResultPanelProps) {
  if (run === undefined) {
    return <NotRun about={about} />;
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

function NotRun({ about }: { about: FunctionInfo }) {
  const others = useComputed(() => recentCalls.value.some((call) => call.function === about.name));
  const title = others.value ? "Not run since this page was loaded" : "Not run yet";
  return (
    <Empty icon={Play} title={title}>
      Press Run
      <span class="function-run-keys">
        , or <kbd>Ctrl</kbd> <kbd>Enter</kbd>
      </span>
      , and see here what {about.field} gives.
    </Empty>
  );
}

function ResultHead({ run }: { run: Run }) {
  const status = run.status === "done" ? "ok" : run.status;
  const details = [
    run.bytes === null ? null : formatBytes(run.bytes),
    run.value === undefined ? null : sizeOf(run.value) || null,
  ].filter((each) => each !== null);
  const inAtoll = run.call?.ms ?? null;
  return (
    <div class="result-head">
      <span role="status">
        <Status status={status} />
      </span>
      {run.status === "running" ? (
        <Elapsed since={run.startedAt} />
      ) : (
        <>
          {run.ms !== null && (
            <span title="From this page to the server and back">
              Round trip {formatDuration(run.ms)}
            </span>
          )}
          {details.length > 0 && <span>{details.join(" · ")}</span>}
        </>
      )}
      {run.executionId !== null && (
        <div class="result-record">
          {inAtoll !== null && (
            <span title="The sum of the parts below">In Atoll {formatDuration(inAtoll)}</span>
          )}
          <a class="result-call" href={href("calls", run.executionId)}>
            Call in full
            <Icon icon={ArrowUpRight} size={14} />
          </a>
        </div>
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

type TabName = "result" | "log" | "response";

function ResultTabs({ about, run }: { about: FunctionInfo; run: Run }) {
  const [chosen, setChosen] = useState<TabName>("result");
  const lines = run.call?.log ?? [];
  const tabs = [
    { id: "result", label: about.operation === "subscription" ? "Elements" : "Result" },
    { id: "log", label: "Log", count: lines.length },
    ...(run.raw === null ? [] : [{ id: "response", label: "Response" }]),
  ];
  const selected = tabs.some((tab) => tab.id === chosen) ? chosen : "result";
  return (
    <Tabs
      label="Result"
      tabs={tabs}
      selected={selected}
      onSelect={(id) => setChosen(id as TabName)}
    >
      {selected === "result" && <Value run={run} field={about.field} />}
      {selected === "log" &&
        (lines.length > 0 ? (
          <LogLines lines={lines} />
        ) : (
          <p class="result-none">{about.field} printed and logged nothing.</p>
        ))}
      {selected === "response" && run.raw !== null && <Response raw={run.raw} />}
    </Tabs>
  );
}

function Value({ run, field }: { run: Run; field: string }) {
  const [look, setLook] = useState<TextLook>("text");
  const value = useMemo(
    () => (run.raw === null ? run.value : exactValue(run.raw, field)),
    [run.raw, run.value],
  );
  if (run.elements !== null) {
    return <StreamValue elements={run.elements} running={run.status === "running"} />;
  }
  if (value === undefined) {
    return run.status === "running" ? (
      <Skeleton lines={2} />
    ) : (
      <p class="result-none">There is no result.</p>
    );
  }
  if (typeof value === "string" && digitsOf(value) === null) {
    return <TextValue text={value} look={look} onLook={setLook} />;
  }
  return <JsonView value={value} label="Result" />;
}

/** The most of a response that is shown as it came. */
const MOST_RAW = 100_000;

function Response({ raw }: { raw: string }) {
  const cut = raw.length > MOST_RAW ? `${raw.slice(0, MOST_RAW)}…` : raw;
  return <Code code={cut} label="The response as it came" wrap maxHeight={420} />;
}
