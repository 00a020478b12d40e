import { ChevronRight, ChevronsDownUp, ChevronsUpDown, Search } from "lucide";
import { Component } from "preact";
import { useMemo, useRef, useState } from "preact/hooks";
import { digitsOf } from "../api/exact-json.ts";
import { Copy } from "./Copy.tsx";
import { classes } from "./class-names.ts";
import { formatBytes, formatCount } from "./format.ts";
import { Icon } from "./Icon.tsx";
import { IconButton } from "./IconButton.tsx";
import { JsonSearch } from "./JsonSearch.tsx";
import {
  asJson,
  type Found,
  type JsonRow,
  openedAtFirst,
  pathsTo,
  preview,
  STRING_MORE,
  STRING_START,
  startOf,
  visibleRows,
} from "./json-tree.ts";
import "./JsonView.css";

export interface JsonViewProps {
  value: unknown;
  /** What it is, for screen readers: "Result". */
  label: string;
  /** So many levels are open at first, if that are not too many rows. */
  depth?: number;
  /** Buttons to search, open and copy. */
  tools?: boolean;
  /** What the copy button copies, if that is not the JSON of `value`. */
  text?: string;
  class?: string;
}

/** The most rows that "Open all" shows. */
const MOST_OPEN = 1_000;

/**
 * A JSON value as a tree. Branches are made when they are opened, so values of megabytes are quick.
 * Numbers that `parseExactly` marked show all of their digits.
 */
