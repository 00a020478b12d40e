import "./function-list.css";
import { useComputed } from "@preact/signals";
import { Search } from "lucide";
import { useRef, useState } from "preact/hooks";
import type { FunctionInfo } from "../../api/types.ts";
import { Input } from "../../components/Input.tsx";
import { Select } from "../../components/Select.tsx";
import { href, navigate } from "../../routes.ts";
import { keyOf } from "./forms.ts";
import { groupsOf } from "./navigation.ts";
import { runs } from "./runs.ts";

interface FunctionListProps {
  functions: readonly FunctionInfo[];
  selected: string | null;
}

/** All functions; arrow keys go through them, also from the filter. */
export function FunctionList({ functions, selected }: FunctionListProps) {
  const [filter, setFilter] = useState("");
  const list = useRef<HTMLElement>(null);
  const groups = groupsOf(functions, filter);
  const focus = (from: Element | null, step: number) => {
    const links = [...(list.current?.querySelectorAll("a") ?? [])];
    const at = from === null ? -1 : links.indexOf(from as HTMLAnchorElement);
    links[Math.max(0, Math.min(links.length - 1, at + step))]?.focus();
  };
  return (
    <nav
      ref={list}
      class="function-list"
      aria-label="Functions"
      onKeyDown={(event) => {
        const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        const link = (event.target as Element).closest("a");
        if (step !== undefined && (link !== null || step > 0)) {
          event.preventDefault();
          focus(link, step);
        }
      }}
    >
      <div class="function-list-filter">
        <Input
          type="search"
          size="sm"
          icon={Search}
          aria-label="Filter functions"
          placeholder="Filter"
          value={filter}
          onValue={setFilter}
          onEnter={() => {
            const first = groups[0]?.functions[0];
            if (first) {
              navigate(href("functions", keyOf(first)));
            }
          }}
          onKeyDown={(event) => {
            if (event.key === "Escape" && filter !== "") {
              event.stopPropagation();
              setFilter("");
            }
          }}
        />
      </div>
      <div class="function-list-groups">
        {groups.map((group) => (
          <section key={group.operation} aria-labelledby={`functions-${group.operation}`}>
            <h2 class="function-list-title" id={`functions-${group.operation}`}>
              {group.title}
              <span class="function-list-count">{group.functions.length}</span>
            </h2>
            <ul class="function-list-items">
              {group.functions.map((about) => (
                <Item key={about.field} about={about} selected={keyOf(about) === selected} />
              ))}
            </ul>
          </section>
        ))}
        {groups.length === 0 && <p class="function-list-none">No function has that in its name.</p>}
      </div>
    </nav>
  );
}

function Item({ about, selected }: { about: FunctionInfo; selected: boolean }) {
  const key = keyOf(about);
  const status = useComputed(() => runs.value.get(key)?.status).value;
  return (
    <li>
      <a
        class="function-list-item"
        href={href("functions", key)}
        aria-current={selected ? "page" : undefined}
      >
        <span class="function-list-name">{about.field}</span>
        {about.builtIn && <span class="function-list-note">Atoll</span>}
        {status === "running" && (
          <span class="function-list-running" role="img" aria-label="Running" />
        )}
      </a>
    </li>
  );
}

/** The list in a window that has no room for it. */
export function FunctionSelect({ functions, selected }: FunctionListProps) {
  return (
    <Select
      wide
      class="function-select"
      aria-label="Function"
      value={selected ?? ""}
      onValue={(key) => navigate(href("functions", key))}
    >
      {selected === null && <option value="">Choose a function</option>}
      {groupsOf(functions, "").map((group) => (
        <optgroup key={group.operation} label={group.title}>
          {group.functions.map((about) => (
            <option key={about.field} value={keyOf(about)}>
              {about.field}
            </option>
          ))}
        </optgroup>
      ))}
    </Select>
  );
}
