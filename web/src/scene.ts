/** Where things stand on the screen and which labels fit: shared by the canvas and the SVG picture. */

import type { Graph } from "./data";
import type { State } from "./state";
import type { Visible } from "./visible";

export interface View {
  /** World position in the middle of the screen, and pixels per unit of the world. */
  x: number;
  y: number;
  k: number;
  width: number;
  height: number;
}

export interface Focus {
  /** What is lit; everything else recedes. null lights all. */
  nodes: Set<number>;
  claims: Set<number>;
  /** Drawn larger and always labelled. */
  main: number[];
}

export interface Label {
  node: number;
  text: string;
  x: number;
  y: number;
  size: number;
  main: boolean;
}

export interface Region {
  community: number;
  name: string;
  x: number;
  y: number;
  hull: [number, number][];
  members: number;
}

export const radius = (graph: Graph, node: number, k: number): number =>
  (1.1 + 9 * graph.importance[node]! ** 1.4) * Math.min(3.2, Math.max(0.55, Math.sqrt(k * 1.6)));

export const toScreen = (view: View, x: number, y: number): [number, number] => [(x - view.x) * view.k + view.width / 2, (y - view.y) * view.k + view.height / 2];

export const FONT = 'system-ui, -apple-system, "Segoe UI", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif';

const ruler = document.createElement("canvas").getContext("2d")!;
const widths = new Map<string, number>();

export function textWidth(text: string, size: number): number {
  const name = `${size} ${text}`;
  let width = widths.get(name);
  if (width === undefined) {
    if (widths.size > 20_000) widths.clear();
    ruler.font = `${size}px ${FONT}`;
    width = ruler.measureText(text).width;
    widths.set(name, width);
  }
  return width;
}

/** Boxes on a coarse grid, so that a new one is only compared with its neighbours. */
class Taken {
  private readonly cells = new Map<number, [number, number, number, number][]>();

  add(left: number, top: number, right: number, bottom: number): boolean {
    const box: [number, number, number, number] = [left, top, right, bottom];
    const cells = [];
    for (let cx = Math.floor(left / 120); cx <= Math.floor(right / 120); cx++)
      for (let cy = Math.floor(top / 40); cy <= Math.floor(bottom / 40); cy++) cells.push(cx * 1009 + cy);
    for (const cell of cells)
      for (const other of this.cells.get(cell) ?? []) if (left < other[2] && other[0] < right && top < other[3] && other[1] < bottom) return false;
    for (const cell of cells) this.cells.set(cell, [...(this.cells.get(cell) ?? []), box]);
    return true;
  }
}

const short = (text: string): string => (text.length > 34 ? `${text.slice(0, 32)}…` : text);

/** Labels that do not touch each other, the most important first; zooming in makes room for more. */
export function labels(state: State, view: View, shown: Visible, focus: Focus | null, regions: Region[]): { labels: Label[]; regions: Region[] } {
  const { graph } = state;
  const taken = new Taken();
  const placed: Label[] = [];
  const most = Math.max(12, (view.width * view.height) / 12_500);
  const place = (node: number, main: boolean): void => {
    const [x, y] = toScreen(view, graph.x[node]!, graph.y[node]!);
    if (x < -80 || y < -20 || x > view.width + 80 || y > view.height + 20) return;
    const size = main ? 15 : graph.importance[node]! > 0.45 ? 14 : 12;
    const text = short(state.name(node));
    const gap = radius(graph, node, view.k) * (main ? 1.7 : 1) + 3;
    const width = textWidth(text, size);
    for (const [left, base] of [[x + gap, y + size * 0.35], [x - gap - width, y + size * 0.35], [x - width / 2, y - gap - 2], [x - width / 2, y + gap + size * 0.8]] as const) {
      if (left < 2 || left + width > view.width - 2) continue;
      if (!taken.add(left - 3, base - size, left + width + 3, base + 4)) continue;
      placed.push({ node, text, x: left, y: base, size, main });
      return;
    }
  };
  for (const node of focus?.main ?? []) place(node, true);
  const named = focus || view.k > 3 * fitScale(graph, view) ? [] : regions.filter((region) => {
    const [x, y] = toScreen(view, region.x, region.y);
    const half = textWidth(region.name, 16) / 2;
    return x - half > 0 && x + half < view.width && y > 20 && y < view.height && taken.add(x - half - 6, y - 18, x + half + 6, y + 8);
  });
  if (focus) {
    for (const node of graph.ranked) if (focus.nodes.has(node) && shown.nodes[node] && !focus.main.includes(node) && placed.length < most) place(node, false);
  } else {
    let tried = 0;
    for (const node of graph.ranked) {
      if (placed.length >= most || tried > most * 12) break;
      if (!shown.nodes[node]) continue;
      const [x, y] = toScreen(view, graph.x[node]!, graph.y[node]!);
      if (x < 0 || y < 0 || x > view.width || y > view.height) continue;
      tried++;
      place(node, false);
    }
  }
  return { labels: placed, regions: named };
}

