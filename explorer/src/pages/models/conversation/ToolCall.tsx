import { CornerDownRight, Wrench } from "lucide";
import type { Json } from "../../../api/types.ts";
import { Icon } from "../../../components/Icon.tsx";
import { JsonView } from "../../../components/JsonView.tsx";
import type { Block, Result } from "../conversation.ts";
import "./ToolCall.css";

/** What a model asked a tool, and what it was told. */
export function ToolCall({ call }: { call: Block & { kind: "tool" } }) {
  return (
    <section class="tool-call" aria-label={`Call of ${call.name}`}>
      <p class="tool-call-head">
        <Icon icon={Wrench} size={14} />
        <code class="tool-call-name">{call.name || "a tool"}</code>
        {call.id && call.id !== call.name && <span class="tool-call-id">{call.id}</span>}
      </p>
      <Arguments given={call.arguments} />
      {call.result ? (
        <ToolResult result={call.result} label={`Result of ${call.name}`} />
      ) : (
        <p class="tool-call-open">Its result is not a part of this conversation.</p>
      )}
    </section>
  );
}

function Arguments({ given }: { given: Json | undefined }) {
  if (typeof given === "string") {
    return <p class="tool-call-text">{given}</p>;
  }
  const names = typeof given === "object" && given !== null ? Object.keys(given) : [];
  if (given === undefined || given === null || names.length === 0) {
    return <p class="tool-call-none">No arguments</p>;
  }
  if (
    Array.isArray(given) ||
    typeof given !== "object" ||
    !names.every((name) => isPlain(given[name]))
  ) {
    return <JsonView value={given} label="Arguments" tools={false} />;
  }
  return (
    <dl class="tool-call-arguments">
      {names.map((name) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{JSON.stringify(given[name])}</dd>
        </div>
      ))}
    </dl>
  );
}

function isPlain(value: Json | undefined): boolean {
  return typeof value !== "object" || value === null;
}

export function ToolResult({ result, label }: { result: Result; label: string }) {
  return (
    <div class="tool-result">
      <Icon icon={CornerDownRight} size={14} label="Result" />
      {result.json === undefined ? (
        <p class="tool-call-text">{result.text || "(empty)"}</p>
      ) : (
        <JsonView value={result.json} label={label} tools={false} />
      )}
    </div>
  );
}
