import { useEffect, useState } from "preact/hooks";
import { useResource } from "../../api/resource.ts";
import type { CollectionInfo, Entries, Entry } from "../../api/types.ts";
import { Badge } from "../../components/Badge.tsx";
import { ErrorBanner } from "../../components/Banner.tsx";
import { Button } from "../../components/Button.tsx";
import { Copy } from "../../components/Copy.tsx";
import { Drawer } from "../../components/Drawer.tsx";
import { formatCount } from "../../components/format.ts";
import { JsonView } from "../../components/JsonView.tsx";
import { Select } from "../../components/Select.tsx";
import { Skeleton } from "../../components/Skeleton.tsx";
import { HitList } from "./HitList.tsx";
import { namespaceLabel, type Place } from "./place.ts";
import { collectionPath, moreLike } from "./requests.ts";
import { useSearches } from "./use-search.ts";
import "./entry-drawer.css";

interface Props {
  collection: CollectionInfo;
  place: Place;
  onPlace: (changes: Partial<Place>) => void;
}

/** A text as a whole, with what is stored beside it, and texts that are near to it. */
export function EntryDrawer({ collection, place, onPlace }: Props) {
  const { entry } = place;
  const path =
    entry &&
    collectionPath(collection.name, "entries", { namespace: entry.namespace, key: entry.key });
  const { data, error, loading, reload } = useResource<Entries>(path);
  const found = data?.entries[0] ?? null;
  return (
    <Drawer
      open={entry !== null}
      onClose={() => onPlace({ entry: null, similar: false })}
      title={<span class="entry-title">{entry?.key || '""'}</span>}
      actions={<Copy text={entry?.key ?? ""} label="Copy key" />}
    >
      {error && <ErrorBanner error={error} onRetry={reload} />}
      {found === null && !error && loading && <Skeleton lines={6} />}
      {found === null && !error && !loading && (
        <p class="entry-gone">This text is not there any more.</p>
      )}
      {found && (
        <EntryDetail
          key={`${found.namespace}/${found.key}`}
          entry={found}
          collection={collection}
          method={place.method}
          similar={place.similar}
          onPlace={onPlace}
        />
      )}
    </Drawer>
  );
}

interface DetailProps {
  entry: Entry;
  collection: CollectionInfo;
  method: string | null;
  similar: boolean;
  onPlace: (changes: Partial<Place>) => void;
}

function EntryDetail({ entry, collection, method, similar, onPlace }: DetailProps) {
  const hasMetadata = Object.keys(entry.metadata).length > 0;
  return (
    <div class="entry">
      <LongText text={entry.text} />
      <dl class="entry-facts">
        {collection.namespaces.length > 1 && (
          <div>
            <dt>Namespace</dt>
            <dd>
              <Badge>{namespaceLabel(entry.namespace)}</Badge>
            </dd>
          </div>
        )}
        <div>
          <dt>Labels</dt>
          <dd>
            {entry.labels.length === 0
              ? "none"
              : entry.labels.map((label) => (
                  <Badge key={label} tone="accent">
                    {label}
                  </Badge>
                ))}
          </dd>
        </div>
      </dl>
      <section>
        <h3>Metadata</h3>
        {hasMetadata ? (
          <JsonView value={entry.metadata} label="Metadata" tools={false} />
        ) : (
          <p class="entry-none">None is stored beside this text.</p>
        )}
      </section>
      {collection.methods.length > 0 && (
        <Similar
          entry={entry}
          collection={collection}
          method={method}
          asked={similar}
          onPlace={onPlace}
        />
      )}
    </div>
  );
}

interface SimilarProps extends Omit<DetailProps, "similar"> {
  asked: boolean;
}

function Similar({ entry, collection, method, asked, onPlace }: SimilarProps) {
  const names = collection.methods.map(({ name }) => name);
  const [by, setBy] = useState(names.find((name) => name === method) ?? names[0] ?? "");
  const searches = useSearches(collection.name);
  const run = (name: string) => searches.run([moreLike(entry, name, 8)]);
  useEffect(() => {
    if (asked) {
      run(by);
    }
  }, [asked]);
  const outcome = searches.outcomes?.[0];
  return (
    <section aria-label="More like this">
      <div class="entry-similar-head">
        <h3>More like this</h3>
        {names.length > 1 && (
          <Select
            size="sm"
            aria-label="Search method for more like this"
            value={by}
            onValue={(name) => {
              setBy(name);
              if (outcome) {
                run(name);
              }
            }}
            options={names}
          />
        )}
      </div>
      {!outcome && !searches.busy && (
        <Button size="sm" onClick={() => run(by)}>
          Find texts that mean much the same
        </Button>
      )}
      {!outcome && searches.busy && <Skeleton lines={5} />}
      {outcome && "error" in outcome && <ErrorBanner error={outcome.error} />}
      {outcome && "answer" in outcome && (
        <HitList
          hits={outcome.answer.hits}
          label="Texts that mean much the same"
          showNamespace={false}
          onOpen={(hit) => onPlace({ entry: hit, similar: true })}
        />
      )}
    </section>
  );
}

/** So many characters are shown at once; a text may have a million. */
const MUCH = 8000;

function LongText({ text }: { text: string }) {
  const [whole, setWhole] = useState(false);
  const shown = whole ? text : text.slice(0, MUCH);
  return (
    <div class="entry-text">
      <p>{shown || <em>(empty text)</em>}</p>
      {shown.length < text.length && (
        <Button size="sm" onClick={() => setWhole(true)}>
          Show all {formatCount(text.length)} characters
        </Button>
      )}
    </div>
  );
}
