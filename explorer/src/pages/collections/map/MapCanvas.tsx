import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { theme } from "../../../state/theme.ts";
import { COLOURS } from "./colours.ts";
import { draw, radiusOf, readInk } from "./draw.ts";
import { Grid } from "./grid.ts";
import { Pointers } from "./pointers.ts";
import { type Frame, frameOf, pan, reveal, type Spot, toCanvas, toPlane, zoom } from "./scale.ts";
import { type Direction, step } from "./steer.ts";
import { ZoomButtons } from "./ZoomButtons.tsx";

export interface MapPoint extends Spot {
  text: string;
  /** The group that its colour stands for. */
  group: string | null;
}

interface Props {
  points: readonly MapPoint[];
  colours: readonly number[];
  /** The colour that is looked at alone; null for all of them. */
  lit: number | null;
  ranks: ReadonlyMap<number, number>;
  selected: number | null;
  onSelect: (at: number | null) => void;
  onOpen: (at: number) => void;
  label: string;
}

const ARROWS: { [key: string]: Direction } = {
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "up",
  ArrowDown: "down",
};
const KEYS = "Arrow keys go from point to point, plus and minus zoom, zero shows all, Enter opens.";

/** Points on a canvas, to be dragged and zoomed, with the text of the one that is pointed at. */
export function MapCanvas(props: Props) {
  const { points, colours, lit, ranks, selected, onSelect, onOpen } = props;
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const pointers = useMemo(() => new Pointers(), []);
  const grid = useMemo(() => new Grid(points), [points]);
  const size = useSize(box);
  const whole = useMemo(() => frameOf(points, size.width, size.height), [points, size]);
  const [view, setView] = useState<Frame | null>(null);
  const [hovered, setHovered] = useState<number | null>(null);
  const frame = view ? { ...view, width: size.width, height: size.height } : whole;
  const frameNow = useRef(frame);
  frameNow.current = frame;

  // Another set of points lies elsewhere: what was looked at says nothing there.
  useEffect(() => {
    setView(null);
    setHovered(null);
  }, [points]);

  useLayoutEffect(() => {
    const element = canvas.current;
    const context = element?.getContext("2d");
    if (!element || !context) {
      return;
    }
    const ratio = window.devicePixelRatio || 1;
    element.width = Math.round(frame.width * ratio);
    element.height = Math.round(frame.height * ratio);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const isLit = (at: number) => (lit === null ? ranks.size === 0 : colours[at] === lit);
    const scene = { frame, points, colours, lit: isLit, ranks, selected, hovered };
    draw(context, scene, readInk(element, COLOURS));
  }, [
    frame.x,
    frame.y,
    frame.scale,
    size,
    points,
    colours,
    lit,
    ranks,
    selected,
    hovered,
    theme.value,
  ]);

  useEffect(() => {
    const point = selected === null ? undefined : points[selected];
    if (!point) {
      return;
    }
    const moved = reveal(frameNow.current, point);
    if (moved !== frameNow.current) {
      setView(moved);
    }
  }, [selected]);

  const spotOf = (event: { clientX: number; clientY: number }): Spot => {
    const bounds = canvas.current?.getBoundingClientRect();
    return { x: event.clientX - (bounds?.left ?? 0), y: event.clientY - (bounds?.top ?? 0) };
  };
  const at = (event: PointerEvent): number | null =>
    grid.nearest(toPlane(frame, spotOf(event)), (radiusOf(points.length) + 8) / frame.scale);
  const zoomBy = (factor: number, spot: Spot = { x: size.width / 2, y: size.height / 2 }) =>
    setView(zoom(frameNow.current, factor, spot, whole));

  // Not as a property: a listener that may keep the page from scrolling has to say so.
  useEffect(() => {
    const element = canvas.current;
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      zoomBy(Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.002)), spotOf(event));
    };
    element?.addEventListener("wheel", onWheel, { passive: false });
    return () => element?.removeEventListener("wheel", onWheel);
  }, [whole]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const direction = ARROWS[event.key];
    if (direction) {
      onSelect(next(direction));
    } else if (event.key === "+" || event.key === "=") {
      zoomBy(1.5);
    } else if (event.key === "-") {
      zoomBy(1 / 1.5);
    } else if (event.key === "0") {
      setView(null);
    } else if (event.key === "Enter" && selected !== null) {
      onOpen(selected);
    } else if (event.key === "Escape" && selected !== null) {
      onSelect(null);
    } else {
      return;
    }
    event.preventDefault();
  };
  const next = (direction: Direction): number | null => {
    if (selected !== null) {
      return step(points, selected, direction) ?? selected;
    }
    const middle = toPlane(frame, { x: size.width / 2, y: size.height / 2 });
    return grid.nearest(middle, Infinity);
  };

  const shown = hovered ?? selected;
  return (
    <div class="map-canvas" ref={box}>
      <div
        class="map-stage"
        tabIndex={0}
        role="application"
        aria-roledescription="map"
        aria-label={`${props.label}. ${KEYS}`}
        onKeyDown={onKeyDown}
      >
        <canvas
          ref={canvas}
          class={hovered === null ? undefined : "map-canvas-pointing"}
          style={{ width: `${size.width}px`, height: `${size.height}px` }}
          onPointerDown={(event) => {
            canvas.current?.setPointerCapture(event.pointerId);
            pointers.press(event.pointerId, spotOf(event));
          }}
          onPointerMove={(event) => {
            const drag = pointers.move(event.pointerId, spotOf(event));
            if (!drag) {
              return setHovered(at(event));
            }
            const moved = pan(frameNow.current, drag.right, drag.down);
            setView(drag.factor === 1 ? moved : zoom(moved, drag.factor, drag.at, whole));
          }}
          onPointerUp={(event) => {
            if (pointers.release(event.pointerId)) {
              onSelect(at(event));
            }
          }}
          onPointerCancel={(event) => pointers.release(event.pointerId)}
          onPointerLeave={() => setHovered(null)}
          onDblClick={(event) => zoomBy(2, spotOf(event))}
        />
      </div>
      {shown !== null && points[shown] && (
        <PointTip point={points[shown]} rank={ranks.get(shown)} frame={frame} />
      )}
      <ZoomButtons onZoom={zoomBy} onFit={() => setView(null)} />
      <div class="only-read" aria-live="polite">
        {selected !== null && points[selected] ? spoken(points[selected], ranks.get(selected)) : ""}
      </div>
    </div>
  );
}