export function JsonView({
  value,
  label,
  depth = 3,
  tools = true,
  text,
  class: className,
}: JsonViewProps) {
  const [opened, setOpened] = useState(() => openedAtFirst(value, depth));
  const [current, setCurrent] = useState("");
  const [searching, setSearching] = useState(false);
  const tree = useRef<HTMLDivElement>(null);
  const last = useRef(value);
  if (last.current !== value) {
    last.current = value;
    setOpened(openedAtFirst(value, depth));
    setCurrent("");
  }
  const rows = useMemo(() => visibleRows(value, (path) => opened.has(path)), [value, opened]);

  const toggle = (row: JsonRow) => {
    setOpened((before) => {
      const next = new Set(before);
      if (!next.delete(row.path)) {
        next.add(row.path);
      }
      return next;
    });
  };
  const onToggle = (row: JsonRow) => {
    setCurrent(row.path);
    toggle(row);
  };
  const focusRow = (index: number) => {
    const row = rows[index];
    if (row !== undefined) {
      setCurrent(row.path);
      tree.current?.children[index]?.scrollIntoView({ block: "nearest" });
      (tree.current?.children[index] as HTMLElement | undefined)?.focus({ preventScroll: true });
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const at = Math.max(
      0,
      rows.findIndex((row) => row.path === current),
    );
    const row = rows[at];
    if (row === undefined || event.altKey || event.ctrlKey || event.metaKey) {
      return;
    }
    const go = keyOf(event.key, row, at, rows);
    if (go === null || (event.target as Element).closest("button") !== null) {
      return;
    }
    event.preventDefault();
    if (go === "toggle") {
      toggle(row);
    } else {
      focusRow(go);
    }
  };
  const reveal = (found: Found) => {
    setOpened(new Set([...opened, ...pathsTo(value, found.names)]));
    setCurrent(found.path);
    requestAnimationFrame(() => {
      tree.current?.querySelector('[data-current="true"]')?.scrollIntoView({ block: "center" });
    });
  };
  const isCurrent = rows.some((row) => row.path === current) ? current : "";

  return (
    <div class={classes("json-view", className)}>
      {tools && typeof value === "object" && value !== null && (
        <div class="json-view-tools">
          {searching && (
            <JsonSearch value={value} onFound={reveal} onClose={() => setSearching(false)} />
          )}
          {!searching && (
            <IconButton icon={Search} label="Search" size="sm" onClick={() => setSearching(true)} />
          )}
          <IconButton
            icon={ChevronsUpDown}
            label="Open all"
            size="sm"
            onClick={() => setOpened(openedAtFirst(value, 100, MOST_OPEN))}
          />
          <IconButton
            icon={ChevronsDownUp}
            label="Close all"
            size="sm"
            onClick={() => setOpened(new Set([""]))}
          />
          <Copy text={() => text ?? asJson(value)} label="Copy JSON" />
        </div>
      )}
      <div ref={tree} class="json-view-tree" role="tree" aria-label={label} onKeyDown={onKeyDown}>
        {rows.map((row) => (
          <Row key={row.path} row={row} current={row.path === isCurrent} onToggle={onToggle} />
        ))}
      </div>
    </div>
  );
}

/** Where a key leads from the row `at`: to another row, or it opens and closes this one. */
export function keyOf(
  key: string,
  row: JsonRow,
  at: number,
  rows: readonly JsonRow[],
): number | "toggle" | null {
  const canOpen = row.kind !== "leaf" && row.size > 0;
  switch (key) {
    case "ArrowDown":
      return Math.min(rows.length - 1, at + 1);
    case "ArrowUp":
      return Math.max(0, at - 1);
    case "Home":
      return 0;
    case "End":
      return rows.length - 1;
    case "ArrowRight":
      return canOpen ? (row.open ? at + 1 : "toggle") : null;
    case "ArrowLeft":
      return row.open ? "toggle" : parentOf(row, at, rows);
    case "Enter":
    case " ":
      return canOpen ? "toggle" : null;
    default:
      return null;
  }
}

function parentOf(row: JsonRow, at: number, rows: readonly JsonRow[]): number | null {
  for (let index = at - 1; index >= 0; index -= 1) {
    if ((rows[index] as JsonRow).depth < row.depth) {
      return index;
    }
  }
  return null;
}

interface RowProps {
  row: JsonRow;
  current: boolean;
  onToggle: (row: JsonRow) => void;
}

/** Drawn anew only if it changes: there may be a thousand of them. */
class Row extends Component<RowProps> {
  override shouldComponentUpdate(next: RowProps) {
    const { row, current } = this.props;
    return (
      row.value !== next.row.value ||
      row.open !== next.row.open ||
      row.to !== next.row.to ||
      current !== next.current
    );
  }

  override render({ row, current, onToggle }: RowProps) {
    const canOpen = row.kind !== "leaf" && row.size > 0;
    return (
      // biome-ignore lint/a11y/useKeyWithClickEvents: keys are the tree's.
      <div
        class={classes("json-view-row", canOpen && "json-view-branch")}
        role="treeitem"
        aria-level={row.depth + 1}
        aria-expanded={canOpen ? row.open : undefined}
        aria-selected={current}
        data-current={current}
        tabIndex={current ? 0 : -1}
        style={{ paddingLeft: `${Math.min(row.depth, 30) * 16 + 18}px` }}
        onClick={canOpen ? () => onToggle(row) : undefined}
      >
        {canOpen && <Icon icon={ChevronRight} size={13} class="json-view-chevron" />}
        {row.name !== null && (
          <>
            <span class={typeof row.name === "number" ? "json-view-index" : "json-view-name"}>
              {typeof row.name === "number" ? row.name : startOf(row.name, 300)}
            </span>
            <span class="json-view-colon">: </span>
          </>
        )}
        {row.kind === "leaf" ? <Leaf value={row.value} /> : <BranchWord row={row} />}
      </div>
    );
  }
}

function BranchWord({ row }: { row: JsonRow }) {
  if (row.kind === "range") {
    return <span class="json-view-hint">{`${row.from} … ${row.to - 1}`}</span>;
  }
  if (!row.open) {
    return <span class="json-view-hint">{preview(row.value)}</span>;
  }
  const unit = row.kind === "array" ? "item" : "field";
  return (
    <span class="json-view-hint">
      {`${formatCount(row.size)} ${row.size === 1 ? unit : `${unit}s`}`}
    </span>
  );
}

function Leaf({ value }: { value: unknown }) {
  const digits = digitsOf(value);
  if (digits !== null) {
    return <span class="json-view-number">{digits}</span>;
  }
  if (typeof value === "string") {
    return <Text value={value} />;
  }
  const look = value === null || typeof value === "boolean" ? "word" : "number";
  return <span class={`json-view-${look}`}>{String(value)}</span>;
}

function Text({ value }: { value: string }) {
  const [shown, setShown] = useState(STRING_START);
  const isCut = value.length > shown;
  const text = startOf(value, shown);
  return (
    <span class="json-view-string">
      {`"${text}${isCut ? "…" : '"'}`}
      {isCut && (
        <button
          type="button"
          class="json-view-more"
          onClick={(event) => {
            event.stopPropagation();
            setShown(shown + STRING_MORE);
          }}
        >
          {value.length <= shown + STRING_MORE
            ? `Show all ${formatBytes(value.length)}`
            : `Show more of ${formatBytes(value.length)}`}
        </button>
      )}
      {value.length > STRING_START && <Copy text={value} label="Copy this text" />}
    </span>
  );
}
