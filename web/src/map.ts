/** The map on a canvas. Ties are drawn once into a picture that moves with the map and is drawn anew when it rests;
things and labels are drawn in every frame. This keeps frames short without a GPU. */

import type { Graph } from "./data";
import { listen } from "./gestures";
import { findRegions, fitScale, FONT, labels, radius, toScreen, type Focus, type Region, type View } from "./scene";
import { trace } from "./shapes";
import type { State } from "./state";
import { currentLanguage, t } from "./text";
import type { Visible } from "./visible";

const REST = 140;
/** Milliseconds without movement after which everything is drawn. */
const SLICE = 9;
/** Milliseconds of one frame in which ties are drawn. */
const MARGIN = 0.3;
/** How far the picture of the ties reaches over every edge of the screen, as a share of its size. */

export class GraphMap {
  readonly canvas = document.createElement("canvas");
  view: View = { x: 0, y: 0, k: 1, width: 1, height: 1 };
  regions: Region[] = [];
  /** Of the theme, by the names they have in style.css. */
  readonly colors = { map: "", ink: "", tie: "", lit: "", region: "" };
  private language = "";
  private readonly graph: Graph;
  private readonly pen: CanvasRenderingContext2D;
  private readonly ties = document.createElement("canvas");
  private tiesView: View = this.view;
  private job = 0;
  private shown!: Visible;
  private focus: Focus | null = null;
  private hovered = -1;
  private frame = 0;
  private resting = 0;
  /** Whether the size of the screen is known; where to go as soon as it is. */
  private fitted = false;
  private afterwards: (() => void) | null = null;
  private readonly sprites = new Map<string, HTMLCanvasElement>();
  private readonly order: Int32Array;

  constructor(private readonly state: State, readonly choose: (node: number) => void) {
    this.graph = state.graph;
    this.pen = this.canvas.getContext("2d", { alpha: false })!;
    const weights = Float32Array.from({ length: this.graph.claims }, (_, claim) => this.weight(claim));
    this.order = Int32Array.from({ length: this.graph.claims }, (_, i) => i).sort((a, b) => weights[b]! - weights[a]! || a - b);
    this.canvas.tabIndex = 0;
    this.canvas.setAttribute("role", "application");
    listen(this);
    new ResizeObserver(() => this.resize()).observe(this.canvas);
  }

  show(shown: Visible, focus: Focus | null): void {
    if (this.shown !== shown || this.language !== currentLanguage()) this.regions = findRegions(this.state, shown);
    this.language = currentLanguage();
    this.shown = shown;
    this.focus = focus;
    this.canvas.setAttribute("aria-label", t("map"));
    this.sprites.clear();
    const style = getComputedStyle(this.canvas);
    for (const name of Object.keys(this.colors) as (keyof typeof this.colors)[]) this.colors[name] = style.getPropertyValue(`--${name}`).trim();
    this.redrawTies();
  }

  /** Bring nodes into sight. */
  fly(nodes: number[]): void {
    if (!nodes.length) return;
    if (!this.fitted) {
      this.afterwards = () => this.fly(nodes);
      return;
    }
    const xs = nodes.map((node) => this.graph.x[node]!);
    const ys = nodes.map((node) => this.graph.y[node]!);
    const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    const fit = fitScale(this.graph, this.view);
    const k = Math.min(4 * fit, Math.max(fit, 0.7 * Math.min(this.view.width / (right - left + 1), this.view.height / (bottom - top + 1))));
    this.travel({ x: (left + right) / 2, y: (top + bottom) / 2, k });
  }

  fit(): void {
    if (this.fitted) this.travel({ x: 0, y: 0, k: fitScale(this.graph, this.view) });
  }

