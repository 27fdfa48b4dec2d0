/** Which nodes and claims the filters let through. */

import type { Graph } from "./data";
import type { Filters } from "./state";

export interface Visible {
  nodes: Uint8Array;
  claims: Uint8Array;
  nodeCount: number;
  claimCount: number;
}

/** `inNotes` has the nodes of the notes that are wanted, null where all are. */
export function visible(graph: Graph, filters: Filters, inNotes: Uint8Array | null): Visible {
  const nodes = new Uint8Array(graph.size);
  const claims = new Uint8Array(graph.claims);
  let nodeCount = 0;
  let claimCount = 0;
  for (let node = 0; node < graph.size; node++) {
    const year = graph.year[node]!;
    const shown =
      !filters.types.has(graph.type[node]!) &&
      (filters.community < 0 || graph.community[node] === filters.community) &&
      (!filters.years || (year >= filters.years[0] && year <= filters.years[1])) &&
      (!inNotes || inNotes[node] === 1);
    if (shown) {
      nodes[node] = 1;
      nodeCount++;
    }
  }
  for (let claim = 0; claim < graph.claims; claim++) {
    const predicate = graph.predicate[claim]!;
    const shown =
      nodes[graph.subject[claim]!] &&
      nodes[graph.object[claim]!] &&
      !filters.predicates.has(predicate) &&
      (filters.weak || !graph.predicates[predicate]!.weak) &&
      graph.confidence[claim]! >= filters.confidence;
    if (shown) {
      claims[claim] = 1;
      claimCount++;
    }
  }
  return { nodes, claims, nodeCount, claimCount };
}
