import { FileQuestion, Play } from "lucide";
import type { ComponentChildren } from "preact";
import { useMemo } from "preact/hooks";
import { parseExactly, writeExactly } from "../../api/exact-json.ts";
import type { GraphqlResponse } from "../../api/graphql.ts";
import { Badge, type Tone } from "../../components/Badge.tsx";
import { Banner, ErrorBanner } from "../../components/Banner.tsx";
import { Button } from "../../components/Button.tsx";
import { Code } from "../../components/Code.tsx";
import { Copy } from "../../components/Copy.tsx";
import { Empty } from "../../components/Empty.tsx";
import { formatBytes, formatCount, formatDuration, plural } from "../../components/format.ts";
import { jsonProblem } from "../../components/JsonEditor/json-problem.ts";
import { indented } from "../../components/JsonEditor/json-text.ts";
import { JsonView } from "../../components/JsonView.tsx";
import { Skeleton } from "../../components/Skeleton.tsx";
import { Tabs } from "../../components/Tabs.tsx";
import { href } from "../../routes.ts";
import { AnswerErrors } from "./AnswerErrors.tsx";
import { invocationsOf, serverTimings } from "./invocations.ts";
import type { Outcome, Stream } from "./run.ts";
import { StreamView } from "./StreamView.tsx";
import { answerLook } from "./state.ts";
import "./Answer.css";

/** More text than this is not laid out, and not shown in full. */
const MOST_TEXT = 400_000;

export interface AnswerProps {
  outcome: Outcome | undefined;
  onPlace: ((line: number, column: number) => void) | null;
  /** Puts an example into an empty document; null where the document is not empty. */
  onExample: (() => void) | null;
}

/** What became of the last request of a document. */
export function Answer({ outcome, onPlace, onExample }: AnswerProps) {
  return (
    <section class="api-answer" aria-label="Answer" aria-busy={outcome?.state === "running"}>
      <Content outcome={outcome} onPlace={onPlace} onExample={onExample} />
    </section>
  );
}

function Content({ outcome, onPlace, onExample }: AnswerProps) {
  switch (outcome?.state) {
    case undefined:
      return <Nothing onExample={onExample} />;
    case "running":
      return (
        <>
          <Head>
            <span role="status">Waiting for the answer</span>
          </Head>
          <div class="api-answer-wait">
            <Skeleton lines={5} />
          </div>
        </>
      );
    case "stopped":
      return (
        <Head>
          <Badge>Stopped</Badge>
          <span>The answer was not waited for. What began to run may still have its effects.</span>
        </Head>
      );
    case "failed":
      return (
        <div class="api-answer-note">
          <ErrorBanner error={outcome.error} />
        </div>
      );
    case "stream":
      return <StreamAnswer stream={outcome} onPlace={onPlace} />;
    case "answered":
      return (
        <Answered response={outcome.response} onPlace={onPlace} auth={outcome.sent.endpoint.auth} />
      );
  }
}

function Nothing({ onExample }: { onExample: (() => void) | null }) {
  return (
    <Empty
      icon={FileQuestion}
      title="Write a query and run it"
      action={
        onExample && (
          <Button icon={Play} onClick={onExample}>
            Begin with an example
          </Button>
        )
      }
    >
      <dl class="api-keys">
        <Key keys={["Ctrl", "Enter"]}>Run the operation at the cursor</Key>
        <Key keys={["Ctrl", "Space"]}>See what fits here</Key>
        <Key keys={["F1"]}>Read about the word at the cursor</Key>
        <Key keys={["Shift", "Alt", "F"]}>Format</Key>
        <Key keys={["Ctrl", "F"]}>Search</Key>
      </dl>
    </Empty>
  );
}

function Key({ keys, children }: { keys: string[]; children: ComponentChildren }) {
  return (
    <div>
      <dt>
        {keys.map((key) => (
          <kbd key={key}>{key}</kbd>
        ))}
      </dt>
      <dd>{children}</dd>
    </div>
  );
}

function Head({ children }: { children: ComponentChildren }) {
  return <div class="api-answer-head">{children}</div>;
}

interface AnsweredProps {
  response: GraphqlResponse;
  onPlace: AnswerProps["onPlace"];
  auth: "none" | "bearer-token";
}

function Answered({ response, onPlace, auth }: AnsweredProps) {
  const { body } = response;
  const errors = body?.errors?.length ?? 0;
  return (
    <>
      <Head>
        <StatusBadge status={response.status} errors={errors} noJson={body === null} />
        <Facts response={response} />
      </Head>
      {response.status === 401 && <TokenHint auth={auth} />}
      {body !== null && <AnswerErrors answer={body} onPlace={onPlace} />}
      <Body response={response} />
      {body !== null && <Calls response={response} />}
    </>
  );
}

function StatusBadge(props: { status: number; errors: number; noJson: boolean }) {
  const { status, errors, noJson } = props;
  const tone: Tone = status >= 400 || noJson ? "bad" : errors > 0 ? "warn" : "good";
  const words = errors > 0 ? plural(errors, "error") : status < 400 ? "OK" : "";
  return (
    <span role="status">
      <Badge tone={tone}>
        {status} {words}
      </Badge>
    </span>
  );
}

