/** A shape for every type, the second cue beside its colour. Outlines in units of the radius. */

const polygon = (corners: number, turn: number, radius = 1.1): [number, number][] =>
  Array.from({ length: corners }, (_, i) => [radius * Math.cos(turn + (2 * Math.PI * i) / corners), radius * Math.sin(turn + (2 * Math.PI * i) / corners)]);

const UP = -Math.PI / 2;

/** null is a circle. */
export const SHAPES: Record<string, [number, number][] | null> = {
  Topic: null,
  Model: polygon(4, Math.PI / 4, 1.2),
  Paper: polygon(4, UP, 1.3),
  Person: polygon(3, UP, 1.35),
  Institution: polygon(6, UP, 1.15),
  Dataset: polygon(3, -UP, 1.35),
  Venue: polygon(5, UP, 1.2),
  Tool: polygon(8, Math.PI / 8, 1.1),
};

export function trace(pen: CanvasRenderingContext2D | Path2D, type: string, x: number, y: number, radius: number): void {
  const outline = SHAPES[type];
  if (!outline) {
    pen.moveTo(x + radius, y);
    pen.arc(x, y, radius, 0, 2 * Math.PI);
    return;
  }
  outline.forEach(([dx, dy], at) => (at ? pen.lineTo(x + dx * radius, y + dy * radius) : pen.moveTo(x + dx * radius, y + dy * radius)));
  pen.closePath();
}

/** The same as the `d` of an SVG path. */
export function outline(type: string, x: number, y: number, radius: number): string {
  const points = SHAPES[type];
  const at = (value: number): string => value.toFixed(2);
  if (!points) return `M${at(x - radius)} ${at(y)}a${at(radius)} ${at(radius)} 0 1 0 ${at(2 * radius)} 0a${at(radius)} ${at(radius)} 0 1 0 ${at(-2 * radius)} 0z`;
  return `M${points.map(([dx, dy]) => `${at(x + dx * radius)} ${at(y + dy * radius)}`).join("L")}z`;
}