function spoken(point: MapPoint, rank: number | undefined): string {
  const hit = rank === undefined ? "" : `Hit ${rank}. `;
  return `${hit}${point.group ? `${point.group}: ` : ""}${point.text.slice(0, 300)}`;
}

/** Beside its point, on the side where there is more room. */
function PointTip(props: { point: MapPoint; rank: number | undefined; frame: Frame }) {
  const { point, rank, frame } = props;
  const { x, y } = toCanvas(frame, point);
  const left = x > frame.width / 2;
  const above = y > frame.height / 2;
  const place = {
    left: `${x + (left ? -14 : 14)}px`,
    top: `${y + (above ? -10 : 10)}px`,
    transform: `translate(${left ? "-100%" : "0"}, ${above ? "-100%" : "0"})`,
  };
  return (
    <div class="map-tip" style={place} aria-hidden="true">
      {(rank !== undefined || point.group) && (
        <div class="map-tip-head">
          {rank !== undefined && <span>Hit {rank}</span>}
          {point.group && <span>{point.group}</span>}
        </div>
      )}
      <div class="map-tip-text">{point.text.slice(0, 400) || "(empty text)"}</div>
    </div>
  );
}

function useSize(box: { current: HTMLElement | null }): { width: number; height: number } {
  const [size, setSize] = useState({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) {
      return;
    }
    const measure = () => {
      const [width, height] = [element.clientWidth, element.clientHeight];
      setSize((was) => (was.width === width && was.height === height ? was : { width, height }));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return size;
}