  zoom(factor: number, at?: { x: number; y: number }): void {
    const { view } = this;
    const fit = fitScale(this.graph, view);
    const k = Math.min(40 * fit, Math.max(fit * 0.6, view.k * factor));
    const dx = (at?.x ?? view.width / 2) - view.width / 2;
    const dy = (at?.y ?? view.height / 2) - view.height / 2;
    this.move({ x: view.x + dx / view.k - dx / k, y: view.y + dy / view.k - dy / k, k });
  }

  move(to: Partial<View>): void {
    Object.assign(this.view, to);
    this.ask();
    clearTimeout(this.resting);
    this.resting = window.setTimeout(() => this.redrawTies(), REST);
  }

  /** Draw now; for pictures and measurements. */
  draw(): void {
    this.frame = 0;
    if (!this.shown) return;
    const { pen, view } = this;
    const ratio = devicePixelRatio;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.fillStyle = this.colors.map;
    pen.fillRect(0, 0, view.width, view.height);
    this.drawTies();
    this.drawNodes();
    this.drawLabels();
  }

  private travel(to: { x: number; y: number; k: number }): void {
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return this.move(to);
    const from = { ...this.view };
    const begin = performance.now();
    const step = (now: number): void => {
      const part = Math.min(1, (now - begin) / 320);
      const eased = part * (2 - part);
      const k = from.k * (to.k / from.k) ** eased;
      // Positions run as the scale does, so that the target stays on a straight course.
      const share = Math.abs(to.k - from.k) < 1e-9 ? eased : (1 / from.k - 1 / k) / (1 / from.k - 1 / to.k);
      this.move({ x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share, k });
      if (part < 1) requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  }

  private ask(): void {
    this.frame ||= requestAnimationFrame(() => this.draw());
  }

  private weight(claim: number): number {
    const { graph } = this;
    return (graph.isWeak(claim) ? 0 : 1) + Math.min(graph.importance[graph.subject[claim]!]!, graph.importance[graph.object[claim]!]!) * 2;
  }

  /** Begin a new picture of the ties: the weightiest at once, the others over the next frames. */
  private redrawTies(): void {
    const job = ++this.job;
    const { graph, view, ties, focus } = this;
    const ratio = devicePixelRatio;
    const [padX, padY] = [view.width * MARGIN, view.height * MARGIN];
    const target: View = { ...view, width: view.width + 2 * padX, height: view.height + 2 * padY };
    ties.width = Math.round(target.width * ratio);
    ties.height = Math.round(target.height * ratio);
    this.tiesView = target;
    const pen = ties.getContext("2d")!;
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.drawRegions(pen, target);
    pen.lineWidth = view.k > 3 * fitScale(graph, view) ? 1 : 0.6;
    pen.strokeStyle = this.colors.tie;
    pen.globalAlpha = focus ? 0.05 : Math.max(0.03, Math.min(0.5, (700 / (this.shown.claimCount + 1)) * Math.max(1, view.k / fitScale(graph, view)) ** 2));
    let next = 0;
    const some = (): void => {
      if (job !== this.job) return;
      const until = performance.now() + SLICE;
      while (next < this.order.length && performance.now() < until) {
        pen.beginPath();
        for (let drawn = 0; drawn < 250 && next < this.order.length; next++) {
          const claim = this.order[next]!;
          if (!this.shown.claims[claim]) continue;
          const [a, b] = [graph.subject[claim]!, graph.object[claim]!];
          const [x1, y1] = toScreen(target, graph.x[a]!, graph.y[a]!);
          const [x2, y2] = toScreen(target, graph.x[b]!, graph.y[b]!);
          if (Math.max(x1, x2) < 0 || Math.max(y1, y2) < 0 || Math.min(x1, x2) > target.width || Math.min(y1, y2) > target.height) continue;
          pen.moveTo(x1, y1);
          pen.lineTo(x2, y2);
          drawn++;
        }
        pen.stroke();
      }
      this.ask();
      if (next < this.order.length) requestAnimationFrame(some);
      else this.canvas.dataset.drawn = String(job);
    };
    some();
  }

  private drawRegions(pen: CanvasRenderingContext2D, target: View): void {
    for (const region of this.regions) {
      if (region.hull.length < 3) continue;
      const points = region.hull.map(([x, y]) => toScreen(target, x, y));
      pen.beginPath();
      points.forEach(([x, y], at) => {
        const [nx, ny] = points[(at + 1) % points.length]!;
        if (!at) pen.moveTo((x + nx) / 2, (y + ny) / 2);
        else pen.quadraticCurveTo(x, y, (x + nx) / 2, (y + ny) / 2);
      });
      const [x, y] = points[0]!;
      const [nx, ny] = points[1]!;
      pen.quadraticCurveTo(x, y, (x + nx) / 2, (y + ny) / 2);
      pen.fillStyle = `hsl(${(region.community * 137.5) % 360} 45% 55%)`;
      pen.globalAlpha = this.focus ? 0.03 : 0.09;
      pen.fill();
    }
    pen.globalAlpha = 1;
  }

  private drawTies(): void {
    const { pen, view, tiesView, ties, focus, graph } = this;
    const scale = view.k / tiesView.k;
    const [x, y] = toScreen(view, tiesView.x, tiesView.y);
    pen.drawImage(ties, x - (tiesView.width / 2) * scale, y - (tiesView.height / 2) * scale, tiesView.width * scale, tiesView.height * scale);
    const lit = focus?.claims ?? (this.hovered >= 0 ? new Set([...graph.claimsOf(this.hovered)].filter((claim) => this.shown.claims[claim])) : null);
    if (!lit) return;
    pen.strokeStyle = this.colors.lit;
    const path = (focus?.main.length ?? 0) > 1;
    pen.globalAlpha = path ? 0.95 : 0.45;
    pen.lineWidth = path ? 3 : 1.2;
    for (const claim of lit) {
      const [a, b] = [graph.subject[claim]!, graph.object[claim]!];
      const [x1, y1] = toScreen(view, graph.x[a]!, graph.y[a]!);
      const [x2, y2] = toScreen(view, graph.x[b]!, graph.y[b]!);
      pen.setLineDash(graph.isWeak(claim) ? [4, 4] : []);
      pen.beginPath();
      pen.moveTo(x1, y1);
      pen.lineTo(x2, y2);
      pen.stroke();
    }
    pen.setLineDash([]);
    pen.globalAlpha = 1;
  }

  private drawNodes(): void {
    const { pen, view, graph, focus } = this;
    const dim = focus?.nodes ?? this.neighbours();
    const passes = dim ? [false, true] : [true];
    for (const lit of passes) {
      pen.globalAlpha = lit ? 1 : 0.18;
      // Small things are dots by colour: one style for many is what makes them cheap.
      const dots = new Map<number, number[]>();
      for (let at = graph.size - 1; at >= 0; at--) {
        const node = graph.ranked[at]!;
        if (!this.shown.nodes[node] || (dim && dim.has(node) !== lit)) continue;
        const [x, y] = toScreen(view, graph.x[node]!, graph.y[node]!);
        if (x < -20 || y < -20 || x > view.width + 20 || y > view.height + 20) continue;
        const size = radius(graph, node, view.k) * (focus?.main.includes(node) ? 1.5 : 1);
        if (size < 1.6) {
          const known = dots.get(graph.type[node]!);
          if (known) known.push(x, y);
          else dots.set(graph.type[node]!, [x, y]);
          continue;
        }
        const sprite = this.sprite(graph.type[node]!, size);
        const half = sprite.width / 2 / devicePixelRatio;
        pen.drawImage(sprite, x - half, y - half, 2 * half, 2 * half);
      }
      const crowd = [...dots.values()].reduce((sum, points) => sum + points.length / 2, 0);
      const side = crowd > 5000 ? 1.3 : 2.2;
      for (const [type, points] of dots) {
        pen.fillStyle = graph.types[type]!.color;
        for (let at = 0; at < points.length; at += 2) pen.fillRect(points[at]! - side / 2, points[at + 1]! - side / 2, side, side);
      }
    }
    pen.globalAlpha = 1;
  }

  private neighbours(): Set<number> | null {
    if (this.hovered < 0) return null;
    const found = new Set([this.hovered]);
    for (const claim of this.graph.claimsOf(this.hovered)) if (this.shown.claims[claim]) found.add(this.graph.other(claim, this.hovered));
    return found;
  }

  /** A shape drawn once for every type and half pixel of size. */
  private sprite(type: number, size: number): HTMLCanvasElement {
    const step = Math.round(size * 2);
    const name = `${type} ${step}`;
    let made = this.sprites.get(name);
    if (!made) {
      made = document.createElement("canvas");
      const half = step / 2 + 4;
      made.width = made.height = Math.ceil(2 * half * devicePixelRatio * 1.4);
      const pen = made.getContext("2d")!;
      pen.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, made.width / 2, made.height / 2);
      const { name: kind, color } = this.graph.types[type]!;
      pen.beginPath();
      trace(pen, kind, 0, 0, step / 2);
      pen.fillStyle = color;
      pen.fill();
      pen.lineWidth = step > 6 ? 1.4 : 0.8;
      pen.strokeStyle = this.colors.map;
      pen.stroke();
      this.sprites.set(name, made);
    }
    return made;
  }

