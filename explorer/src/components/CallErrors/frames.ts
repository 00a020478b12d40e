import type { Frame } from "../../api/types.ts";

/** A frame of the app's own source, or others that follow one another and are shown folded. */
export type FrameGroup = { own: true; frame: Frame } | { own: false; frames: Frame[] };

/** Frames for reading: the innermost first, what is not the app's own in groups. */
export function groupFrames(frames: readonly Frame[]): FrameGroup[] {
  const groups: FrameGroup[] = [];
  for (const frame of [...frames].reverse()) {
    const last = groups.at(-1);
    if (frame.own) {
      groups.push({ own: true, frame });
    } else if (last !== undefined && !last.own) {
      last.frames.push(frame);
    } else {
      groups.push({ own: false, frames: [frame] });
    }
  }
  return groups;
}

/** `main.py:12:5`, as editors take it. */
export function placeOf(frame: Frame): string {
  const column = frame.column === null ? "" : `:${frame.column}`;
  return `${frame.file}:${frame.line}${column}`;
}
