import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Location } from "../../api/types.ts";
import { SourceLink } from "../../components/SourcePanel.tsx";

interface Props {
  name: ComponentChildren;
  /** Beside the name. */
  marks?: ComponentChildren;
  /** In one line below the name. */
  about?: ComponentChildren;
  /** At the right end. */
  action?: ComponentChildren;
  file?: string;
  location?: Location | null;
  /** Somebody came for this one: it is moved into view, and marked. */
  pointed?: boolean;
  children?: ComponentChildren;
}

/** One thing that the manifest names, with a link to where it does. */
export function Row({
  name,
  marks,
  about,
  action,
  file,
  location,
  pointed = false,
  children,
}: Props) {
  const row = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (pointed) {
      row.current?.scrollIntoView({ block: "center" });
    }
  }, [pointed]);
  return (
    <li
      ref={row}
      class={pointed ? "manifest-row is-pointed" : "manifest-row"}
      aria-current={pointed ? "true" : undefined}
    >
      <div class="manifest-row-main">
        <div class="manifest-row-line">
          <span class="manifest-row-name">{name}</span>
          {marks}
        </div>
        {about && <div class="manifest-row-about">{about}</div>}
        {children}
      </div>
      <div class="manifest-row-end">
        {file && location && (
          <SourceLink file={file} line={location.line} column={location.column} />
        )}
        {action}
      </div>
    </li>
  );
}
