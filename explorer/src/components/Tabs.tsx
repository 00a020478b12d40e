import type { IconNode } from "lucide";
import type { ComponentChildren } from "preact";
import { useId, useRef } from "preact/hooks";
import { classes } from "./class-names.ts";
import { Icon } from "./Icon.tsx";
import "./Tabs.css";

export interface Tab {
  id: string;
  label: string;
  icon?: IconNode;
  /** A number beside the label. */
  count?: number;
  /** Draws attention to the count. */
  tone?: "bad";
}

export interface TabsProps {
  /** What the tabs are about, for screen readers. */
  label: string;
  tabs: Tab[];
  selected: string;
  onSelect: (id: string) => void;
  /** `segments` looks like a switch of several positions. */
  look?: "line" | "segments";
  /** To the right of the tabs. */
  aside?: ComponentChildren;
  /** The panel of the selected tab. */
  children?: ComponentChildren;
  class?: string;
}

export function Tabs({
  label,
  tabs,
  selected,
  onSelect,
  look = "line",
  aside,
  children,
  class: className,
}: TabsProps) {
  const base = useId();
  const list = useRef<HTMLDivElement>(null);
  const hasPanel = children !== undefined;

  const onKeyDown = (event: KeyboardEvent) => {
    const at = tabs.findIndex((tab) => tab.id === selected);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    const tab = to === undefined ? undefined : tabs[(to + tabs.length) % tabs.length];
    if (tab !== undefined) {
      event.preventDefault();
      onSelect(tab.id);
      list.current?.querySelectorAll<HTMLElement>('[role="tab"]')[tabs.indexOf(tab)]?.focus();
    }
  };

  return (
    <div class={classes("tabs", `tabs-${look}`, className)}>
      <div class="tabs-bar">
        <div ref={list} class="tabs-list" role="tablist" aria-label={label} onKeyDown={onKeyDown}>
          {tabs.map((tab) => (
            <button
              key={tab.id}
              type="button"
              role="tab"
              id={`${base}-${tab.id}`}
              class="tabs-tab"
              aria-selected={tab.id === selected}
              aria-controls={hasPanel && tab.id === selected ? `${base}-panel` : undefined}
              tabIndex={tab.id === selected ? 0 : -1}
              onClick={() => onSelect(tab.id)}
            >
              {tab.icon && <Icon icon={tab.icon} size={14} />}
              {tab.label}
              {tab.count !== undefined && (
                <span class={classes("tabs-count", tab.tone === "bad" && "tabs-count-bad")}>
                  {tab.count}
                </span>
              )}
            </button>
          ))}
        </div>
        {aside !== undefined && <div class="tabs-aside">{aside}</div>}
      </div>
      {hasPanel && (
        <div
          id={`${base}-panel`}
          class="tabs-panel"
          role="tabpanel"
          aria-labelledby={`${base}-${selected}`}
        >
          {children}
        </div>
      )}
    </div>
  );
}
