import { RefreshCw } from "lucide";
import type { CollectionInfo, SearchMethod } from "../../api/types.ts";
import { Badge, type Tone } from "../../components/Badge.tsx";
import { plural } from "../../components/format.ts";
import { IconButton } from "../../components/IconButton.tsx";
import { SourceLink } from "../../components/SourcePanel.tsx";
import { textsOf } from "./texts-of.ts";

interface Props {
  collection: CollectionInfo;
  onRefresh: () => void;
}

/** What a collection is, and how it is searched. */
export function CollectionHead({ collection, onRefresh }: Props) {
  const { name, namespaces, methods, location } = collection;
  return (
    <header class="collection-head">
      <div class="collection-title">
        <h2>{name}</h2>
        <span class="collection-counts">
          {plural(textsOf(collection), "text")}
          {namespaces.length > 1 && ` in ${plural(namespaces.length, "namespace")}`}
        </span>
        {location && <SourceLink file="modus.json" line={location.line} column={location.column} />}
        <IconButton icon={RefreshCw} label="Count anew" size="sm" onClick={onRefresh} />
      </div>
      {location === null ? (
        <p class="collection-method">
          modus.json does not name it: its texts are kept, but no function can use them. Remove them
          with <code>atoll collections drop {name}</code>
        </p>
      ) : methods.length === 0 ? (
        <p class="collection-method">No search method: searched by words only</p>
      ) : (
        <ul class="collection-methods" aria-label="Search methods">
          {methods.map((method) => (
            <Method key={method.name} method={method} />
          ))}
        </ul>
      )}
    </header>
  );
}

function toneOf({ state, vectors }: SearchMethod): Tone {
  if (state === "ready") {
    return "good";
  }
  return vectors === 0 && !/\d/.test(state) ? "neutral" : "warn";
}

function Method({ method }: { method: SearchMethod }) {
  const { name, embedder, distance, index, dimension, vectors, state } = method;
  return (
    <li class="collection-method">
      <strong>{name}</strong>
      <Badge tone={toneOf(method)}>{state}</Badge>
      <span>
        embedder <code>{embedder}</code>
      </span>
      <span>{plural(vectors, "vector")}</span>
      {dimension !== null && <span>{plural(dimension, "number")} each</span>}
      <span>{distance} distance</span>
      <span>index {index}</span>
    </li>
  );
}
