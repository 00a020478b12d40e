import { signal } from "@preact/signals";
import { FileCode, SquareArrowOutUpRight } from "lucide";
import type { ComponentChildren } from "preact";
import { state } from "../api/events.ts";
import { useResource } from "../api/resource.ts";
import type { Source } from "../api/types.ts";
import { queryString } from "../query-string.ts";
import { ErrorBanner } from "./Banner.tsx";
import { Button } from "./Button.tsx";
import { Code } from "./Code.tsx";
import { Drawer } from "./Drawer.tsx";
import { Icon } from "./Icon.tsx";
import { Skeleton } from "./Skeleton.tsx";
import { editorLink } from "./SourceLines/editor-link.ts";
import "./SourcePanel.css";

/** A place in a file of the app. */
export interface Place {
  /** Relative to the app's folder. */
  file: string;
  line: number;
  column?: number | null;
}

const shown = signal<Place | null>(null);

/** Show a place in the source, above the page. */
export function openSource(place: Place): void {
  shown.value = place;
}

/** The panel that `openSource` opens. In the page once, in app.tsx. */
export function SourceHost() {
  const place = shown.value;
  return place && <SourcePanel place={place} onClose={() => (shown.value = null)} />;
}

export function SourcePanel({ place, onClose }: { place: Place; onClose: () => void }) {
  const { file, line, column } = place;
  const source = useResource<Source>(`source${queryString({ file, line })}`);
  return (
    <Drawer
      open
      size="lg"
      onClose={onClose}
      title={
        <span class="source-panel-title">
          <Icon icon={FileCode} size={16} />
          {`${file}:${line}`}
        </span>
      }
      actions={
        source.data && (
          <Button
            size="sm"
            icon={SquareArrowOutUpRight}
            href={editorLink(source.data.path, line, column ?? null)}
          >
            Open in editor
          </Button>
        )
      }
    >
      {source.error && <ErrorBanner error={source.error} onRetry={source.reload} />}
      {source.data ? (
        <Code
          code={source.data.lines.join("\n")}
          label={`${file}, around line ${line}`}
          from={source.data.first}
          mark={line}
        />
      ) : (
        !source.error && <Skeleton lines={12} />
      )}
    </Drawer>
  );
}

/** A link to a place in the source: opens the panel. Plain text where the server shows no source. */
export function SourceLink({
  file,
  line,
  column,
  children,
}: Place & { children?: ComponentChildren }) {
  const words = children ?? `${file}:${line}`;
  if (state.value?.features.source !== true) {
    return <span class="source-place">{words}</span>;
  }
  return (
    <button
      type="button"
      class="source-link"
      title="Show the source"
      onClick={(event) => {
        event.stopPropagation();
        openSource({ file, line, column: column ?? null });
      }}
    >
      {words}
    </button>
  );
}
