import { Columns3 } from "lucide";
import { useEffect, useState } from "preact/hooks";
import type { CollectionInfo } from "../../api/types.ts";
import { Empty } from "../../components/Empty.tsx";
import { Skeleton } from "../../components/Skeleton.tsx";
import { ComparedColumns } from "./ComparedColumns.tsx";
import { chosenWays, MOST_COLUMNS, type Way, waysOf } from "./columns.ts";
import { draftOf, type Problems, requestOf } from "./draft.ts";
import type { Place } from "./place.ts";
import { SearchForm } from "./SearchForm.tsx";
import { filterProblem } from "./SearchView.tsx";
import { Toggles } from "./Toggles.tsx";
import { useSearches } from "./use-search.ts";

interface Props {
  collection: CollectionInfo;
  place: Place;
  onPlace: (changes: Partial<Place>) => void;
}

/** One question, asked in several ways, with their answers side by side. */
export function CompareView({ collection, place, onPlace }: Props) {
  const draft = draftOf(collection.name);
  const searches = useSearches(collection.name);
  const [problems, setProblems] = useState<Problems>({});
  const [shown, setShown] = useState<Way[]>([]);
  const ways = waysOf(collection);
  const chosen = chosenWays(ways, draft.value.ways);

  const run = (asked: Way[] = chosen) => {
    const request = requestOf(draft.value, collection);
    if ("problems" in request) {
      return setProblems(request.problems);
    }
    setProblems({});
    if (draft.value.text.trim() === "") {
      return;
    }
    onPlace({ q: draft.value.text });
    setShown(asked);
    searches.run(asked.map(({ method, mode }) => ({ ...request, method, mode })));
  };

  useEffect(() => {
    if (place.q !== "") {
      draft.value = { ...draft.value, text: place.q };
      run();
    }
  }, [collection.name]);

  const { outcomes } = searches;
  const refused = outcomes?.map(filterProblem).find((each) => each !== null) ?? null;
  const ids = chosen.map(({ id }) => id);
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
        <Toggles
          label="Columns"
          options={ways.map(({ id, label }) => ({
            id,
            label,
            disabled: ids.includes(id) ? ids.length === 1 : ids.length >= MOST_COLUMNS,
          }))}
          on={ids}
          onChange={(next) => {
            draft.value = { ...draft.value, ways: next };
            if (outcomes !== null) {
              run(chosenWays(ways, next));
            }
          }}
        />
      </SearchForm>
      {outcomes === null && searches.busy && <Skeleton height={320} width="100%" />}
      {outcomes === null && !searches.busy && (
        <Empty icon={Columns3} title="Which way finds what you look for?">
          Ask one question, and see what each way finds, which texts they share, and how their ranks
          differ.
        </Empty>
      )}
      {outcomes !== null && refused === null && outcomes.length === shown.length && (
        <ComparedColumns
          ways={shown}
          outcomes={outcomes}
          busy={searches.busy}
          onOpen={(hit) => onPlace({ entry: hit })}
        />
      )}
    </div>
  );
}