  private drawLabels(): void {
    const { pen, view } = this;
    const neighbours = this.focus ? null : this.neighbours();
    const focus = this.focus ?? (neighbours && { nodes: neighbours, claims: new Set<number>(), main: [this.hovered] });
    const placed = labels(this.state, view, this.shown, focus, this.regions);
    const [ink, halo] = [this.colors.ink, this.colors.map];
    pen.lineJoin = "round";
    pen.strokeStyle = halo;
    for (const region of placed.regions) {
      const [x, y] = toScreen(view, region.x, region.y);
      pen.font = `600 16px ${FONT}`;
      pen.textAlign = "center";
      pen.lineWidth = 4;
      pen.strokeText(region.name, x, y);
      pen.fillStyle = this.colors.region;
      pen.fillText(region.name, x, y);
    }
    pen.textAlign = "left";
    for (const label of placed.labels) {
      pen.font = `${label.main ? "700 " : ""}${label.size}px ${FONT}`;
      pen.lineWidth = 3;
      pen.strokeText(label.text, label.x, label.y);
      pen.fillStyle = ink;
      pen.fillText(label.text, label.x, label.y);
    }
  }

  private resize(): void {
    const { canvas, view } = this;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    if (!width || !height) return;
    canvas.width = Math.round(width * devicePixelRatio);
    canvas.height = Math.round(height * devicePixelRatio);
    view.width = width;
    view.height = height;
    if (!this.fitted) {
      this.fitted = true;
      view.k = fitScale(this.graph, view);
    }
    if (this.shown) {
      this.redrawTies();
      this.draw();
    }
    this.afterwards?.();
    this.afterwards = null;
  }

  /** Light a node and what it is tied to; -1 for none. */
  hover(node: number): void {
    if (node === this.hovered) return;
    this.hovered = node;
    this.canvas.classList.toggle("pointing", node >= 0);
    this.ask();
  }

  /** The node drawn at a place of the screen, -1 where there is none. */
  nodeAt(x: number, y: number): number {
    if (!this.shown) return -1;
    let best = -1;
    let nearest = Infinity;
    for (let node = 0; node < this.graph.size; node++) {
      if (!this.shown.nodes[node]) continue;
      const [nx, ny] = toScreen(this.view, this.graph.x[node]!, this.graph.y[node]!);
      const distance = Math.hypot(nx - x, ny - y) - radius(this.graph, node, this.view.k);
      if (distance < 6 && distance < nearest) [nearest, best] = [distance, node];
    }
    return best;
  }
}
