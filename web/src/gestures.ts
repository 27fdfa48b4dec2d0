/** Pointer, wheel and keys on the map. */

import type { GraphMap } from "./map";

/** Let a map be moved, zoomed and asked. */
export function listen(map: GraphMap): void {
  const { canvas } = map;
  const pointers = new Map<number, { x: number; y: number }>();
  let travelled = 0;
  let spread = 0;
  canvas.addEventListener("pointerdown", (event) => {
    pointers.set(event.pointerId, { x: event.offsetX, y: event.offsetY });
    canvas.setPointerCapture(event.pointerId);
    travelled = 0;
    spread = 0;
  });
  canvas.addEventListener("pointermove", (event) => {
    const before = pointers.get(event.pointerId);
    if (!before) {
      map.hover(map.nodeAt(event.offsetX, event.offsetY));
      return;
    }
    const [dx, dy] = [event.offsetX - before.x, event.offsetY - before.y];
    pointers.set(event.pointerId, { x: event.offsetX, y: event.offsetY });
    travelled += Math.abs(dx) + Math.abs(dy);
    if (pointers.size === 2) {
      const [a, b] = [...pointers.values()] as [{ x: number; y: number }, { x: number; y: number }];
      const now = Math.hypot(a.x - b.x, a.y - b.y);
      if (spread) map.zoom(now / spread, { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });
      spread = now;
    } else if (travelled > 3) {
      map.move({ x: map.view.x - dx / map.view.k, y: map.view.y - dy / map.view.k });
    }
  });
  const up = (event: PointerEvent): void => {
    if (pointers.delete(event.pointerId) && event.type === "pointerup" && travelled <= 3 && !pointers.size) {
      const node = map.nodeAt(event.offsetX, event.offsetY);
      if (node >= 0) map.choose(node);
    }
  };
  canvas.addEventListener("pointerup", up);
  canvas.addEventListener("pointercancel", up);
  canvas.addEventListener("pointerleave", () => map.hover(-1));
  canvas.addEventListener("wheel", (event) => {
    event.preventDefault();
    map.zoom(Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0016)), { x: event.offsetX, y: event.offsetY });
  }, { passive: false });
  canvas.addEventListener("keydown", (event) => {
    const step = 60 / map.view.k;
    const moves: Record<string, () => void> = {
      ArrowLeft: () => map.move({ x: map.view.x - step }),
      ArrowRight: () => map.move({ x: map.view.x + step }),
      ArrowUp: () => map.move({ y: map.view.y - step }),
      ArrowDown: () => map.move({ y: map.view.y + step }),
      "+": () => map.zoom(1.3),
      "=": () => map.zoom(1.3),
      "-": () => map.zoom(1 / 1.3),
      "0": () => map.fit(),
    };
    const move = moves[event.key];
    if (move) {
      event.preventDefault();
      move();
    }
  });
}
