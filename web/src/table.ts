/** What is visible as a table: things or statements, sortable, to copy or to save. */

import { copy, h, save } from "./dom";
import { claimTable, csv, nodeTable, type Table } from "./export";
import { flash } from "./parts";
import type { State } from "./state";
import { t } from "./text";
import type { Visible } from "./visible";

const PAGE = 200;

export function tablePanel(state: State, shown: Visible): HTMLElement {
  const panel = h("article", { class: "card wide" });
  const tabs = h("div", { class: "tabs", role: "group", "aria-label": t("table") });
  const place = h("div", {});
  const views: [string, () => Table][] = [
    [t("thingsTitle"), () => nodeTable(state, shown)],
    [t("statementsTitle"), () => claimTable(state, shown)],
  ];
  views.forEach(([name, make], at) => {
    const tab = h("button", { type: "button" }, name);
    tab.addEventListener("click", () => {
      [...tabs.children].forEach((other, i) => other.setAttribute("aria-pressed", String(i === at)));
      place.replaceChildren(tableView(state, make(), at === 0 ? "things" : "statements"));
    });
    tabs.append(tab);
  });
  panel.append(h("h2", { tabindex: "-1" }, t("table")), h("p", { class: "soft" }, t("filtered", { n: shown.nodeCount, m: state.graph.size })), tabs, place);
  (tabs.firstElementChild as HTMLButtonElement).click();
  return panel;
}

function tableView(state: State, table: Table, name: string): HTMLElement {
  const rows = [...table.rows];
  let most = PAGE;
  let sorted = -1;
  let down = true;
  const body = h("tbody", {});
  const head = h("tr", {});
  const more = h("button", { type: "button", class: "more" });
  const fill = (): void => {
    body.replaceChildren(...rows.slice(0, most).map((row) => {
      const line = h("tr", {});
      row.forEach((cell, at) => {
        const node = table.nodes(row, at);
        line.append(h("td", {}, node === undefined ? cell : h("a", { href: state.href({ kind: "topic", node }) }, cell)));
      });
      return line;
    }));
    more.hidden = rows.length <= most;
    more.textContent = t("more", { n: rows.length - most });
  };
  more.addEventListener("click", () => {
    most += 1000;
    fill();
  });
  table.columns.forEach((column, at) => {
    const press = h("button", { type: "button" }, column);
    const cell = h("th", { scope: "col" }, press);
    press.addEventListener("click", () => {
      down = sorted === at ? !down : typeof rows[0]?.[at] === "number";
      sorted = at;
      rows.sort((a, b) => {
        const [x, y] = [a[at]!, b[at]!];
        const order = typeof x === "number" && typeof y === "number" ? x - y : String(x).localeCompare(String(y), "zh");
        return down ? -order : order;
      });
      [...head.children].forEach((other, i) => other.setAttribute("aria-sort", i !== at ? "none" : down ? "descending" : "ascending"));
      fill();
    });
    head.append(cell);
  });
  fill();
  const take = h("button", { type: "button", class: "action" }, t("copyTable"));
  take.addEventListener("click", async () => (await copy(csv({ ...table, rows }, "\t"))) && flash(t("copied")));
  const keep = h("button", { type: "button", class: "action" }, "CSV");
  keep.addEventListener("click", () => save(`${name}.csv`, new Blob([csv({ ...table, rows })], { type: "text/csv" })));
  return h("div", {}, h("div", { class: "row" }, take, keep), h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": t("table") }, h("table", {}, h("thead", {}, head), body)), more);
}
