/** What is shown: types, relations, confidence, years, notes, co-occurrence. */

import { h, ICONS } from "./dom";
import { button, typeMark } from "./parts";
import { noFilters, type State } from "./state";
import { pick, t } from "./text";
import type { Visible } from "./visible";

export function filterPanel(state: State, shown: Visible, close: () => void): HTMLElement {
  const { graph, filters } = state;
  const panel = h("div", { class: "drawer", role: "dialog", "aria-label": t("filters") },
    h("div", { class: "row" }, h("h2", {}, t("filters")), button(t("close"), ICONS.close, close)),
    h("p", { class: "soft", role: "status" }, t("filtered", { n: shown.nodeCount, m: graph.size })));

  const counts = new Int32Array(graph.types.length);
  for (const type of graph.type) counts[type]!++;
  const types = h("fieldset", {}, h("legend", {}, t("types")));
  graph.types.forEach((type, number) => {
    if (!counts[number]) return;
    const label = h("label", { class: "check" }, toggle(!filters.types.has(number), (on) => flip(filters.types, number, !on, state), type.name));
    label.append(typeMark(type.name, type.color), `${pick(type.label)} `, h("span", { class: "soft" }, counts[number]!));
    types.append(label);
  });

  const said = new Int32Array(graph.predicates.length);
  for (const predicate of graph.predicate) said[predicate]!++;
  const predicates = h("fieldset", {}, h("legend", {}, t("predicates")));
  graph.predicates.forEach((predicate, number) => {
    if (!said[number] || predicate.weak) return;
    const label = h("label", { class: "check" }, toggle(!filters.predicates.has(number), (on) => flip(filters.predicates, number, !on, state), predicate.name));
    label.append(`${pick(predicate.label)} `, h("span", { class: "soft" }, said[number]!));
    predicates.append(label);
  });
  predicates.append(h("label", { class: "check" }, toggle(filters.weak, (on) => {
    filters.weak = on;
    state.change();
  }, "weak"), t("weak")));

  const least = h("input", { type: "range", min: 0, max: 95, step: 5, value: filters.confidence, id: "least" });
  least.addEventListener("change", () => {
    filters.confidence = Number(least.value);
    state.change();
  });
  const note = h("input", { type: "text", value: filters.note, id: "note" });
  note.addEventListener("change", () => {
    filters.note = note.value.trim();
    state.change();
  });
  const [from, to] = [0, 1].map((side) => {
    const input = h("input", { type: "number", min: 1900, max: 2100, "aria-label": `${t("years")} ${side ? "≤" : "≥"}`, value: filters.years?.[side] ?? "" });
    input.addEventListener("change", () => {
      const [low, high] = [Number(from!.value), Number(to!.value)];
      filters.years = low || high ? [low || 1900, high || 2100] : null;
      state.change();
    });
    return input;
  });
  const reset = h("button", { type: "button", class: "action" }, t("reset"));
  reset.addEventListener("click", () => {
    state.filters = noFilters();
    state.change();
  });
  panel.append(types, predicates,
    h("label", { for: "least" }, `${t("confidence")} ${filters.confidence} %`), least,
    h("div", { class: "row" }, h("span", {}, t("years")), from!, "–", to!),
    h("label", { for: "note" }, t("folder")), note, reset);
  return panel;
}

function toggle(checked: boolean, change: (on: boolean) => void, name: string): HTMLInputElement {
  const made = h("input", { type: "checkbox", name });
  made.checked = checked;
  made.addEventListener("change", () => change(made.checked));
  return made;
}

function flip(set: Set<number>, number: number, hidden: boolean, state: State): void {
  if (hidden) set.add(number);
  else set.delete(number);
  state.change();
}
