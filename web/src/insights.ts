/** Bridges between regions, gaps that nothing fills, and what is new since the last visit. */

import type { Graph } from "./data";
import { h } from "./dom";
import { few, nodeLink } from "./parts";
import type { State } from "./state";
import { t } from "./text";
import type { Visible } from "./visible";

export function insightsPanel(state: State, shown: Visible, news: News | null): HTMLElement {
  const panel = h("article", { class: "card" }, h("h2", { tabindex: "-1" }, t("insights")));
  const list = (title: string, intro: string, rows: HTMLElement[]): void => {
    if (rows.length) panel.append(h("section", {}, h("h3", {}, title), h("p", { class: "soft" }, intro), few(rows, 12, (row) => row)));
  };
  list(t("bridges"), t("bridgesIntro"), bridges(state.graph, shown).map((node) => h("div", { class: "row" }, nodeLink(state, node))));
  list(t("gaps"), t("gapsIntro"), gaps(state.graph, shown).map(([a, b, shared]) =>
    h("div", { class: "row" }, nodeLink(state, a), h("span", {}, " — "), nodeLink(state, b), h("a", { class: "soft", href: state.href({ kind: "path", nodes: [a, b] }) }, t("shared", { n: shared })))));
  if (news) {
    const part = h("section", {}, h("h3", {}, t("changes")));
    if (!news.nodes.length && !news.claims.length) part.append(h("p", { class: "soft" }, t("noChanges")));
    part.append(few([
      ...news.nodes.map((node) => h("div", { class: "row" }, nodeLink(state, node))),
      ...news.claims.map((claim) => h("div", { class: "row" }, nodeLink(state, state.graph.subject[claim]!), h("span", { class: "soft" }, state.graph.predicateOf(claim).name), nodeLink(state, state.graph.object[claim]!))),
    ], 20, (row) => row));
    if (news.gone) part.append(h("p", { class: "soft" }, t("gone", { n: news.gone })));
    panel.append(part);
  }
  return panel;
}

/** Nodes with many neighbours in several communities: degree times the participation coefficient of Guimerà and Amaral (2005). */
function bridges(graph: Graph, shown: Visible): number[] {
  const scored: [number, number][] = [];
  for (const node of graph.ranked.slice(0, 2000)) {
    if (!shown.nodes[node] || graph.degree[node]! < 4) continue;
    const into = new Map<number, number>();
    let all = 0;
    for (const claim of graph.claimsOf(node)) {
      if (!shown.claims[claim] || graph.isWeak(claim)) continue;
      const community = graph.community[graph.other(claim, node)]!;
      into.set(community, (into.get(community) ?? 0) + 1);
      all++;
    }
    let same = 0;
    for (const count of into.values()) same += (count / all) ** 2;
    if (all) scored.push([node, (1 - same) * Math.sqrt(all)]);
  }
  return scored.sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, 40).map(([node]) => node);
}

/** Leading topics without a claim between them that share many neighbours, by Adamic and Adar (2003). */
function gaps(graph: Graph, shown: Visible): [number, number, number][] {
  const leading = [...graph.ranked].filter((node) => shown.nodes[node] && ["Topic", "Model"].includes(graph.typeOf(node).name)).slice(0, 150);
  const around = leading.map((node) => new Set([...graph.claimsOf(node)].filter((claim) => !graph.isWeak(claim)).map((claim) => graph.other(claim, node))));
  const tied = leading.map((node) => new Set([...graph.claimsOf(node)].map((claim) => graph.other(claim, node))));
  const found: [number, number, number, number][] = [];
  for (let i = 0; i < leading.length; i++)
    for (let j = i + 1; j < leading.length; j++) {
      if (tied[i]!.has(leading[j]!)) continue;
      let shared = 0;
      let score = 0;
      for (const node of around[i]!) {
        if (!around[j]!.has(node)) continue;
        shared++;
        score += 1 / Math.log(2 + graph.degree[node]!);
      }
      if (shared >= 2) found.push([leading[i]!, leading[j]!, shared, score]);
    }
  return found.sort((a, b) => b[3] - a[3]).slice(0, 40).map(([a, b, shared]) => [a, b, shared]);
}

export interface News {
  nodes: number[];
  claims: number[];
  gone: number;
}

/** What was not there when this browser last opened this page; null on the first visit, or where nothing may be kept. */
export function news(graph: Graph): News | null {
  const place = `zhitu:seen:${location.pathname}`;
  const nodes = graph.id.map(hash);
  const claims = Array.from({ length: graph.claims }, (_, claim) => claim)
    .filter((claim) => !graph.isWeak(claim))
    .map((claim) => [claim, hash(`${graph.id[graph.subject[claim]!]} ${graph.predicateOf(claim).name} ${graph.id[graph.object[claim]!]}`)] as const);
  try {
    const before = localStorage.getItem(place);
    localStorage.setItem(place, JSON.stringify([...nodes, ...claims.map(([, mark]) => mark)]));
    if (!before) return null;
    const known = new Set(JSON.parse(before) as number[]);
    const now = new Set([...nodes, ...claims.map(([, mark]) => mark)]);
    return {
      nodes: nodes.flatMap((mark, node) => (known.has(mark) ? [] : [node])),
      claims: claims.flatMap(([claim, mark]) => (known.has(mark) ? [] : [claim])),
      gone: [...known].filter((mark) => !now.has(mark)).length,
    };
  } catch {
    return null;
  }
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return value >>> 0;
}