const reaches = new WeakMap<Graph, [wide: number, high: number]>();

/** Pixels per unit at which all but the farthest outliers are seen. */
export function fitScale(graph: Graph, view: { width: number; height: number }): number {
  let reach = reaches.get(graph);
  if (!reach) {
    const most = (values: Float32Array): number => values.map(Math.abs).sort()[Math.floor(values.length * 0.985)] || 1;
    reach = [most(graph.x), most(graph.y)];
    reaches.set(graph, reach);
  }
  return Math.min(view.width / (2.15 * reach[0]), view.height / (2.15 * reach[1]));
}

/** The largest communities with their leading topics and the ground on which most of their members stand. */
export function findRegions(state: State, shown: Visible): Region[] {
  const { graph } = state;
  const members = new Map<number, number[]>();
  for (const node of graph.ranked) {
    if (!shown.nodes[node] || !graph.degree[node]) continue;
    const community = graph.community[node]!;
    const known = members.get(community);
    if (known) known.push(node);
    else members.set(community, [node]);
  }
  const least = Math.max(6, graph.size / 250);
  return [...members]
    .filter(([, nodes]) => nodes.length >= least)
    .sort((a, b) => b[1].length - a[1].length)
    .slice(0, 16)
    .map(([community, nodes]) => {
      const core = nodes.slice(0, 200);
      const weight = core.reduce((sum, node) => sum + graph.importance[node]!, 0) || 1;
      const x = core.reduce((sum, node) => sum + graph.x[node]! * graph.importance[node]!, 0) / weight;
      const y = core.reduce((sum, node) => sum + graph.y[node]! * graph.importance[node]!, 0) / weight;
      const near = core.map((node) => [graph.x[node]!, graph.y[node]!] as [number, number]).sort((a, b) => Math.hypot(a[0] - x, a[1] - y) - Math.hypot(b[0] - x, b[1] - y));
      return { community, name: regionName(state, nodes), x, y, hull: hull(near.slice(0, Math.ceil(near.length * 0.5))), members: nodes.length };
    });
}

function regionName(state: State, nodes: number[]): string {
  const { graph } = state;
  const topics = nodes.filter((node) => ["Topic", "Model"].includes(graph.typeOf(node).name));
  return (topics.length >= 2 ? topics : nodes).slice(0, 2).map((node) => short(state.name(node))).join(" · ");
}

/** Convex hull by Andrew's monotone chain. */
function hull(points: [number, number][]): [number, number][] {
  const sorted = [...points].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const half = (ordered: [number, number][]): [number, number][] => {
    const chain: [number, number][] = [];
    for (const p of ordered) {
      while (chain.length >= 2) {
        const [a, b] = [chain[chain.length - 2]!, chain[chain.length - 1]!];
        if ((b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0]) > 0) break;
        chain.pop();
      }
      chain.push(p);
    }
    return chain.slice(0, -1);
  };
  return [...half(sorted), ...half(sorted.reverse())];
}
