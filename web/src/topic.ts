/** The card of one thing: what it is, what the notes say of it with every sentence, and what to read. */

import type { Sentence } from "./data";
import { copy, h, ICONS } from "./dom";
import { sparql } from "./export";
import { badge, button, few, flash, nodeLink, quote, yaml } from "./parts";
import type { State } from "./state";
import { pick, t } from "./text";

interface Said {
  claim: number;
  other: number;
  sentences: Sentence[];
}

export async function topicCard(state: State, node: number): Promise<HTMLElement> {
  const { graph } = state;
  const claims = [...graph.claimsOf(node)];
  const said: Said[] = await Promise.all(claims.map(async (claim) => ({ claim, other: graph.other(claim, node), sentences: await graph.sentences(claim) })));
  const [places, articles] = await Promise.all([graph.places(node), graph.articles(node)]);
  const card = h("article", { class: "card" }, head(state, node));

  const definition = define(graph.names(node), said.flatMap((item) => item.sentences));
  if (definition) card.append(section(t("definition"), quote(state, definition, [node])));

  const stated = said.filter((item) => !graph.isWeak(item.claim));
  if (stated.length) card.append(section(t("related"), closest(state, stated)));
  if (stated.length) card.append(section(t("says"), ...groups(state, node, stated)));
  if (articles.length)
    card.append(section(t("read"), few(articles, 8, (article) =>
      h("div", { class: "article" }, h("a", { href: article.url, rel: "noreferrer noopener", target: "_blank" }, article.title),
        h("div", { class: "soft" }, [site(article.url), graph.notes.date[article.note], `${graph.notes.path[article.note]}:${article.line}`].filter(Boolean).join(" · "))))));
  const years = timeline(state, node, stated);
  if (years) card.append(section(t("timeline"), years));
  const weak = said.filter((item) => graph.isWeak(item.claim));
  if (weak.length) card.append(section(t("together"), few(weak.sort((a, b) => graph.importance[b.other]! - graph.importance[a.other]!), 3, (item) => claimView(state, node, item, ""))));
  if (places.length)
    card.append(section(t("inNotes"), few(places, 6, (place) =>
      h("div", { class: "article" }, h("span", {}, graph.notes.title[place.note]!),
        h("div", { class: "soft" }, `${graph.notes.path[place.note]}:${place.line} · ${place.mentions} ${t("mentions")}${graph.notes.date[place.note] ? ` · ${graph.notes.date[place.note]}` : ""}`)))));
  return card;
}

function head(state: State, node: number): HTMLElement {
  const { graph } = state;
  const other = state.otherName(node);
  const rest = graph.names(node).filter((name) => name !== state.name(node) && name !== other);
  const actions = h("div", { class: "actions" });
  const path = h("a", { class: "action", href: state.href({ kind: "path", nodes: [node] }) }, t("fromHere"));
  actions.append(path, button(t("link"), ICONS.link, async () => (await copy(location.href)) && flash(t("copied"))));
  const wrong = h("button", { type: "button", class: "quiet" }, t("wrong"));
  wrong.addEventListener("click", async () => (await copy(`- reject: ${yaml(graph.label[node]!)}\n`)) && flash(t("wrongCopied")));
  actions.append(wrong);
  if (location.protocol.startsWith("http")) {
    actions.append(h("a", { class: "quiet", href: `sparql?query=${encodeURIComponent(sparql(state))}` }, t("sparql")));
  }
  return h("header", {}, h("div", {}, badge(state, node)), h("h2", { tabindex: "-1" }, state.name(node)), other ? h("p", { class: "other" }, other) : null,
    rest.length ? h("p", { class: "soft" }, `${t("also")} ${rest.slice(0, 12).join(" · ")}`) : null,
    h("p", { class: "soft" }, `${graph.mentions[node]} ${t("mentions")} · ${graph.noteCount[node]} ${t("notes")}${graph.year[node] ? ` · ${graph.year[node]}` : ""}`), actions);
}

function section(title: string, ...content: Node[]): HTMLElement {
  const made = h("section", {}, h("h3", {}, title));
  made.append(...content);
  return made;
}

