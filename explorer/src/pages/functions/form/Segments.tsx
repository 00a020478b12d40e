import "./segments.css";
import { useId } from "preact/hooks";

export interface Segment<Id extends string> {
  id: Id;
  label: string;
  title?: string;
  mono?: boolean;
}

interface SegmentsProps<Id extends string> {
  /** For screen readers. */
  label: string;
  segments: readonly Segment<Id>[];
  selected: Id;
  onSelect: (id: Id) => void;
  small?: boolean;
}

/** A choice of a few, all of which are seen. */
export function Segments<Id extends string>({
  label,
  segments,
  selected,
  onSelect,
  small = false,
}: SegmentsProps<Id>) {
  const name = useId();
  return (
    <div class={small ? "segments is-small" : "segments"} role="radiogroup" aria-label={label}>
      {segments.map((segment) => (
        <label
          key={segment.id}
          class={segment.mono ? "segment is-mono" : "segment"}
          title={segment.title}
        >
          <input
            type="radio"
            name={name}
            class="only-read"
            checked={segment.id === selected}
            onChange={() => onSelect(segment.id)}
          />
          <span class="segment-label">{segment.label}</span>
        </label>
      ))}
    </div>
  );
}
