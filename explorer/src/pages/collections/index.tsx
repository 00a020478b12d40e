import { LibraryBig } from "lucide";
import { useEffect } from "preact/hooks";
import { useResource } from "../../api/resource.ts";
import type { CollectionInfo, Collections } from "../../api/types.ts";
import { ErrorBanner } from "../../components/Banner.tsx";
import { Skeleton } from "../../components/Skeleton.tsx";
import { Tabs } from "../../components/Tabs.tsx";
import { href, navigate, type PageProps, route } from "../../routes.ts";
import { BrowseView } from "./BrowseView.tsx";
import { CollectionHead } from "./CollectionHead.tsx";
import { CollectionList } from "./CollectionList.tsx";
import { CompareView } from "./CompareView.tsx";
import { EntryDrawer } from "./EntryDrawer.tsx";
import { HowToFill, HowToMake } from "./Lessons.tsx";
import { MapView } from "./MapView.tsx";
import { type Place, readPlace, VIEWS, type View, writePlace } from "./place.ts";
import { SearchView } from "./SearchView.tsx";
import { textsOf } from "./texts-of.ts";
import "./collections.css";

/** The collections of the app: what is in them, and what is found in them. */
export default function CollectionsPage({ rest, query }: PageProps) {
  const { data, error, reload } = useResource<Collections>("collections");
  const list = data?.collections ?? [];
  const chosen = list.find((each) => each.name === rest) ?? list[0];

  // The address names what is shown, so that it can be kept and sent.
  useEffect(() => {
    if (chosen && chosen.name !== rest) {
      navigate(href("collections", chosen.name), { replace: true });
    }
  }, [chosen?.name, rest]);

  return (
    <div class="page collections">
      <header class="page-head">
        <h1>Collections</h1>
      </header>
      {error && <ErrorBanner error={error} onRetry={reload} />}
      {!data && !error && <Skeleton lines={6} />}
      {data && list.length === 0 && <HowToMake icon={LibraryBig} />}
      {chosen && (
        <div class="collections-split">
          <CollectionList collections={list} selected={chosen.name} />
          <Collection
            key={chosen.name}
            collection={chosen}
            place={readPlace(query)}
            onRefresh={reload}
          />
        </div>
      )}
    </div>
  );
}

interface CollectionProps {
  collection: CollectionInfo;
  place: Place;
  onRefresh: () => void;
}

function Collection({ collection, place, onRefresh }: CollectionProps) {
  const onPlace = (changes: Partial<Place>) => {
    // The address may have changed since this was drawn.
    const now = { ...readPlace(route.peek().query), ...changes };
    const isStep = changes.view !== undefined || changes.entry !== undefined;
    navigate(href("collections", collection.name) + writePlace(now), { replace: !isStep });
  };
  const shared = { collection, place, onPlace };
  return (
    <section class="collections-main" aria-label={`Collection ${collection.name}`}>
      <CollectionHead collection={collection} onRefresh={onRefresh} />
      {textsOf(collection) === 0 ? (
        <HowToFill collection={collection.name} />
      ) : (
        <Tabs
          label="What to do with the collection"
          tabs={VIEWS}
          selected={place.view}
          onSelect={(id) => onPlace({ view: id as View })}
        >
          {place.view === "search" && <SearchView {...shared} />}
          {place.view === "browse" && <BrowseView {...shared} />}
          {place.view === "compare" && <CompareView {...shared} />}
          {place.view === "map" && <MapView {...shared} />}
        </Tabs>
      )}
      <EntryDrawer {...shared} />
    </section>
  );
}
