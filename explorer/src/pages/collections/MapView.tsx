import { ChartScatter, Search, Table2 } from "lucide";
import { useEffect, useMemo, useState } from "preact/hooks";
import { useResource } from "../../api/resource.ts";
import type { CollectionInfo, VectorMap } from "../../api/types.ts";
import { ErrorBanner } from "../../components/Banner.tsx";
import { Button } from "../../components/Button.tsx";
import { Empty } from "../../components/Empty.tsx";
import { formatCount, formatShare } from "../../components/format.ts";
import { Input } from "../../components/Input.tsx";
import { Select } from "../../components/Select.tsx";
import { Skeleton } from "../../components/Skeleton.tsx";
import { Tabs } from "../../components/Tabs.tsx";
import { draftOf } from "./draft.ts";
import { MapPanel } from "./map/MapPanel.tsx";
import { MapTable } from "./map/MapTable.tsx";
import { namespaceLabel, type Place } from "./place.ts";
import { hitId } from "./ranking.ts";
import { collectionPath } from "./requests.ts";
import { methodOf } from "./SearchView.tsx";
import { useSearches } from "./use-search.ts";
import "./map/map.css";

interface Props {
  collection: CollectionInfo;
  place: Place;
  onPlace: (changes: Partial<Place>) => void;
}

/** So many points can be drawn and moved without a delay. */
const MOST_POINTS = 2000;
/** Of a search, that are marked on the map. */
const MARKED = 10;

/** All vectors of a search method in two dimensions. */
export function MapView({ collection, place, onPlace }: Props) {
  const method = methodOf(collection, place.method);
  const names = collection.namespaces.map((each) => each.name);
  const namespace = names.find((name) => name === place.namespace) ?? null;
  const path =
    method === ""
      ? null
      : collectionPath(collection.name, "map", { method, namespace, limit: MOST_POINTS });
  const { data, error, reload } = useResource<VectorMap>(path);
  const [asTable, setAsTable] = useState(false);
  const marks = useMarks(collection, method, namespace, data);

  if (path === null) {
    return (
      <Empty icon={ChartScatter} title="No vectors">
        This collection has no search method, so that it is searched by words only, and its texts
        have no vectors.
      </Empty>
    );
  }
  const byNamespace = namespace === null && names.length > 1;
  return (
    <div class="collections-view">
      <div class="map-bar">
        <form
          role="search"
          class="map-search"
          onSubmit={(event) => {
            event.preventDefault();
            marks.run();
          }}
        >
          <Input
            type="search"
            icon={Search}
            aria-label="Mark what is nearest to"
            placeholder="Mark what is nearest to a text"
            value={marks.text}
            onValue={marks.setText}
          />
          <Button type="submit" busy={marks.busy} disabled={marks.text.trim() === ""}>
            Mark
          </Button>
        </form>
        {collection.methods.length > 1 && (
          <Select
            aria-label="Search method"
            value={method}
            onValue={(name) => onPlace({ method: name })}
            options={collection.methods.map(({ name }) => name)}
          />
        )}
        {names.length > 1 && (
          <Select
            aria-label="Namespace"
            value={namespace === null ? "all" : `=${namespace}`}
            onValue={(value) => onPlace({ namespace: value === "all" ? null : value.slice(1) })}
            options={[
              { value: "all", label: "All namespaces" },
              ...names.map((name) => ({ value: `=${name}`, label: namespaceLabel(name) })),
            ]}
          />
        )}
        <Tabs
          label="Show as"
          look="segments"
          tabs={[
            { id: "map", label: "Map", icon: ChartScatter },
            { id: "table", label: "Table", icon: Table2 },
          ]}
          selected={asTable ? "table" : "map"}
          onSelect={(id) => setAsTable(id === "table")}
        />
      </div>
      {marks.error && <ErrorBanner error={marks.error} />}
      {error && <ErrorBanner error={error} onRetry={reload} />}
      {!data && !error && <Skeleton height={480} width="100%" />}
      {data && data.points.length === 0 && (
        <Empty icon={ChartScatter} title="No vectors yet">
          The texts are being embedded, or there are none here.
        </Empty>
      )}
      {data && data.points.length > 0 && (
        <>
          <p class="map-about" role="status">
            {about(data)}
            {marks.elsewhere > 0 && ` ${marks.elsewhere} of the hits are not in the sample.`}
          </p>
          {asTable ? (
            <MapTable map={data} ranks={marks.ranks} onOpen={(entry) => onPlace({ entry })} />
          ) : (
            <MapPanel
              map={data}
              ranks={marks.ranks}
              onClear={marks.clear}
              byNamespace={byNamespace}
              onOpen={(entry) => onPlace({ entry })}
            />
          )}
        </>
      )}
    </div>
  );
}

function about({ points, total, explained }: VectorMap): string {
  const shown = formatShare(explained[0] + explained[1]);
  const many =
    points.length < total
      ? `A sample of ${formatCount(points.length)} of ${formatCount(total)} vectors`
      : `${formatCount(total)} vectors`;
  return `${many}, by their two principal components, which show ${shown} of the variance.`;
}

/** What a search marks on the map. */
function useMarks(
  collection: CollectionInfo,
  method: string,
  namespace: string | null,
  map: VectorMap | null,
) {
  const draft = draftOf(collection.name);
  const searches = useSearches(collection.name);
  const names = collection.namespaces.map((each) => each.name);
  const outcome = searches.outcomes?.[0];
  const hits = outcome && "answer" in outcome ? outcome.answer.hits : null;
  const ranks = useMemo(() => {
    const byId = new Map((hits ?? []).map((hit, at) => [hitId(hit), at + 1]));
    return new Map(
      (map?.points ?? []).flatMap((point, at) => {
        const rank = byId.get(hitId(point));
        return rank === undefined ? [] : [[at, rank] as const];
      }),
    );
  }, [hits, map]);
  // Hits of another method lie elsewhere.
  useEffect(searches.clear, [method, namespace]);
  return {
    text: draft.value.text,
    setText: (text: string) => {
      draft.value = { ...draft.value, text };
    },
    ranks,
    elsewhere: (hits?.length ?? 0) - ranks.size,
    busy: searches.busy,
    error: outcome && "error" in outcome ? outcome.error : null,
    clear: searches.clear,
    run: () => {
      const namespaces = namespace === null ? names.slice(0, 1000) : [namespace];
      const text = draft.value.text;
      searches.run([{ method, mode: "vector", text, namespaces, filter: null, limit: MARKED }]);
    },
  };
}
