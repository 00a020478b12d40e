import { Search } from "lucide";
import { useEffect, useRef, useState } from "preact/hooks";
import type { CollectionInfo, Entry } from "../../api/types.ts";
import { Badge } from "../../components/Badge.tsx";
import { ErrorBanner } from "../../components/Banner.tsx";
import { Button } from "../../components/Button.tsx";
import { Empty } from "../../components/Empty.tsx";
import { formatCount, plural } from "../../components/format.ts";
import { Input } from "../../components/Input.tsx";
import { Select } from "../../components/Select.tsx";
import { Skeleton } from "../../components/Skeleton.tsx";
import { rove } from "./list-keys.ts";
import { namespaceLabel, type Place } from "./place.ts";
import { useEntries } from "./use-entries.ts";
import "./browse-view.css";

interface Props {
  collection: CollectionInfo;
  place: Place;
  onPlace: (changes: Partial<Place>) => void;
}

/** All texts of a namespace, by key. */
export function BrowseView({ collection, place, onPlace }: Props) {
  const names = collection.namespaces.map((each) => each.name);
  const namespace = names.find((name) => name === place.namespace) ?? names[0] ?? "";
  const [typed, setTyped] = useState("");
  const filter = useSettled(typed.trim(), 250);
  const entries = useEntries(collection.name, namespace, filter);
  const total = collection.namespaces.find((each) => each.name === namespace)?.texts ?? 0;
  return (
    <div class="collections-view">
      <div class="browse-bar">
        <Input
          type="search"
          icon={Search}
          aria-label="Show texts that contain"
          placeholder="Filter by text"
          value={typed}
          onValue={setTyped}
        />
        {names.length > 1 && (
          <Select
            aria-label="Namespace"
            value={`=${namespace}`}
            onValue={(value) => onPlace({ namespace: value.slice(1) })}
            options={collection.namespaces.map(({ name, texts }) => ({
              value: `=${name}`,
              label: `${namespaceLabel(name)} (${formatCount(texts)})`,
            }))}
          />
        )}
      </div>
      {entries.error && <ErrorBanner error={entries.error} onRetry={entries.retry} />}
      {entries.list === null && !entries.error && <Skeleton lines={12} />}
      {entries.list?.length === 0 && (
        <Empty icon={Search} title="No text contains this">
          This looks for the letters as they stand here. Search finds texts by what they mean.
        </Empty>
      )}
      {entries.list !== null && entries.list.length > 0 && (
        <>
          <EntryTable entries={entries.list} onOpen={(entry) => onPlace({ entry })} />
          <div class="browse-foot">
            <span role="status">
              {filter === ""
                ? `${formatCount(entries.list.length)} of ${plural(total, "text")}`
                : plural(entries.list.length, "text")}
              {entries.more && filter !== "" ? " so far" : ""}
            </span>
            {entries.more && (
              <Button size="sm" busy={entries.busy} onClick={entries.next}>
                Show more
              </Button>
            )}
          </div>
        </>
      )}
    </div>
  );
}

function EntryTable({ entries, onOpen }: { entries: Entry[]; onOpen: (entry: Entry) => void }) {
  const body = useRef<HTMLTableSectionElement>(null);
  return (
    <div class="browse-scroll">
      <table class="browse-table">
        <thead>
          <tr>
            <th scope="col">Key</th>
            <th scope="col">Text</th>
            <th scope="col" class="browse-labels">
              Labels
            </th>
            <th scope="col" class="browse-metadata-head">
              Metadata
            </th>
          </tr>
        </thead>
        <tbody ref={body} onKeyDown={(event) => rove(event, body.current, ".browse-open")}>
          {entries.map((entry) => (
            <tr key={entry.key}>
              <td class="browse-key">
                <button type="button" class="browse-open" onClick={() => onOpen(entry)}>
                  {entry.key || '""'}
                </button>
              </td>
              <td class="browse-text">
                <span>{entry.text.slice(0, 300)}</span>
              </td>
              <td class="browse-labels">
                {entry.labels.slice(0, 4).map((label) => (
                  <Badge key={label} tone="accent">
                    {label}
                  </Badge>
                ))}
                {entry.labels.length > 4 && <Badge>{`+${entry.labels.length - 4}`}</Badge>}
              </td>
              <td class="browse-metadata">
                <span>{preview(entry.metadata)}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function preview(metadata: Entry["metadata"]): string {
  return Object.keys(metadata).length === 0 ? "" : JSON.stringify(metadata).slice(0, 160);
}

/** The value, once it has stayed the same for so long. */
function useSettled(value: string, ms: number): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
