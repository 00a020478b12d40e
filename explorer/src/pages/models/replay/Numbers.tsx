import { formatCost, formatCount, formatDuration } from "../../../components/format.ts";

interface Measured {
  ms: number;
  inputTokens: number | null;
  outputTokens: number | null;
  cost: number | null;
  currency: string | null;
}

/** What an answer took, and how that differs from what another one did. */
export function Numbers({ of, before }: { of: Measured; before?: Measured | undefined }) {
  return (
    <dl class="comparison-numbers">
      <Figure name="Time" value={of.ms} before={before?.ms} told={formatDuration} />
      <Figure name="In" value={of.inputTokens} before={before?.inputTokens} told={tokens} />
      <Figure name="Out" value={of.outputTokens} before={before?.outputTokens} told={tokens} />
      <Figure
        name="Cost"
        value={of.cost}
        before={before?.currency === of.currency ? before?.cost : null}
        told={(amount) => formatCost(amount, of.currency)}
      />
    </dl>
  );
}

function tokens(count: number): string {
  return formatCount(count);
}

interface FigureProps {
  name: string;
  value: number | null;
  before: number | null | undefined;
  told: (value: number) => string;
}

function Figure({ name, value, before, told }: FigureProps) {
  if (value === null) {
    return null;
  }
  const change = before === null || before === undefined ? 0 : value - before;
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {told(value)}
        {change !== 0 && (
          <span class="comparison-change">
            {change > 0 ? "+" : "−"}
            {told(Math.abs(change))}
          </span>
        )}
      </dd>
    </div>
  );
}
