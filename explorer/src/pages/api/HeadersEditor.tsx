import { Plus, X } from "lucide";
import { useId } from "preact/hooks";
import { Button } from "../../components/Button.tsx";
import { IconButton } from "../../components/IconButton.tsx";
import { Input } from "../../components/Input.tsx";
import { type HeaderRow, headerProblem, isSecretHeader } from "./headers.ts";
import "./HeadersEditor.css";

const KNOWN = ["Authorization", "Accept-Language", "X-Time-Zone", "X-Request-Id", "traceparent"];

/** Headers that are sent beside those of the page, a row for each. */
export function HeadersEditor({
  rows,
  onChange,
}: {
  rows: HeaderRow[];
  onChange: (rows: HeaderRow[]) => void;
}) {
  const names = useId();
  const shown = rows.length === 0 ? [{ name: "", value: "", on: true }] : rows;
  const change = (at: number, part: Partial<HeaderRow>) =>
    onChange(shown.map((row, index) => (index === at ? { ...row, ...part } : row)));
  const secret = shown.some((row) => isSecretHeader(row.name));
  return (
    <div class="api-headers">
      <datalist id={names}>
        {KNOWN.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      {shown.map((row, at) => (
        <Row
          key={at}
          row={row}
          number={at + 1}
          names={names}
          onChange={(part) => change(at, part)}
          onRemove={() => onChange(shown.filter((_, index) => index !== at))}
        />
      ))}
      <div class="api-headers-foot">
        <Button
          size="sm"
          variant="ghost"
          icon={Plus}
          onClick={() => onChange([...shown, { name: "", value: "", on: true }])}
        >
          Add a header
        </Button>
        {secret && <span>Secret values are kept until this tab of the browser is closed.</span>}
      </div>
    </div>
  );
}

interface RowProps {
  row: HeaderRow;
  number: number;
  names: string;
  onChange: (part: Partial<HeaderRow>) => void;
  onRemove: () => void;
}

function Row({ row, number, names, onChange, onRemove }: RowProps) {
  const id = useId();
  const problem = headerProblem(row);
  const described = problem === null ? undefined : id;
  const isName = problem !== null && row.name.trim() !== "" && !problem.startsWith("A value");
  return (
    <>
      <div class={`api-headers-row${row.on ? "" : " is-off"}`}>
        <input
          type="checkbox"
          checked={row.on}
          aria-label={`Send header ${number}`}
          onChange={(event) => onChange({ on: event.currentTarget.checked })}
        />
        <Input
          size="sm"
          mono
          value={row.name}
          list={names}
          placeholder="Name"
          aria-label={`Name of header ${number}`}
          aria-describedby={described}
          aria-invalid={isName || undefined}
          onValue={(name) => onChange({ name })}
        />
        <Input
          size="sm"
          mono
          type={isSecretHeader(row.name) ? "password" : "text"}
          value={row.value}
          placeholder="Value"
          aria-label={`Value of header ${number}`}
          aria-describedby={described}
          aria-invalid={(problem !== null && !isName) || undefined}
          onValue={(value) => onChange({ value })}
        />
        <IconButton icon={X} label={`Remove header ${number}`} size="sm" onClick={onRemove} />
      </div>
      {problem !== null && (
        <p id={id} class="api-headers-problem">
          {problem}
        </p>
      )}
    </>
  );
}
