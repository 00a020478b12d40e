import type { ComponentChildren } from "preact";
import { useResource } from "../../../api/resource.ts";
import type { Inference, Manifest } from "../../../api/types.ts";
import { Copy } from "../../../components/Copy.tsx";
import { formatCost, formatCount, formatDuration } from "../../../components/format.ts";
import { SourceLink } from "../../../components/SourcePanel.tsx";
import { href } from "../../../routes.ts";
import { isReplay } from "../asker.ts";
import "./Facts.css";

/** What is known of an invocation besides its words. */
export function Facts({ inference }: { inference: Inference }) {
  const { inputTokens, outputTokens, ms, firstByteMs, cost } = inference;
  const { data } = useResource<Manifest>("manifest");
  const place = data?.models.find((model) => model.name === inference.model)?.location;
  return (
    <aside class="facts" aria-label="About this invocation">
      <dl class="facts-list">
        <Fact name="Duration">{formatDuration(ms)}</Fact>
        {firstByteMs !== null && <Fact name="First byte">{formatDuration(firstByteMs)}</Fact>}
        <Fact name="Tokens in">{counted(inputTokens)}</Fact>
        <Fact name="Tokens out">{counted(outputTokens)}</Fact>
        {outputTokens !== null && outputTokens > 0 && ms > 0 && (
          <Fact name="Speed">{rate(outputTokens, ms - (firstByteMs ?? 0))}</Fact>
        )}
        <Fact name="Cost">
          {cost === null ? (
            <span class="facts-none">no price</span>
          ) : (
            formatCost(cost, inference.currency)
          )}
        </Fact>
        <Fact name="Attempts">{inference.attempts}</Fact>
        <Fact name="Streamed">{inference.streamed ? "yes" : "no"}</Fact>
      </dl>
      <dl class="facts-list">
        <Fact name="Model">
          <a href={href("manifest", "", { model: inference.model })}>{inference.model}</a>
        </Fact>
        {data && place && (
          <Fact name="Defined in">
            <SourceLink file={data.file} line={place.line} column={place.column} />
          </Fact>
        )}
        {inference.sourceModel && <Fact name="Source">{inference.sourceModel}</Fact>}
        {inference.connection && <Fact name="Connection">{inference.connection}</Fact>}
        {inference.function && !isReplay(inference) && (
          <Fact name="Function">
            <a href={href("models", "", { function: inference.function })}>{inference.function}</a>
          </Fact>
        )}
        {inference.call && (
          <Fact name="Call">
            <a href={href("calls", inference.call)}>{inference.call.slice(0, 13)}</a>
          </Fact>
        )}
        <Fact name="ID">
          <span class="facts-id">{inference.id.slice(0, 13)}</span>
          <Copy text={inference.id} label="Copy ID" />
        </Fact>
      </dl>
    </aside>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div class="facts-one">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function counted(count: number | null) {
  if (count === null) {
    return <span class="facts-none">not counted</span>;
  }
  return formatCount(count);
}

function rate(tokens: number, ms: number): string {
  const perSecond = tokens / (Math.max(ms, 1) / 1000);
  return `${perSecond.toLocaleString("en", { maximumSignificantDigits: 3 })} tokens/s`;
}
