/** The search box: suggestions as you type, arrows and Enter choose. */

import { h } from "./dom";
import { badge } from "./parts";
import type { State } from "./state";
import { t } from "./text";

let boxes = 0;

export function searchBox(state: State, placeholder: string, choose: (node: number) => void): HTMLElement {
  const id = `found-${++boxes}`;
  const list = h("ul", { class: "found", id, role: "listbox", "aria-label": placeholder });
  list.hidden = true;
  const input = h("input", {
    type: "search", placeholder, "aria-label": placeholder, autocomplete: "off", spellcheck: "false",
    role: "combobox", "aria-expanded": "false", "aria-controls": id, "aria-autocomplete": "list",
  });
  let nodes: number[] = [];
  let at = 0;

  const close = (): void => {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const mark = (): void => {
    [...list.children].forEach((item, i) => item.setAttribute("aria-selected", String(i === at)));
    const active = list.children[at];
    if (nodes.length && active) {
      input.setAttribute("aria-activedescendant", active.id);
      active.scrollIntoView({ block: "nearest" });
    }
  };
  const take = (node: number): void => {
    close();
    input.value = "";
    choose(node);
  };
  const look = (): void => {
    const hits = state.index.find(input.value);
    nodes = hits.map((hit) => hit.node);
    at = 0;
    list.replaceChildren(
      ...hits.map((hit, i) => {
        const name = state.name(hit.node);
        const other = hit.how !== "pinyin" && hit.name !== name ? hit.name : state.otherName(hit.node);
        const item = h("li", { role: "option", id: `${id}-${i}`, "aria-selected": i === 0 ? "true" : "false" },
          h("span", { class: "name" }, name), other ? h("span", { class: "soft" }, ` ${other}`) : null,
          h("span", { class: "counts" }, badge(state, hit.node), ` ${state.graph.noteCount[hit.node]} ${t("notes")}`));
        item.addEventListener("pointerdown", (event) => event.preventDefault());
        item.addEventListener("click", () => take(hit.node));
        return item;
      }),
    );
    if (!hits.length && input.value.trim()) list.append(h("li", { class: "soft none" }, t("nothing")));
    list.hidden = !input.value.trim();
    input.setAttribute("aria-expanded", String(!list.hidden));
    mark();
  };
  input.addEventListener("input", look);
  input.addEventListener("focus", () => input.value && look());
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      if (input.value) event.stopPropagation();
      input.value = "";
      close();
    } else if (event.key === "Enter") {
      if (!list.hidden && nodes[at] !== undefined) take(nodes[at]!);
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (nodes.length) at = (at + (event.key === "ArrowDown" ? 1 : nodes.length - 1)) % nodes.length;
      mark();
    }
  });
  return h("div", { class: "searchbox" }, input, list);
}
