/** The best explained paths: cheap hops are what notes state; passing through what everything touches costs extra.

Costs are those of `kg path` (kg/explore/paths.py). Several paths by Yen (1971), "Finding the K Shortest Loopless Paths in a Network",
with the exact distances to the target as the heuristic of every search. */

import type { Graph } from "./data";

export interface Path {
  nodes: number[];
  /** The claim of each hop. */
  claims: number[];
  cost: number;
}

const TYPED = [1000, 500] as const;
const RELATED = [1500, 800] as const;
const TOGETHER = [6000, 2000] as const;
const HUB = 150;

export class PathFinder {
  private readonly cost: Float64Array;
  private readonly hub: Float64Array;

  constructor(private readonly graph: Graph) {
    this.cost = Float64Array.from({ length: graph.claims }, (_, claim) => {
      const predicate = graph.predicateOf(claim);
      const [base, doubt] = predicate.weak ? TOGETHER : predicate.name === "relatedTo" ? RELATED : TYPED;
      return Math.round(base + doubt * (1 - graph.confidence[claim]! / 100));
    });
    this.hub = Float64Array.from(graph.degree, (degree) => Math.round(HUB * Math.log(1 + degree)));
  }

  /** Up to `most` paths through the given nodes in their order, the best first; none where two of them are not tied. */
  find(through: number[], most = 5, typedOnly = false): Path[] {
    let joined: Path[] = [{ nodes: [through[0]!], claims: [], cost: 0 }];
    for (let at = 0; at + 1 < through.length; at++) {
      const legs = this.between(through[at]!, through[at + 1]!, most, typedOnly);
      joined = joined
        .flatMap((path) => legs.map((leg) => ({ nodes: [...path.nodes, ...leg.nodes.slice(1)], claims: [...path.claims, ...leg.claims], cost: path.cost + leg.cost })))
        .sort((a, b) => a.cost - b.cost)
        .slice(0, most);
    }
    return joined;
  }

  private between(from: number, to: number, most: number, typedOnly: boolean): Path[] {
    const usable = (claim: number): boolean => !typedOnly || !this.graph.isWeak(claim);
    const left = this.distances(to, usable);
    if (left[from] === Infinity || from === to) return [];
    const found: Path[] = [];
    const open: Path[] = [];
    const first = this.search(from, to, left, usable, new Set(), new Set(), Infinity);
    if (first) open.push(first);
    const seen = new Set<string>();
    while (open.length && found.length < most) {
      open.sort((a, b) => a.cost - b.cost || a.nodes.length - b.nodes.length);
      const best = open.shift()!;
      found.push(best);
      if (found.length === most) break;
      for (let at = 0; at + 1 < best.nodes.length; at++) {
        const root = best.nodes.slice(0, at + 1);
        // What costs more than as many known paths as are still wanted will not be among the answers.
        const wanted = most - found.length;
        const bound = open.length >= wanted ? open.map((path) => path.cost).sort((a, b) => a - b)[wanted - 1]! : Infinity;
        const spent = this.total(root, best.claims.slice(0, at)) + (at ? this.hub[root[at]!]! : 0);
        const nextHops = new Set<number>();
        for (const path of found) if (root.every((node, i) => path.nodes[i] === node)) nextHops.add(path.nodes[at + 1]!);
        const spur = this.search(root[at]!, to, left, usable, new Set(root.slice(0, -1)), nextHops, bound - spent);
        if (!spur) continue;
        const nodes = [...root.slice(0, -1), ...spur.nodes];
        const name = nodes.join();
        if (seen.has(name)) continue;
        seen.add(name);
        const claims = [...best.claims.slice(0, at), ...spur.claims];
        open.push({ nodes, claims, cost: this.total(nodes, claims) });
      }
    }
    return found;
  }

  private total(nodes: number[], claims: number[]): number {
    let sum = 0;
    for (const claim of claims) sum += this.cost[claim]!;
    for (const node of nodes.slice(1, -1)) sum += this.hub[node]!;
    return sum;
  }

