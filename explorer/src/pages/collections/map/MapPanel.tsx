import { useEffect, useMemo, useState } from "preact/hooks";
import type { VectorMap } from "../../../api/types.ts";
import { Badge } from "../../../components/Badge.tsx";
import { Button } from "../../../components/Button.tsx";
import { formatShare } from "../../../components/format.ts";
import { Tabs } from "../../../components/Tabs.tsx";
import { namespaceLabel } from "../place.ts";
import { colourBy } from "./colours.ts";
import { Legend } from "./Legend.tsx";
import { MapCanvas } from "./MapCanvas.tsx";

type Point = VectorMap["points"][number];

interface Props {
  map: VectorMap;
  /** Of points, by what a search found. */
  ranks: ReadonlyMap<number, number>;
  /** Takes the marks away. */
  onClear: () => void;
  /** Whether there are several namespaces on the map. */
  byNamespace: boolean;
  onOpen: (point: Point) => void;
}

/** The map, with a legend and the chosen point beside it. */
export function MapPanel({ map, ranks, onClear, byNamespace, onOpen }: Props) {
  const [colouredBy, setColouredBy] = useState<"label" | "namespace">("label");
  const [lit, setLit] = useState<number | null>(null);
  const [selected, setSelected] = useState<number | null>(null);
  const byName = byNamespace && colouredBy === "namespace";
  const points = useMemo(
    () =>
      map.points.map((point) => ({
        x: point.x,
        y: point.y,
        text: point.text,
        group: byName ? namespaceLabel(point.namespace) : point.label,
      })),
    [map, byName],
  );
  const colouring = useMemo(() => colourBy(points.map((point) => point.group)), [points]);
  useEffect(() => setLit(null), [colouring]);
  useEffect(() => setSelected(null), [map]);
  const chosen = selected === null ? undefined : map.points[selected];
  return (
    <div class="map-panel">
      <figure class="map-figure">
        <MapCanvas
          points={points}
          colours={colouring.colours}
          lit={lit}
          ranks={ranks}
          selected={selected}
          onSelect={setSelected}
          onOpen={(at) => map.points[at] && onOpen(map.points[at])}
          label={`${points.length} texts by what they mean`}
        />
        <span class="map-axis map-axis-x" aria-hidden="true">
          first component, {formatShare(map.explained[0])} →
        </span>
        <span class="map-axis map-axis-y" aria-hidden="true">
          second component, {formatShare(map.explained[1])} →
        </span>
      </figure>
      <aside class="map-side" aria-label="Legend and chosen text">
        <div class="map-side-head">
          <h3>{byName ? "Namespaces" : "Labels"}</h3>
          {byNamespace && (
            <Tabs
              label="Colour by"
              look="segments"
              tabs={[
                { id: "label", label: "Label" },
                { id: "namespace", label: "Namespace" },
              ]}
              selected={colouredBy}
              onSelect={(id) => setColouredBy(id as "label" | "namespace")}
            />
          )}
        </div>
        <Legend colouring={colouring} lit={lit} onLight={setLit} nameless="no label" />
        {ranks.size > 0 && (
          <div class="map-marked">
            <span>
              <span class="map-mark" aria-hidden="true">
                1
              </span>
              {ranks.size} nearest marked
            </span>
            <Button size="sm" variant="ghost" onClick={onClear}>
              Clear
            </Button>
          </div>
        )}
        {chosen ? (
          <ChosenPoint point={chosen} onOpen={() => onOpen(chosen)} />
        ) : (
          <p class="map-hint">
            Point at a text to read it, press it to keep it here. Drag to move, scroll to zoom; or
            use the arrow keys, <kbd>+</kbd> and <kbd>-</kbd>.
          </p>
        )}
      </aside>
    </div>
  );
}

function ChosenPoint({ point, onOpen }: { point: Point; onOpen: () => void }) {
  return (
    <div class="map-chosen">
      <div class="map-chosen-head">
        {point.label !== null && <Badge tone="accent">{point.label}</Badge>}
        <span class="map-chosen-key">{point.key}</span>
      </div>
      <p class="map-chosen-text">{point.text || "(empty text)"}</p>
      <Button size="sm" onClick={onOpen}>
        Open
      </Button>
    </div>
  );
}
