import { useMemo, useState } from "preact/hooks";
import type { VectorMap } from "../../../api/types.ts";
import { Badge } from "../../../components/Badge.tsx";
import { Button } from "../../../components/Button.tsx";
import { formatCount } from "../../../components/format.ts";
import { inOrder } from "./table-order.ts";

interface Props {
  map: VectorMap;
  ranks: ReadonlyMap<number, number>;
  onOpen: (point: VectorMap["points"][number]) => void;
}

const PAGE = 100;

/** The points of the map as rows: what was marked first, then from left to right. */
export function MapTable({ map, ranks, onOpen }: Props) {
  const [shown, setShown] = useState(PAGE);
  const order = useMemo(() => inOrder(map.points, ranks), [map, ranks]);
  return (
    <div class="browse-scroll">
      <table class="browse-table">
        <thead>
          <tr>
            {ranks.size > 0 && <th scope="col">Hit</th>}
            <th scope="col">Key</th>
            <th scope="col">Text</th>
            <th scope="col">Label</th>
            <th scope="col" class="map-number">
              First
            </th>
            <th scope="col" class="map-number">
              Second
            </th>
          </tr>
        </thead>
        <tbody>
          {order.slice(0, shown).map((at) => {
            const point = map.points[at];
            if (!point) {
              return null;
            }
            return (
              <tr key={at}>
                {ranks.size > 0 && <td class="map-number">{ranks.get(at) ?? ""}</td>}
                <td class="browse-key">
                  <button type="button" class="browse-open" onClick={() => onOpen(point)}>
                    {point.key || '""'}
                  </button>
                </td>
                <td class="browse-text">
                  <span>{point.text.slice(0, 300)}</span>
                </td>
                <td>{point.label !== null && <Badge tone="accent">{point.label}</Badge>}</td>
                <td class="map-number">{point.x.toFixed(3)}</td>
                <td class="map-number">{point.y.toFixed(3)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {shown < order.length && (
        <div class="browse-foot">
          <span role="status">
            {formatCount(shown)} of {formatCount(order.length)} points
          </span>
          <Button size="sm" onClick={() => setShown(shown + PAGE)}>
            Show more
          </Button>
        </div>
      )}
    </div>
  );
}
