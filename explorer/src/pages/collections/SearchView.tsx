import { Search } from "lucide";
import { useEffect, useState } from "preact/hooks";
import type { CollectionInfo } from "../../api/types.ts";
import { ErrorBanner } from "../../components/Banner.tsx";
import { Empty } from "../../components/Empty.tsx";
import { formatDuration, plural } from "../../components/format.ts";
import { Select } from "../../components/Select.tsx";
import { Skeleton } from "../../components/Skeleton.tsx";
import { Tabs } from "../../components/Tabs.tsx";
import { type Draft, draftOf, type Problems, requestOf } from "./draft.ts";
import { HitList } from "./HitList.tsx";
import { MODES, type Mode, type Place } from "./place.ts";
import { SearchForm } from "./SearchForm.tsx";
import { type Outcome, useSearches } from "./use-search.ts";

interface Props {
  collection: CollectionInfo;
  place: Place;
  onPlace: (changes: Partial<Place>) => void;
}

/** One search, with its hits and their scores. */
export function SearchView({ collection, place, onPlace }: Props) {
  const draft = draftOf(collection.name);
  const searches = useSearches(collection.name);
  const [problems, setProblems] = useState<Problems>({});
  const method = methodOf(collection, place.method);
  const mode: Mode = collection.methods.length === 0 ? "text" : place.mode;

  const run = (changed: Partial<Place> = {}, asked: Draft = draft.value) => {
    const request = requestOf(asked, collection);
    if ("problems" in request) {
      return setProblems(request.problems);
    }
    setProblems({});
    if (asked.text.trim() === "") {
      return;
    }
    onPlace({ ...changed, q: asked.text });
    searches.run([{ ...request, method, mode, ...only(changed) }]);
  };

  // Where the address says what was searched for, as after a reload, it is searched for.
  useEffect(() => {
    if (place.q !== "") {
      draft.value = { ...draft.value, text: place.q };
      run();
    }
  }, [collection.name]);

  const outcome = searches.outcomes?.[0] ?? null;
  const refused = filterProblem(outcome);
  return (
    <div class="collections-view">
      <SearchForm
        collection={collection}
        draft={draft.value}
        onDraft={(next) => {
          draft.value = next;
        }}
        onRun={() => run()}
        busy={searches.busy}
        problems={refused === null ? problems : { ...problems, filter: refused }}
      >
        {collection.methods.length > 0 && (
          <Tabs
            label="Search by"
            look="segments"
            tabs={MODES.map(({ id, label }) => ({ id, label }))}
            selected={mode}
            onSelect={(id) => {
              onPlace({ mode: id as Mode });
              if (outcome !== null) {
                run({ mode: id as Mode });
              }
            }}
          />
        )}
        {collection.methods.length > 1 && mode !== "text" && (
          <Select
            aria-label="Search method"
            size="sm"
            value={method}
            onValue={(name) => {
              onPlace({ method: name });
              if (outcome !== null) {
                run({ method: name });
              }
            }}
            options={collection.methods.map(({ name }) => name)}
          />
        )}
      </SearchForm>
      <Found
        outcome={refused === null ? outcome : null}
        busy={searches.busy}
        collection={collection}
        mode={mode}
        onPlace={onPlace}
      />
    </div>
  );
}

interface FoundProps {
  outcome: Outcome | null;
  busy: boolean;
  collection: CollectionInfo;
  mode: Mode;
  onPlace: (changes: Partial<Place>) => void;
}

function Found({ outcome, busy, collection, mode, onPlace }: FoundProps) {
  if (outcome === null) {
    if (busy) {
      return <Skeleton lines={8} />;
    }
    return (
      <Empty icon={Search} title="Search by meaning, by words, or by both">
        {MODES.find((each) => each.id === mode)?.about} Scores say how near a text is: 1 is the
        best.
      </Empty>
    );
  }
  if ("error" in outcome) {
    return <ErrorBanner error={outcome.error} />;
  }
  const { hits, ms } = outcome.answer;
  if (hits.length === 0) {
    return (
      <Empty icon={Search} title="Nothing found">
        {mode === "text"
          ? "No text has any of these words. Search by meaning finds texts that say it otherwise."
          : "No text fulfils the filter in the chosen namespaces."}
      </Empty>
    );
  }
  return (
    <section class={busy ? "collections-found is-busy" : "collections-found"} aria-label="Hits">
      <p class="collections-found-line" role="status">
        {plural(hits.length, "text")} in {formatDuration(ms)}
        {mode === "text" && " · scores by rank: nothing is measured when it is searched by words"}
      </p>
      <HitList
        hits={hits}
        label="Texts that were found"
        showNamespace={new Set(hits.map((hit) => hit.namespace)).size > 1}
        onOpen={(hit) => onPlace({ entry: hit })}
        onSimilar={
          collection.methods.length > 0
            ? (hit) => onPlace({ entry: hit, similar: true })
            : undefined
        }
      />
    </section>
  );
}

export function methodOf(collection: CollectionInfo, wanted: string | null): string {
  const names = collection.methods.map(({ name }) => name);
  return names.find((name) => name === wanted) ?? names[0] ?? "";
}

/** What the server says of the filter, which belongs to its field. */
export function filterProblem(outcome: Outcome | null): string | null {
  if (outcome === null || !("error" in outcome) || outcome.error.code !== "INVALID_FILTER") {
    return null;
  }
  const { message, hint } = outcome.error;
  return hint ? `${message} ${hint}` : message;
}

function only({ method, mode }: Partial<Place>): { method?: string; mode?: Mode } {
  return { ...(method != null && { method }), ...(mode != null && { mode }) };
}
