/** Paths between topics as a chain of cards, with the sentence on every hop. */

import { h, ICONS } from "./dom";
import { button, few, nodeLink, quote } from "./parts";
import type { Path, PathFinder } from "./paths";
import { searchBox } from "./searchbox";
import type { State } from "./state";
import { pick, t } from "./text";

export async function pathPanel(state: State, finder: PathFinder, shown: (path: Path | null) => void): Promise<HTMLElement> {
  const nodes = state.route.kind === "path" ? state.route.nodes : [];
  const panel = h("article", { class: "card paths" }, h("h2", { tabindex: "-1" }, t("path")), h("p", { class: "soft" }, t("pathIntro")));
  const stops = h("ol", { class: "stops" });
  nodes.forEach((node, at) => {
    const gone = nodes.filter((_, i) => i !== at);
    stops.append(h("li", {}, nodeLink(state, node), button(t("close"), ICONS.close, () => state.go({ kind: "path", nodes: gone }), "small")));
  });
  const typed = h("input", { type: "checkbox" });
  typed.checked = state.typedOnly;
  typed.addEventListener("change", () => {
    state.typedOnly = typed.checked;
    state.change();
  });
  panel.append(stops, searchBox(state, t("addTopic"), (node) => state.go({ kind: "path", nodes: [...nodes, node] })), h("label", { class: "check" }, typed, t("typedOnly")));
  if (nodes.length < 2) {
    shown(null);
    return panel;
  }
  const found = finder.find(nodes, 5, state.typedOnly);
  const place = h("div", { "aria-live": "polite" });
  panel.append(place);
  if (!found.length) {
    place.append(h("p", {}, t("noPath")));
    shown(null);
    return panel;
  }
  const tabs = h("div", { class: "tabs", role: "group", "aria-label": t("path") });
  const chain = h("div", { class: "chain" });
  const choose = async (at: number): Promise<void> => {
    [...tabs.children].forEach((tab, i) => tab.setAttribute("aria-pressed", String(i === at)));
    const hops = await hopViews(state, found[at]!);
    chain.replaceChildren(...hops);
    shown(found[at]!);
  };
  found.forEach((_, at) => {
    const tab = h("button", { type: "button" }, t("route", { n: at + 1 }));
    tab.addEventListener("click", () => void choose(at));
    tabs.append(tab);
  });
  if (found.length > 1) place.append(tabs);
  place.append(chain);
  await choose(0);
  return panel;
}

async function hopViews(state: State, path: Path): Promise<HTMLElement[]> {
  const { graph } = state;
  const views: HTMLElement[] = [h("div", { class: "stop" }, nodeLink(state, path.nodes[0]!))];
  for (const [at, claim] of path.claims.entries()) {
    const [from, to] = [path.nodes[at]!, path.nodes[at + 1]!];
    const predicate = graph.predicateOf(claim);
    const forward = graph.subject[claim] === from;
    const sentences = await graph.sentences(claim);
    const hop = h("div", { class: predicate.weak ? "hop weak" : "hop" }, h("div", { class: "predicate" }, `↓ ${pick(forward ? predicate.label : predicate.inverse)}`));
    if (predicate.weak) hop.append(h("p", { class: "warn" }, t("onlyTogether")));
    hop.append(few(sentences, 2, (sentence) => quote(state, sentence, [from, to])));
    views.push(hop, h("div", { class: "stop" }, nodeLink(state, to)));
  }
  return views;
}
