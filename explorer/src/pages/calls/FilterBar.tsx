import { FilterX, Search, Timer } from "lucide";
import { useState } from "preact/hooks";
import type { CallStatus } from "../../api/types.ts";
import { IconButton } from "../../components/IconButton.tsx";
import { Input } from "../../components/Input.tsx";
import { Select } from "../../components/Select.tsx";
import { Switch } from "../../components/Switch.tsx";
import { Tooltip } from "../../components/Tooltip.tsx";
import { type CallFilters, isFiltered, NO_FILTERS } from "./filters.ts";
import "./FilterBar.css";

interface FilterBarProps {
  filters: CallFilters;
  onFilters: (filters: CallFilters) => void;
  /** Names to choose from. */
  functions: readonly string[];
}

const STATUSES = [
  { value: "", label: "Any status" },
  { value: "running", label: "Running" },
  { value: "ok", label: "OK" },
  { value: "failed", label: "Failed" },
  { value: "cancelled", label: "Cancelled" },
];

/** What the list shows; each change goes into the page's address. */
export function FilterBar({ filters, onFilters, functions }: FilterBarProps) {
  const change = (changes: Partial<CallFilters>) => onFilters({ ...filters, ...changes });
  const chosen = filters.function;
  const names = chosen === null || functions.includes(chosen) ? functions : [chosen, ...functions];
  return (
    <search class="call-filters">
      <Input
        size="sm"
        type="search"
        icon={Search}
        aria-label="Text in the error"
        placeholder="Error text"
        class="call-filters-error"
        value={filters.error}
        onValue={(error) => change({ error })}
      />
      <Select
        size="sm"
        aria-label="Function"
        class="call-filters-function"
        value={chosen ?? ""}
        onValue={(value) => change({ function: value || null })}
        options={[
          { value: "", label: "All functions" },
          ...names.map((name) => ({ value: name, label: name })),
        ]}
      />
      <Select
        size="sm"
        aria-label="Status"
        value={filters.status ?? ""}
        onValue={(value) => change({ status: (value || null) as CallStatus | null })}
        options={STATUSES}
      />
      <LeastDuration ms={filters.atLeastMs} onMs={(atLeastMs) => change({ atLeastMs })} />
      <Tooltip text="Calls that Atoll makes itself, to get vectors for collections">
        <Switch
          label="Calls of embedders"
          checked={filters.embedders}
          onChange={(embedders) => change({ embedders })}
        />
      </Tooltip>
      {isFiltered(filters) && (
        <IconButton
          icon={FilterX}
          label="Reset filters"
          size="sm"
          onClick={() => onFilters(NO_FILTERS)}
        />
      )}
    </search>
  );
}

interface LeastDurationProps {
  ms: number | null;
  onMs: (ms: number | null) => void;
}

/** Keeps the text beside the number, as "0." on the way to "0.5" is no number of use. */
function LeastDuration({ ms, onMs }: LeastDurationProps) {
  const [text, setText] = useState("");
  return (
    <Input
      size="sm"
      type="text"
      inputMode="decimal"
      icon={Timer}
      aria-label="Minimal duration in milliseconds"
      placeholder="At least"
      aside="ms"
      class="call-filters-ms"
      value={numberOf(text) === ms ? text : String(ms ?? "")}
      onValue={(value) => {
        setText(value);
        onMs(numberOf(value));
      }}
    />
  );
}

function numberOf(text: string): number | null {
  const number = Number(text.trim().replace(",", "."));
  return Number.isFinite(number) && number > 0 ? number : null;
}
