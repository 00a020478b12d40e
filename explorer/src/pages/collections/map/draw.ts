import { type Frame, type Spot, toCanvas } from "./scale.ts";

/** Colours of the theme, read from the css of the canvas. */
export interface Ink {
  /** By number of the colour; the first one is grey. */
  groups: string[];
  accent: string;
  text: string;
  ground: string;
  font: string;
}

export interface Scene {
  frame: Frame;
  points: readonly Spot[];
  /** Of each point, as in `Ink.groups`. */
  colours: readonly number[];
  /** Whether a point is drawn as usual, or only hinted at. */
  lit: (at: number) => boolean;
  /** The rank of those that a search found, by point. */
  ranks: ReadonlyMap<number, number>;
  selected: number | null;
  hovered: number | null;
}

/** What the variables of the css come to just now: a canvas understands no variables. */
export function readInk(element: Element, colours: number): Ink {
  const probe = element.ownerDocument.createElement("span");
  element.parentElement?.append(probe);
  const style = getComputedStyle(probe);
  const colour = (name: string) => {
    probe.style.color = `var(--map-${name})`;
    return style.color;
  };
  const ink = {
    groups: Array.from({ length: colours + 1 }, (_, at) => colour(`colour-${at}`)),
    accent: colour("accent"),
    text: colour("text"),
    ground: colour("ground"),
    font: style.fontFamily,
  };
  probe.remove();
  return ink;
}

export function draw(canvas: CanvasRenderingContext2D, scene: Scene, ink: Ink): void {
  const { frame, points } = scene;
  canvas.clearRect(0, 0, frame.width, frame.height);
  const radius = radiusOf(points.length);
  const shown = points.flatMap((point, at) => {
    const spot = toCanvas(frame, point);
    return isVisible(spot, frame) ? [{ at, spot }] : [];
  });
  for (const lit of [false, true]) {
    canvas.globalAlpha = lit ? 0.85 : 0.26;
    for (const { at, spot } of shown) {
      if (scene.lit(at) !== lit || scene.ranks.has(at)) {
        continue;
      }
      dot(canvas, spot, radius, ink.groups[scene.colours[at] ?? 0] ?? ink.text);
    }
  }
  canvas.globalAlpha = 1;
  // The best is drawn last, so that it lies on top.
  const hits = shown.filter(({ at }) => scene.ranks.has(at));
  hits.sort((a, b) => (scene.ranks.get(b.at) ?? 0) - (scene.ranks.get(a.at) ?? 0));
  for (const { at, spot } of hits) {
    drawHit(canvas, spot, scene.ranks.get(at) ?? 0, ink);
  }
  drawMarked(canvas, scene, ink, radius);
}

function drawHit(canvas: CanvasRenderingContext2D, spot: Spot, rank: number, ink: Ink): void {
  dot(canvas, spot, 9, ink.ground);
  dot(canvas, spot, 8, ink.accent);
  canvas.fillStyle = ink.ground;
  canvas.font = `600 10px ${ink.font}`;
  canvas.textAlign = "center";
  canvas.textBaseline = "middle";
  canvas.fillText(String(rank), spot.x, spot.y + 0.5);
}

function drawMarked(
  canvas: CanvasRenderingContext2D,
  scene: Scene,
  ink: Ink,
  radius: number,
): void {
  for (const at of [scene.hovered, scene.selected]) {
    const point = at === null ? undefined : scene.points[at];
    if (at === null || !point) {
      continue;
    }
    const spot = toCanvas(scene.frame, point);
    const isHit = scene.ranks.has(at);
    if (!isHit) {
      dot(canvas, spot, radius + 1.5, ink.groups[scene.colours[at] ?? 0] ?? ink.text);
    }
    canvas.beginPath();
    canvas.arc(spot.x, spot.y, (isHit ? 9 : radius + 1) + 3, 0, 2 * Math.PI);
    canvas.lineWidth = at === scene.selected ? 2 : 1.25;
    canvas.strokeStyle = ink.text;
    canvas.stroke();
  }
}

function dot(canvas: CanvasRenderingContext2D, spot: Spot, radius: number, colour: string): void {
  canvas.beginPath();
  canvas.arc(spot.x, spot.y, radius, 0, 2 * Math.PI);
  canvas.fillStyle = colour;
  canvas.fill();
}

function isVisible({ x, y }: Spot, { width, height }: Frame): boolean {
  return x > -12 && y > -12 && x < width + 12 && y < height + 12;
}

/** CSS pixels; smaller where there are many. */
export function radiusOf(points: number): number {
  if (points > 2000) {
    return 2.25;
  }
  return points > 400 ? 3 : 4.5;
}