  /** Cost from every node to the target. */
  private distances(target: number, usable: (claim: number) => boolean): Float64Array {
    const left = new Float64Array(this.graph.size).fill(Infinity);
    const heap = new Heap();
    left[target] = 0;
    heap.push(0, target);
    for (let node = heap.pop(); node >= 0; node = heap.pop()) {
      const cost = heap.popped;
      if (cost > left[node]!) continue;
      const through = node === target ? 0 : this.hub[node]!;
      for (const claim of this.graph.claimsOf(node)) {
        if (!usable(claim)) continue;
        const other = this.graph.other(claim, node);
        const next = cost + through + this.cost[claim]!;
        if (next < left[other]!) {
          left[other] = next;
          heap.push(next, other);
        }
      }
    }
    return left;
  }

  /** A* from one node to the target that avoids some nodes, and some first hops. */
  private search(from: number, to: number, left: Float64Array, usable: (claim: number) => boolean, avoid: Set<number>, notFirst: Set<number>, most: number): Path | null {
    const cost = new Map<number, number>([[from, 0]]);
    const came = new Map<number, number>();
    const done = new Set<number>();
    const heap = new Heap();
    heap.push(left[from]!, from);
    for (let node = heap.pop(); node >= 0; node = heap.pop()) {
      if (done.has(node)) continue;
      done.add(node);
      if (node === to) break;
      const here = cost.get(node)! + (node === from ? 0 : this.hub[node]!);
      for (const claim of this.graph.claimsOf(node)) {
        const other = this.graph.other(claim, node);
        if (!usable(claim) || done.has(other) || avoid.has(other) || left[other] === Infinity || (node === from && notFirst.has(other))) continue;
        const next = here + this.cost[claim]!;
        const whole = next + left[other]! + (other === to ? 0 : this.hub[other]!);
        if (whole <= most && next < (cost.get(other) ?? Infinity)) {
          cost.set(other, next);
          came.set(other, claim);
          heap.push(whole, other);
        }
      }
    }
    if (!came.has(to)) return null;
    const nodes = [to];
    const claims: number[] = [];
    for (let node = to; node !== from; node = nodes[0]!) {
      const claim = came.get(node)!;
      claims.unshift(claim);
      nodes.unshift(this.graph.other(claim, node));
    }
    return { nodes, claims, cost: cost.get(to)! };
  }
}

/** A binary heap of nodes by cost; ties go to the lower node, so that results do not depend on the order of visits. */
class Heap {
  popped = 0;
  private readonly costs: number[] = [];
  private readonly nodes: number[] = [];

  push(cost: number, node: number): void {
    let at = this.costs.length;
    this.costs.push(cost);
    this.nodes.push(node);
    while (at > 0) {
      const up = (at - 1) >> 1;
      if (!this.before(at, up)) break;
      this.swap(at, up);
      at = up;
    }
  }

  /** The cheapest node, -1 where none is left; `popped` is its cost. */
  pop(): number {
    if (!this.costs.length) return -1;
    const node = this.nodes[0]!;
    this.popped = this.costs[0]!;
    const cost = this.costs.pop()!;
    const last = this.nodes.pop()!;
    if (this.costs.length) {
      this.costs[0] = cost;
      this.nodes[0] = last;
      for (let at = 0; ; ) {
        let least = at;
        for (const down of [2 * at + 1, 2 * at + 2]) if (down < this.costs.length && this.before(down, least)) least = down;
        if (least === at) break;
        this.swap(at, least);
        at = least;
      }
    }
    return node;
  }

  private before(a: number, b: number): boolean {
    return this.costs[a]! < this.costs[b]! || (this.costs[a] === this.costs[b] && this.nodes[a]! < this.nodes[b]!);
  }

  private swap(a: number, b: number): void {
    [this.costs[a], this.costs[b]] = [this.costs[b]!, this.costs[a]!];
    [this.nodes[a], this.nodes[b]] = [this.nodes[b]!, this.nodes[a]!];
  }
}
