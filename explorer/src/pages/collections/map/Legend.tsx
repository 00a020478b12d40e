import { formatCount } from "../../../components/format.ts";
import type { Colouring, Group } from "./colours.ts";

interface Props {
  colouring: Colouring;
  /** The colour that is looked at alone; null for all of them. */
  lit: number | null;
  onLight: (colour: number | null) => void;
  /** Of what has no name. */
  nameless: string;
}

/** Which colour stands for which group; pressing one shows it alone. */
export function Legend({ colouring, lit, onLight, nameless }: Props) {
  return (
    <ul class="map-legend" aria-label="Colours">
      {colouring.groups.map((group) => (
        <li key={group.colour}>
          <button
            type="button"
            class="map-legend-group"
            aria-pressed={lit === group.colour}
            onClick={() => onLight(lit === group.colour ? null : group.colour)}
          >
            <span class={`map-swatch map-swatch-${group.colour}`} aria-hidden="true" />
            <span class="map-legend-name">{nameOf(group, colouring.others, nameless)}</span>
            <span class="map-legend-count">{formatCount(group.points)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

function nameOf(group: Group, others: number, nameless: string): string {
  if (group.name !== null) {
    return group.name;
  }
  return others > 0 ? `${others} more` : nameless;
}
