import { useEffect, useMemo, useState } from "preact/hooks";
import { callsLoading, hasAllCalls, loadOlder, recentCalls } from "../../api/calls.ts";
import { connected } from "../../api/events.ts";
import { Banner } from "../../components/Banner.tsx";
import { href, navigate, type PageProps } from "../../routes.ts";
import { CallActions } from "./CallActions.tsx";
import { CallDetail } from "./CallDetail.tsx";
import { CallList } from "./CallList.tsx";
import { FilterBar } from "./FilterBar.tsx";
import {
  type CallFilters,
  filterCalls,
  functionsOf,
  readFilters,
  writeFilters,
} from "./filters.ts";
import { NoCalls } from "./NoCalls.tsx";
import { Overview } from "./Overview.tsx";
import { useSampled } from "./use-sampled.ts";
import { useShown } from "./use-shown.ts";
import "./calls.css";

/** How often numbers and the chart follow the list. */
const OVERVIEW_EVERY_MS = 500;

/** The live list of calls, and one of them in full. */
export default function CallsPage({ rest, query }: PageProps) {
  const search = query.toString();
  const filters = useMemo(() => readFilters(new URLSearchParams(search)), [search]);
  const [paused, setPaused] = useState(false);
  const [scrolled, setScrolled] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const current = recentCalls.value;
  const shown = useShown(current, filters, paused || scrolled);
  const sampled = useSampled(current, OVERVIEW_EVERY_MS, filters);
  // The first calls count at once, or the list would stand below numbers of nothing.
  const counts = sampled.length === 0 ? current : sampled;
  const counted = useMemo(
    () => (paused ? shown.calls : filterCalls(counts, filters)),
    [paused, shown.calls, counts, filters],
  );
  const functions = useMemo(() => functionsOf(counts), [counts]);
  useAllCalls();

  const openCall = (id: string) => navigate(placeOf(id, filters), { replace: rest !== "" });
  const close = () => navigate(placeOf("", filters));
  const change = (to: CallFilters) => navigate(placeOf(rest, to), { replace: true });
  return (
    <div class={rest === "" ? "calls-page" : "calls-page has-detail"}>
      <div class="calls-main">
        <header class="calls-head">
          <h1 tabIndex={-1}>Calls</h1>
          <CallActions
            paused={paused}
            onPaused={setPaused}
            empty={current.length === 0}
            onFailure={setFailure}
          />
        </header>
        {failure !== null && <Banner tone="bad" title={failure} />}
        <Overview calls={counted} onPick={openCall} />
        <FilterBar filters={filters} onFilters={change} functions={functions} />
        {shown.calls.length === 0 && shown.unseen === 0 ? (
          <NoCalls filtered={current.length > 0} onReset={() => navigate(href("calls", rest))} />
        ) : (
          <CallList
            calls={shown.calls}
            opened={rest}
            unseen={shown.unseen}
            onOpen={openCall}
            onClose={close}
            onScrolled={setScrolled}
            onCatchUp={shown.catchUp}
          />
        )}
      </div>
      {rest !== "" && <CallDetail key="detail" id={rest} onClose={close} />}
    </div>
  );
}

/** The address of the list or of a call in it. */
function placeOf(id: string, filters: CallFilters): string {
  const search = writeFilters(filters);
  return search === "" ? href("calls", id) : `${href("calls", id)}?${search}`;
}

/** Load older calls bit by bit, so that filters and numbers are of all that there are. */
function useAllCalls(): void {
  const ready = callsLoading.value === "ready" && !hasAllCalls.value;
  const isConnected = connected.value;
  useEffect(() => {
    let wanted = ready;
    const goOn = async () => {
      while (wanted && (await loadOlder())) {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    };
    // What cannot be loaded now is loaded when the server is back.
    goOn().catch(() => {});
    return () => {
      wanted = false;
    };
  }, [ready, isConnected]);
}