function Facts({ response }: { response: GraphqlResponse }) {
  const timings = serverTimings(response.headers, response.body);
  return (
    <dl class="api-facts">
      <Fact name="Total">{formatDuration(response.ms)}</Fact>
      <Fact name="First byte">{formatDuration(response.firstByteMs)}</Fact>
      {timings.map((one) => (
        <Fact key={one.name} name={one.name}>
          {formatDuration(one.ms)}
        </Fact>
      ))}
      <Fact name="Size">{formatBytes(response.bytes)}</Fact>
    </dl>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function TokenHint({ auth }: { auth: "none" | "bearer-token" }) {
  return (
    <div class="api-answer-note">
      <Banner tone="warn" title="The endpoint wants a token">
        {auth === "bearer-token"
          ? "Give one at the top right, where the endpoint is chosen, or as the header Authorization."
          : "Give one as the header Authorization."}
      </Banner>
    </div>
  );
}

function Body({ response }: { response: GraphqlResponse }) {
  const { body, text } = response;
  const look = body === null ? "text" : answerLook.value;
  const exact = useMemo(() => (body === null ? null : parseExactly(text)), [text]);
  return (
    <Tabs
      class="api-answer-body"
      label="How to show the answer"
      look="segments"
      selected={look}
      onSelect={(id) => {
        answerLook.value = id === "text" ? "text" : "tree";
      }}
      tabs={
        body === null
          ? [{ id: "text", label: "Text" }]
          : [
              { id: "tree", label: "Tree" },
              { id: "text", label: "Text" },
            ]
      }
      // A tree has a button for it itself.
      aside={look === "text" && <Copy text={text} label="Copy the answer" />}
    >
      {look === "tree" ? (
        <JsonView value={exact} label="Answer" text={text} depth={5} />
      ) : (
        <RawText text={text} />
      )}
    </Tabs>
  );
}

function RawText({ text }: { text: string }) {
  const shown = useMemo(() => laidOut(text), [text]);
  const left = shown.length - MOST_TEXT;
  return (
    <>
      <Code
        code={left > 0 ? shown.slice(0, MOST_TEXT) : shown}
        label="Text of the answer"
        plain
        wrap
      />
      {left > 0 && (
        <p class="api-answer-left">
          {formatCount(left)} more characters are not shown. Copying gives all of them.
        </p>
      )}
    </>
  );
}

function laidOut(text: string): string {
  if (text === "") {
    return "(nothing)";
  }
  return text.length > MOST_TEXT || jsonProblem(text) !== null ? text : indented(text);
}

function Calls({ response }: { response: GraphqlResponse }) {
  const calls = response.body === null ? [] : invocationsOf(response.body);
  if (calls.length === 0) {
    return null;
  }
  return (
    <footer class="api-calls">
      <span>{calls.length === 1 ? "Call" : "Calls"}</span>
      <ul>
        {calls.map((one) => (
          <li key={one.key}>
            <a href={href("calls", one.id)}>{one.key}</a>
            {one.lines > 0 && <span>{`${plural(one.lines, "line")} of log`}</span>}
          </li>
        ))}
      </ul>
    </footer>
  );
}

function StreamAnswer({ stream, onPlace }: { stream: Stream; onPlace: AnswerProps["onPlace"] }) {
  const { log, error } = stream;
  const last = log.events.at(-1);
  const failed = last !== undefined && (last.answer.errors?.length ?? 0) > 0;
  return (
    <>
      <Head>
        <StreamBadge stream={stream} />
        <dl class="api-facts">
          <Fact name="Events">{formatCount(log.total)}</Fact>
          {log.failed > 0 && <Fact name="With errors">{formatCount(log.failed)}</Fact>}
          {log.total > 0 && log.total === log.events.length && (
            <Fact name="First event">{formatDuration(log.events[0]?.atMs ?? null)}</Fact>
          )}
          {stream.ms !== null && <Fact name="Total">{formatDuration(stream.ms)}</Fact>}
        </dl>
        <span class="api-answer-tools">
          <Copy
            text={() => log.events.map((one) => writeExactly(one.answer)).join("\n")}
            label="Copy the events, one in a line"
          />
        </span>
      </Head>
      {error !== null && (
        <div class="api-answer-note">
          <ErrorBanner error={error} />
        </div>
      )}
      {failed && <AnswerErrors answer={last.answer} onPlace={onPlace} />}
      <StreamView log={log} live={stream.ms === null} />
    </>
  );
}

function StreamBadge({ stream }: { stream: Stream }) {
  const [tone, words] = streamState(stream);
  return (
    <span role="status">
      <Badge tone={tone}>{words}</Badge>
    </span>
  );
}

function streamState({ ms, error, stopped, log }: Stream): [Tone, string] {
  if (ms === null) {
    return ["accent", "Listening"];
  }
  if (error !== null) {
    return ["bad", "Broken off"];
  }
  if (stopped) {
    return ["neutral", "Stopped"];
  }
  return log.failed > 0 ? ["bad", "Failed"] : ["good", "Complete"];
}
