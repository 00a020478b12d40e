import "./Skeleton.css";

export interface SkeletonProps {
  /** How many lines of text will be here. */
  lines?: number;
  /** Of one block instead, in pixels. */
  height?: number;
  width?: number | string;
}

/** The shape of what is being loaded. Comes in late, so that quick answers do not flicker. */
export function Skeleton({ lines = 1, height, width }: SkeletonProps) {
  if (height !== undefined) {
    return <div class="skeleton" style={{ height: `${height}px`, width: sized(width) }} />;
  }
  return (
    <div class="skeleton-lines" aria-hidden="true">
      {Array.from({ length: lines }, (_, index) => (
        <div
          key={index}
          class="skeleton skeleton-line"
          style={{ width: sized(width) ?? `${[92, 78, 86, 64, 73][index % 5]}%` }}
        />
      ))}
    </div>
  );
}

function sized(width: number | string | undefined): string | undefined {
  return typeof width === "number" ? `${width}px` : width;
}
