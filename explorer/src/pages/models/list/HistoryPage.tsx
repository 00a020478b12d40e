import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { InferenceSummary } from "../../../api/types.ts";
import { ErrorBanner } from "../../../components/Banner.tsx";
import { Skeleton } from "../../../components/Skeleton.tsx";
import { Tabs } from "../../../components/Tabs.tsx";
import { useMedia } from "../../../components/use-media.ts";
import { VirtualList } from "../../../components/VirtualList.tsx";
import { href, navigate } from "../../../routes.ts";
import {
  type Filters,
  filtersOf,
  isFiltered,
  NO_FILTERS,
  PERIOD_NAMES,
  PERIODS,
  type Period,
  queryOf,
} from "../filters.ts";
import { choices } from "../history.ts";
import { lastList } from "../last-list.ts";
import { UsagePanel } from "../usage/UsagePanel.tsx";
import { useUsage } from "../usage/use-usage.ts";
import { FilterBar } from "./FilterBar.tsx";
import { InferenceRow, nameOf, RowHeads } from "./InferenceRow.tsx";
import { NothingFound, NothingYet, Unavailable } from "./NothingHere.tsx";
import { type Loaded, useHistory } from "./use-history.ts";
import "./HistoryPage.css";

/** Names that were seen, so that the choice of one does not take the others away. */
const functions = new Set<string>();

/** The row that was opened last. */
let opened: string | null = null;

/** What was asked of models: in numbers, and one by one. */
export function HistoryPage({ query }: { query: URLSearchParams }) {
  const search = query.toString();
  const filters = useMemo(() => filtersOf(new URLSearchParams(search)), [search]);
  const loaded = useHistory(filters);
  const usage = useUsage(filters.period);
  const { rows } = loaded.history;
  for (const row of rows) {
    if (row.function) {
      functions.add(row.function);
    }
  }
  useEffect(() => {
    lastList.value = href("models") + queryOf(filters);
  }, [filters]);

  const change = (changes: Partial<Filters>) =>
    navigate(href("models") + queryOf({ ...filters, ...changes }), { replace: true });
  const models = choices(
    [...(usage?.usage.models ?? []), ...rows].map((each) => each.model),
    filters.model,
  );
  const empty = !loaded.loading && !loaded.error && rows.length === 0;
  if (empty && loaded.unavailable) {
    return (
      <Frame>
        <Unavailable reason={loaded.unavailable} />
      </Frame>
    );
  }
  if (empty && !isFiltered(filters)) {
    return (
      <Frame>
        <NothingYet />
      </Frame>
    );
  }
  return (
    <Frame period={filters.period} onPeriod={(period) => change({ period })}>
      {usage && usage.usage.models.length > 0 ? (
        <UsagePanel loaded={usage} model={filters.model} onModel={(model) => change({ model })} />
      ) : (
        !usage && <Skeleton height={270} />
      )}
      <FilterBar
        filters={filters}
        onFilters={change}
        onReset={() => change({ ...NO_FILTERS, period: filters.period })}
        models={models}
        functions={choices([...functions], filters.function)}
      />
      {loaded.error && <ErrorBanner error={loaded.error} onRetry={loaded.retry} />}
      {empty && <NothingFound onReset={() => change(NO_FILTERS)} />}
      {(loaded.loading || rows.length > 0) && <List loaded={loaded} />}
    </Frame>
  );
}

function Frame(props: {
  period?: Period;
  onPeriod?: (period: Period) => void;
  children: preact.ComponentChildren;
}) {
  return (
    <div class="models-page">
      <header class="models-head">
        <h1 tabIndex={-1}>Models</h1>
        {props.period && (
          <Tabs
            label="Period"
            look="segments"
            selected={props.period}
            onSelect={(period) => props.onPeriod?.(period as Period)}
            tabs={PERIODS.map((id) => ({ id, label: PERIOD_NAMES[id] }))}
          />
        )}
      </header>
      {props.children}
    </div>
  );
}

function List({ loaded }: { loaded: Loaded }) {
  const narrow = useMedia("(max-width: 599px)");
  const [selected, setSelected] = useState<string | null>(opened);
  const list = useRef<HTMLDivElement>(null);
  const { rows, more } = loaded.history;
  const open = (id: string) => {
    opened = id;
    navigate(href("models", id));
  };
  // Back from a row, the list is where it was left.
  useEffect(() => {
    const index = rows.findIndex((row) => row.id === opened);
    const scroller = list.current?.parentElement;
    if (index > 0 && scroller) {
      scroller.scrollTop = Math.max(0, index * rowHeight(narrow) - scroller.clientHeight / 2);
    }
  }, [loaded.loading]);
  if (loaded.loading) {
    return <Skeleton lines={8} />;
  }
  return (
    <div class="models-list">
      <VirtualList<InferenceSummary>
        label="Invocations of models, newest first"
        items={rows}
        rowHeight={rowHeight(narrow)}
        keyOf={(row) => row.id}
        nameOf={nameOf}
        listRef={list}
        selected={selected}
        onSelect={setSelected}
        onOpen={open}
        onEnd={loaded.older}
        header={<RowHeads />}
        footer={
          <p class="models-end" role="status">
            {loaded.loadingOlder ? "Loading older ones" : more ? "" : "That is all."}
          </p>
        }
        render={(row) => (
          // biome-ignore lint/a11y/noStaticElementInteractions: the list has keys for the same.
          // biome-ignore lint/a11y/useKeyWithClickEvents: the list has keys for the same.
          <div
            class="models-open"
            onClick={(event) => {
              if (event.ctrlKey || event.metaKey) {
                window.open(href("models", row.id), "_blank");
              } else {
                open(row.id);
              }
            }}
          >
            <InferenceRow row={row} />
          </div>
        )}
      />
    </div>
  );
}

function rowHeight(narrow: boolean): number {
  return narrow ? 78 : 56;
}
