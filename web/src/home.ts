/** The first view: three questions that this graph can answer, and the regions of its map. */

import type { Graph } from "./data";
import { h } from "./dom";
import type { GraphMap } from "./map";
import type { PathFinder } from "./paths";
import type { State } from "./state";
import { t } from "./text";

export function homePanel(state: State, finder: PathFinder, map: GraphMap): HTMLElement {
  const { graph } = state;
  const panel = h("article", { class: "card home" }, h("h2", { tabindex: "-1" }, t("start")), h("p", { class: "soft" }, t("intro")),
    h("p", { class: "counts" }, `${graph.notes.path.length} ${t("notes")} · ${graph.size} ${t("things")} · ${graph.claims} ${t("statements")}`));
  const asks = h("div", { class: "questions" });
  for (const [text, href] of questions(state, finder)) asks.append(h("a", { class: "question", href }, text));
  panel.append(asks);
  if (map.regions.length) {
    const list = h("div", { class: "regions" });
    for (const region of map.regions.slice(0, 10)) {
      const link = h("button", { type: "button" }, region.name, h("span", { class: "soft" }, ` ${region.members}`));
      link.addEventListener("click", () => {
        state.filters.community = state.filters.community === region.community ? -1 : region.community;
        state.change();
      });
      list.append(link);
    }
    panel.append(h("section", {}, h("h3", {}, t("regions")), list));
  }
  return panel;
}

/** A path between two leading topics of different regions, a topic much is said about, one with much to read. */
function questions(state: State, finder: PathFinder): [string, string][] {
  const { graph } = state;
  const is = (node: number, ...types: string[]): boolean => types.includes(graph.typeOf(node).name);
  const leading = [...graph.ranked.slice(0, 400)].filter((node) => is(node, "Model", "Topic") && graph.degree[node]! > 2);
  const found: [string, string][] = [];
  const pair = connected(graph, leading.slice(0, 16), finder);
  if (pair) found.push([t("howConnected", { a: state.name(pair[0]), b: state.name(pair[1]) }), state.href({ kind: "path", nodes: pair })]);
  const typed = (node: number): number => [...graph.claimsOf(node)].filter((claim) => !graph.isWeak(claim) && graph.predicateOf(claim).name !== "relatedTo").length;
  const used = new Set(pair ?? []);
  const rich = leading.filter((node) => !used.has(node)).slice(0, 40).sort((a, b) => typed(b) - typed(a));
  if (rich[0] !== undefined) found.push([t("whatIs", { a: state.name(rich[0]) }), state.href({ kind: "topic", node: rich[0] })]);
  const person = [...graph.ranked].find((node) => is(node, "Person") && typed(node) > 0);
  const last = person ?? rich[1];
  if (last !== undefined) found.push([t("whatToRead", { a: state.name(last) }), state.href({ kind: "topic", node: last })]);
  return found;
}

function connected(graph: Graph, nodes: number[], finder: PathFinder): [number, number] | null {
  for (const [at, a] of nodes.entries())
    for (const b of nodes.slice(at + 1)) {
      if (graph.community[a] === graph.community[b]) continue;
      const [path] = finder.find([a, b], 1, true);
      if (path && path.claims.length >= 2 && path.claims.length <= 3) return [a, b];
    }
  return null;
}
