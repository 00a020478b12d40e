import { useRef } from "preact/hooks";
import type { CollectionInfo } from "../../api/types.ts";
import { formatCount } from "../../components/format.ts";
import { href } from "../../routes.ts";
import { rove } from "./list-keys.ts";
import { textsOf } from "./texts-of.ts";

interface Props {
  collections: readonly CollectionInfo[];
  selected: string;
}

/** All collections with how many texts they have. */
export function CollectionList({ collections, selected }: Props) {
  const list = useRef<HTMLUListElement>(null);
  return (
    <nav class="collections-list" aria-label="Collections">
      <ul
        class="collections-list-items"
        ref={list}
        onKeyDown={(event) => rove(event, list.current, "a")}
      >
        {collections.map((each) => (
          <li key={each.name}>
            <a
              href={href("collections", each.name)}
              aria-current={each.name === selected ? "page" : undefined}
            >
              <span class="collections-list-name">{each.name}</span>
              <span class="collections-list-count">
                {formatCount(textsOf(each))}
                <span class="only-read"> texts</span>
              </span>
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
