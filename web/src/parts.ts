/** Pieces that several panels are made of. */

import type { Sentence } from "./data";
import { copy, h, icon, ICONS, svg } from "./dom";
import type { State } from "./state";
import { outline } from "./shapes";
import { pick, t } from "./text";

export function badge(state: State, node: number): HTMLElement {
  const type = state.graph.typeOf(node);
  const made = h("span", { class: "badge" });
  made.append(typeMark(type.name, type.color), pick(type.label));
  return made;
}

export function typeMark(name: string, color: string): SVGElement {
  return svg("svg", { viewBox: "-8 -8 16 16", width: 16, height: 16, "aria-hidden": "true" }, svg("path", { d: outline(name, 0, 0, 5.5), fill: color }));
}

/** A link to a node's card, with its type as a mark. */
export function nodeLink(state: State, node: number): HTMLAnchorElement {
  const type = state.graph.typeOf(node);
  const made = h("a", { class: "node", href: state.href({ kind: "topic", node }), title: pick(type.label) });
  made.append(typeMark(type.name, type.color), state.name(node));
  return made;
}

/** A sentence with its note and line, names in it marked. */
export function quote(state: State, sentence: Sentence, nodes: number[]): HTMLElement {
  const where = `${state.graph.notes.path[sentence.note]}:${sentence.line}`;
  const text = h("q", {});
  text.append(...highlighted(sentence.text, nodes.flatMap((node) => state.graph.names(node))));
  const cite = h("button", { class: "quiet", type: "button", title: t("cite"), "aria-label": t("cite") }, icon(ICONS.link));
  cite.addEventListener("click", async () => {
    const done = await copy(`> ${sentence.text}\n> — ${where}\n`);
    if (done) flash(t("copied"));
  });
  return h("div", { class: "said" }, text, h("div", { class: "where" }, place(state, sentence.note, sentence.line), h("span", { title: t("confidence") }, `${Math.round(sentence.confidence * 100)} %`), cite));
}

/** A note and line, as a link where the notes can be reached. */
export function place(state: State, note: number, line: number): HTMLElement {
  const where = `${state.graph.notes.path[note]}:${line}`;
  const href = state.graph.noteHref(note, line);
  return href ? h("a", { class: "place", href, target: "_blank", rel: "noreferrer noopener" }, where) : h("span", { class: "place" }, where);
}

function highlighted(text: string, names: string[]): Node[] {
  const wanted = names.filter((name) => name.length > 1).map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).sort((a, b) => b.length - a.length);
  if (!wanted.length) return [document.createTextNode(text)];
  const found: Node[] = [];
  let at = 0;
  for (const match of text.matchAll(new RegExp(wanted.join("|"), "gi"))) {
    const [start, end] = [match.index, match.index + match[0].length];
    const cuts = /[a-z0-9]/i.test(match[0][0]!) && /[a-z0-9]/i.test(text[start - 1] ?? "") || /[a-z0-9]$/i.test(match[0]) && /[a-z0-9]/i.test(text[end] ?? "");
    if (cuts) continue;
    found.push(document.createTextNode(text.slice(at, start)), h("mark", {}, match[0]));
    at = end;
  }
  found.push(document.createTextNode(text.slice(at)));
  return found;
}

/** The first few of a list, and a button for the others, which are made only then. */
export function few<T>(items: T[], most: number, view: (item: T) => Node): HTMLElement {
  const list = h("div", { class: "list" });
  list.append(...items.slice(0, most).map(view));
  if (items.length > most) {
    const button = h("button", { type: "button", class: "more" }, t("more", { n: items.length - most }));
    button.addEventListener("click", () => button.replaceWith(...items.slice(most).map(view)));
    list.append(button);
  }
  return list;
}

export function button(label: string, path: string, run: () => void, name = ""): HTMLButtonElement {
  const made = h("button", { type: "button", class: `tool ${name}`, title: label, "aria-label": label });
  made.append(icon(path));
  made.addEventListener("click", run);
  return made;
}

export function flash(text: string): void {
  const note = h("div", { class: "flash", role: "status" }, text);
  document.body.append(note);
  setTimeout(() => note.remove(), 2200);
}

/** A string of YAML that no name can break out of. */
export function yaml(text: string): string {
  return JSON.stringify(text);
}