function groups(state: State, node: number, said: Said[]): HTMLElement[] {
  const { graph } = state;
  const found = new Map<string, Said[]>();
  for (const item of said) {
    const predicate = graph.predicateOf(item.claim);
    const label = pick(graph.subject[item.claim] === node ? predicate.label : predicate.inverse);
    found.set(label, [...(found.get(label) ?? []), item]);
  }
  const related = (items: Said[]): number => (graph.predicateOf(items[0]!.claim).name === "relatedTo" ? 1 : 0);
  return [...found]
    .sort((a, b) => related(a[1]) - related(b[1]) || b[1].length - a[1].length)
    .map(([label, items]) => {
      items.sort((a, b) => graph.confidence[b.claim]! - graph.confidence[a.claim]! || graph.importance[b.other]! - graph.importance[a.other]!);
      return h("div", { class: "group" }, h("h4", {}, label, h("span", { class: "soft" }, ` ${items.length}`)), few(items, 4, (item) => claimView(state, node, item, label)));
    });
}

function claimView(state: State, node: number, item: Said, label: string): HTMLElement {
  const { graph } = state;
  const wrong = h("button", { type: "button", class: "quiet", title: t("wrong"), "aria-label": `${t("wrong")}: ${label} ${state.name(item.other)}` }, "✗");
  wrong.addEventListener("click", async () => {
    const [s, p, o] = [graph.label[graph.subject[item.claim]!]!, graph.predicateOf(item.claim).name, graph.label[graph.object[item.claim]!]!];
    if (await copy(`- reject: {subject: ${yaml(s)}, predicate: ${p}, object: ${yaml(o)}}\n`)) flash(t("wrongCopied"));
  });
  const more = graph.evidence[item.claim]! - 1;
  const made = h("div", { class: "claim" }, h("div", { class: "row" }, nodeLink(state, item.other), more > 0 ? h("span", { class: "soft" }, `+${more}`) : null, wrong));
  made.append(few(item.sentences, 1, (sentence) => quote(state, sentence, [node, item.other])));
  return made;
}

function closest(state: State, said: Said[]): HTMLElement {
  const { graph } = state;
  const score = new Map<number, number>();
  for (const item of said) {
    const weight = graph.predicateOf(item.claim).name === "relatedTo" ? 0.6 : 1;
    score.set(item.other, (score.get(item.other) ?? 0) + (weight * graph.confidence[item.claim]!) / 100 + 0.02 * graph.evidence[item.claim]!);
  }
  const best = [...score].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, 12);
  const made = h("div", { class: "chips" });
  made.append(...best.map(([other]) => nodeLink(state, other)));
  return made;
}

function timeline(state: State, node: number, said: Said[]): HTMLElement | null {
  const { graph } = state;
  const years = new Map<number, Set<number>>();
  for (const item of [...said.map((one) => one.other), node]) {
    const year = graph.year[item]!;
    if (year > 1900) years.set(year, (years.get(year) ?? new Set()).add(item));
  }
  if (years.size < 2) return null;
  const made = h("ol", { class: "years" });
  for (const [year, nodes] of [...years].sort((a, b) => a[0] - b[0])) {
    const item = h("li", {}, h("b", {}, year));
    const best = [...nodes].sort((a, b) => graph.importance[b]! - graph.importance[a]!);
    item.append(...best.slice(0, 5).map((other) => nodeLink(state, other)), best.length > 5 ? `+${best.length - 5}` : "");
    made.append(item);
  }
  return made;
}

function site(url: string): string {
  return /^https?:\/\/(?:www\.)?([^/?#]+)/.exec(url)?.[1] ?? "";
}

const IS = /^[》」』"”’)）]*(?:\s*[(（][^()（）]{1,80}[)）])?[》」』"”’]*\s*(是一[种个类项款套]|是指|指的是|(?:可以|被)?定义为|(?:is|are|was) (?:an?|the) |refers? to |stands for |is defined as |是|即|指)(?!\s*(?:不是|否|由|用|为了|因为|not |also |used |based ))/i;

/** The sentence that says soonest after one of the names what the thing is. */
function define(names: string[], sentences: Sentence[]): Sentence | null {
  let best: Sentence | null = null;
  let least = Infinity;
  for (const sentence of sentences) {
    const folded = sentence.text.toLowerCase();
    for (const name of names) {
      const at = folded.indexOf(name.toLowerCase());
      if (at < 0 || at > 12) continue;
      const match = IS.exec(sentence.text.slice(at + name.length));
      if (!match || sentence.text.length < at + name.length + match[0].length + 4) continue;
      const rank = (match[1]!.trim().length > 1 ? 0 : 100) + at - sentence.confidence;
      if (rank < least) [least, best] = [rank, sentence];
    }
  }
  return best;
}
