import type { ComponentChildren } from "preact";
import { classes } from "./class-names.ts";
import "./Table.css";

export interface Column<Row> {
  key: string;
  header: ComponentChildren;
  render: (row: Row, index: number) => ComponentChildren;
  align?: "left" | "right";
  /** As CSS has it: `120px`, `30%`. */
  width?: string;
  /** Left out in narrow windows. */
  wideOnly?: boolean;
}

export interface TableProps<Row> {
  /** What the table is of, for screen readers. */
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row, index: number) => string;
  /** Makes rows clickable, and reachable by keyboard. */
  onSelect?: (row: Row) => void;
  selected?: (row: Row) => boolean;
  /** In place of rows. */
  empty?: ComponentChildren;
  class?: string;
}

/** A table for up to some hundred rows; `VirtualList` is for more. */
export function Table<Row>({
  label,
  columns,
  rows,
  rowKey,
  onSelect,
  selected,
  empty,
  class: className,
}: TableProps<Row>) {
  return (
    <div class={classes("table-scroll", className)} tabIndex={0} role="region" aria-label={label}>
      <table class="table">
        <thead>
          <tr>
            {columns.map((column) => (
              <th
                key={column.key}
                scope="col"
                class={classes(cell(column))}
                style={column.width === undefined ? undefined : { width: column.width }}
              >
                {column.header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr
              key={rowKey(row, index)}
              class={classes(onSelect && "table-row-link")}
              aria-selected={selected === undefined ? undefined : selected(row)}
              tabIndex={onSelect ? 0 : undefined}
              onClick={onSelect && ((event) => !isControl(event) && onSelect(row))}
              onKeyDown={onSelect && ((event) => onKey(event, () => onSelect(row)))}
            >
              {columns.map((column) => (
                <td key={column.key} class={cell(column)}>
                  {column.render(row, index)}
                </td>
              ))}
            </tr>
          ))}
          {rows.length === 0 && empty !== undefined && (
            <tr>
              <td class="table-empty" colSpan={columns.length}>
                {empty}
              </td>
            </tr>
          )}
        </tbody>
      </table>
    </div>
  );
}

function cell<Row>(column: Column<Row>): string {
  return classes(
    "table-cell",
    column.align === "right" && "table-right",
    column.wideOnly && "table-wide-only",
  );
}

function isControl(event: Event): boolean {
  return (event.target as Element).closest("a, button, input, select, textarea, label") !== null;
}

function onKey(event: KeyboardEvent, select: () => void): void {
  const row = event.currentTarget as HTMLElement;
  if (event.target !== row) {
    return;
  }
  if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    select();
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    const next = event.key === "ArrowDown" ? row.nextElementSibling : row.previousElementSibling;
    if (next instanceof HTMLElement) {
      event.preventDefault();
      next.focus();
    }
  }
}
