import { FilterX, Search, X } from "lucide";
import { useEffect, useRef, useState } from "preact/hooks";
import { Button } from "../../../components/Button.tsx";
import { IconButton } from "../../../components/IconButton.tsx";
import { Input } from "../../../components/Input.tsx";
import { Select } from "../../../components/Select.tsx";
import { type Filters, isFiltered } from "../filters.ts";
import "./FilterBar.css";

const STATUSES = [
  { value: "", label: "Any status" },
  { value: "ok", label: "OK" },
  { value: "failed", label: "Failed" },
  { value: "cancelled", label: "Cancelled" },
];
/** The history is asked once nothing was typed for so long. */
const TYPING_MS = 250;

export interface FilterBarProps {
  filters: Filters;
  onFilters: (changes: Partial<Filters>) => void;
  onReset: () => void;
  models: string[];
  functions: string[];
}

/** Which invocations are shown; each change goes into the page's address. */
export function FilterBar({ filters, onFilters, onReset, models, functions }: FilterBarProps) {
  return (
    <search class="models-filters">
      <SearchField text={filters.search} onText={(search) => onFilters({ search })} />
      <Choice
        label="Model"
        all="All models"
        value={filters.model}
        names={models}
        onValue={(model) => onFilters({ model })}
      />
      <Choice
        label="Function"
        all="All functions"
        value={filters.function}
        names={functions}
        onValue={(name) => onFilters({ function: name })}
      />
      <Select
        size="sm"
        aria-label="Status"
        value={filters.status}
        onValue={(status) => onFilters({ status })}
        options={STATUSES}
      />
      {filters.call && (
        <Button
          size="sm"
          icon={X}
          aria-label={`Of call ${filters.call}: show those of all calls`}
          onClick={() => onFilters({ call: "" })}
        >
          Call {filters.call.slice(0, 8)}
        </Button>
      )}
      {isFiltered({ ...filters, period: "all" }) && (
        <IconButton icon={FilterX} label="Reset filters" size="sm" onClick={onReset} />
      )}
    </search>
  );
}

interface ChoiceProps {
  label: string;
  all: string;
  value: string;
  names: string[];
  onValue: (value: string) => void;
}

function Choice({ label, all, value, names, onValue }: ChoiceProps) {
  return (
    <Select
      size="sm"
      aria-label={label}
      class="models-filters-choice"
      value={value}
      onValue={onValue}
      options={[{ value: "", label: all }, ...names.map((name) => ({ value: name, label: name }))]}
    />
  );
}

function SearchField({ text, onText }: { text: string; onText: (text: string) => void }) {
  const [typed, setTyped] = useState(text);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => setTyped(text), [text]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const tell = (value: string) => {
    clearTimeout(timer.current);
    if (value.trim() !== text) {
      onText(value.trim());
    }
  };
  return (
    <Input
      size="sm"
      type="search"
      icon={Search}
      aria-label="Text in questions and answers"
      placeholder="Text in questions and answers"
      class="models-filters-search"
      value={typed}
      onValue={(value) => {
        setTyped(value);
        clearTimeout(timer.current);
        timer.current = setTimeout(() => tell(value), TYPING_MS);
      }}
      onEnter={() => tell(typed)}
      onBlur={() => tell(typed)}
    />
  );
}
