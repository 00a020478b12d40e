import type { ComponentChildren, Ref } from "preact";
import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { classes } from "./class-names.ts";
import { anchored, nextIndex, windowOf } from "./window.ts";
import "./VirtualList.css";

export interface VirtualListProps<Item> {
  /** What the list is of, for screen readers. */
  label: string;
  items: readonly Item[];
  /** In pixels, the same for all. */
  rowHeight: number;
  keyOf: (item: Item) => string;
  /** The inside of a row. */
  render: (item: Item, index: number) => ComponentChildren;
  /** The name of a row for screen readers, where its text does not do. */
  nameOf?: (item: Item) => string;
  /** The key of the selected item. */
  selected?: string | null;
  /** By click, by arrow keys or `j` and `k`, by Home, End and Page Up and Down. */
  onSelect?: (key: string, item: Item) => void;
  /** By Enter or a double click. */
  onOpen?: (key: string, item: Item) => void;
  /** When the last rows come into sight. */
  onEnd?: () => void;
  /** Above the rows, stays in sight. */
  header?: ComponentChildren;
  /** In place of rows. */
  empty?: ComponentChildren;
  /** Below the last row. */
  footer?: ComponentChildren;
  listRef?: Ref<HTMLDivElement>;
  class?: string;
}

/**
 * A list of any length: only rows in sight are in the document. It fills its parent and scrolls inside.
 * When items come in above those in sight, those in sight stay where they are.
 */
export function VirtualList<Item>(props: VirtualListProps<Item>) {
  const { items, rowHeight, keyOf, selected = null, onSelect, onOpen } = props;
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const [seen, setSeen] = useState({ top: 0, height: 600 });
  const before = useRef<{ key: string | null; top: number }>({ key: null, top: 0 });

  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) {
      return;
    }
    const measure = () => setSeen({ top: element.scrollTop, height: element.clientHeight });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useLayoutEffect(() => {
    const element = scroller.current;
    // A list at its top stays there, and shows what comes in.
    if (element !== null && element.scrollTop >= 1) {
      // The element may have been scrolled since the last rendering: it is moved by as much as the items.
      const { key, top } = before.current;
      const moved = anchored(items, keyOf, key, top, rowHeight) - top;
      if (moved !== 0) {
        element.scrollTop += moved;
        setSeen({ top: element.scrollTop, height: element.clientHeight });
      }
    }
  }, [items]);

  const { first, last } = windowOf(items.length, rowHeight, seen.top, seen.height);
  const firstSeen = items[Math.floor(seen.top / rowHeight)];
  // Not while rendering: the items that came in must be compared with what was first before them.
  useLayoutEffect(() => {
    before.current = { key: firstSeen === undefined ? null : keyOf(firstSeen), top: seen.top };
  });

  const at = selected === null ? -1 : items.findIndex((item) => keyOf(item) === selected);
  const atEnd = items.length > 0 && last >= items.length;
  useLayoutEffect(() => {
    if (atEnd) {
      props.onEnd?.();
    }
  }, [atEnd, items.length]);

  const choose = (index: number) => {
    const item = items[index];
    const element = scroller.current;
    if (item === undefined || element === null) {
      return;
    }
    onSelect?.(keyOf(item), item);
    const [from, to] = [index * rowHeight, (index + 1) * rowHeight];
    const head = element.querySelector<HTMLElement>(".virtual-list-head")?.offsetHeight ?? 0;
    if (from < element.scrollTop) {
      element.scrollTop = from;
    } else if (to + head > element.scrollTop + element.clientHeight) {
      element.scrollTop = to + head - element.clientHeight;
    }
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget || event.altKey || event.ctrlKey || event.metaKey) {
      return;
    }
    const item = items[at];
    if (event.key === "Enter" && item !== undefined) {
      event.preventDefault();
      (onOpen ?? onSelect)?.(keyOf(item), item);
      return;
    }
    const page = Math.max(1, Math.floor(seen.height / rowHeight) - 1);
    const next = nextIndex(event.key, at, items.length, page);
    if (next !== null) {
      event.preventDefault();
      choose(next);
    }
  };

  const rows: ComponentChildren[] = [];
  for (let index = first; index < last; index += 1) {
    const item = items[index] as Item;
    const key = keyOf(item);
    rows.push(
      // biome-ignore lint/a11y/useFocusableInteractive: the list has the focus, aria-activedescendant tells of the row.
      // biome-ignore lint/a11y/useKeyWithClickEvents: keys are the list's.
      <div
        key={key}
        id={`${id}-${index}`}
        class={classes("virtual-list-row", onSelect && "is-clickable")}
        role="option"
        aria-selected={key === selected}
        aria-setsize={items.length}
        aria-posinset={index + 1}
        aria-label={props.nameOf?.(item)}
        style={{ height: `${rowHeight}px`, transform: `translateY(${index * rowHeight}px)` }}
        onClick={() => onSelect?.(key, item)}
        onDblClick={() => onOpen?.(key, item)}
      >
        {props.render(item, index)}
      </div>,
    );
  }

  return (
    <div
      ref={scroller}
      class={classes("virtual-list", props.class)}
      onScroll={(event) =>
        setSeen({ top: event.currentTarget.scrollTop, height: event.currentTarget.clientHeight })
      }
    >
      {props.header !== undefined && <div class="virtual-list-head">{props.header}</div>}
      {items.length === 0 ? (
        props.empty
      ) : (
        <div
          ref={props.listRef}
          class="virtual-list-rows"
          role="listbox"
          aria-label={props.label}
          aria-activedescendant={at >= first && at < last ? `${id}-${at}` : undefined}
          tabIndex={0}
          style={{ height: `${items.length * rowHeight}px` }}
          onKeyDown={onKeyDown}
        >
          {rows}
        </div>
      )}
      {props.footer}
    </div>
  );
}
