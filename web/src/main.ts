/** Puts the page together: bar, panel, map; and redraws what a change of state touches. */

import { type Graph, loadGraph } from "./data";
import { h, icon, ICONS, save } from "./dom";
import { claimTable, csv, gexf, nodeTable, picture, sparql } from "./export";
import { filterPanel } from "./filters";
import { homePanel } from "./home";
import { insightsPanel, type News, news } from "./insights";
import { GraphMap } from "./map";
import { button, typeMark } from "./parts";
import { pathPanel } from "./pathpanel";
import { type Path, PathFinder } from "./paths";
import type { Focus } from "./scene";
import { SearchIndex } from "./search";
import { searchBox } from "./searchbox";
import { type Route, State } from "./state";
import { tablePanel } from "./table";
import { currentLanguage, pick, setLanguage, t } from "./text";
import { topicCard } from "./topic";
import { visible, type Visible } from "./visible";

function keep(name: string, value?: string): string | null {
  try {
    if (value !== undefined) localStorage.setItem(`zhitu:${name}`, value);
    return localStorage.getItem(`zhitu:${name}`);
  } catch {
    return null;
  }
}

class App {
  private told: { news: News | null } | null = null;
  private readonly bar = h("header", { class: "bar" });
  private readonly panel = h("main", { class: "panel", id: "panel" });
  private readonly over = h("div", { class: "over" });
  private shown!: Visible;
  private focus: Focus | null = null;
  private path: Path | null = null;
  private turn = 0;
  private filtersOpen = false;
  private menuOpen = false;
  private inNotes: { wanted: string; nodes: Uint8Array } | null = null;
  private known: { key: string; shown: Visible } | null = null;
  private last = "";

  private constructor(
    private readonly graph: Graph,
    private readonly state: State,
    private readonly finder: PathFinder,
    private readonly map: GraphMap,
  ) {
    setTimeout(() => this.news(), 1500);
    if (location.protocol.startsWith("http")) this.followBuilds();
  }

  /** Served by `kg serve`, the page comes again when the notes were built again; other servers know nothing of builds. */
  private followBuilds(): void {
    let first = "";
    const look = async (): Promise<void> => {
      if (document.visibilityState === "visible") {
        const answer = await fetch("healthz").catch(() => null);
        const build = answer?.ok ? ((await answer.json()) as { build?: string }).build : undefined;
        if (answer && build === undefined) return;
        if (build && first && build !== first) return location.reload();
        first ||= build ?? "";
      }
      setTimeout(look, 2000);
    };
    void look();
  }

  /** What is new since the last visit: looked up once, when it is asked for or the page has come to rest. */
  private news(): News | null {
    this.told ??= { news: news(this.graph) };
    return this.told.news;
  }

  /** Make ready what all views need, in steps between which the page can draw. */
  static async create(graph: Graph): Promise<App> {
    setLanguage(keep("language") === "zh" || (!keep("language") && navigator.language.startsWith("zh")) ? "zh" : "en");
    document.documentElement.dataset.theme = keep("theme") ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
    const breathe = (): Promise<void> => new Promise((done) => setTimeout(done));
    await breathe();
    const state = new State(graph, new SearchIndex(graph));
    await breathe();
    const finder = new PathFinder(graph);
    await breathe();
    return new App(graph, state, finder, new GraphMap(state, (node) => state.go({ kind: "topic", node })));
  }

  start(root: HTMLElement): void {
    const stage = h("div", { class: "stage" });
    stage.append(this.map.canvas, this.over);
    root.replaceChildren(this.bar, this.panel, stage);
    this.state.onChange(() => void this.update());
    addEventListener("keydown", (event) => {
      const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement;
      if (event.key === "/" && !typing) {
        event.preventDefault();
        this.bar.querySelector("input")?.focus();
      } else if (event.key === "Escape" && (this.filtersOpen || this.menuOpen)) {
        this.filtersOpen = this.menuOpen = false;
        this.drawOver();
      } else if (event.key === "Escape" && !typing && this.state.route.kind !== "home") this.state.go({ kind: "home" });
    });
    this.drawBar();
    void this.update();
  }

  private drawBar(): void {
    const link = (route: Route, label: string, path: string): HTMLAnchorElement => {
      const here = this.state.route.kind === route.kind;
      const made = h("a", { href: this.state.href(route), class: "tool", title: label, "aria-label": label, "aria-current": here ? "page" : null });
      made.append(icon(path));
      return made;
    };
    const home = h("a", { class: "brand", href: this.state.href({ kind: "home" }), "aria-label": "知图 Zhitu" }, h("span", { class: "seal" }, "知图"));
    const language = h("button", { type: "button", class: "tool text" }, t("language"));
    language.addEventListener("click", () => {
      setLanguage(currentLanguage() === "zh" ? "en" : "zh");
      keep("language", currentLanguage());
      this.last = "";
      this.drawBar();
      void this.update();
    });
    const tools = h("nav", { class: "tools", "aria-label": t("menu") },
      link({ kind: "path", nodes: this.state.route.kind === "topic" ? [this.state.route.node] : this.state.route.kind === "path" ? this.state.route.nodes : [] }, t("path"), ICONS.path),
      link({ kind: "table" }, t("table"), ICONS.table),
      link({ kind: "insights" }, t("insights"), ICONS.bulb),
      button(t("filters"), ICONS.filter, () => this.toggle("filters")),
      button(t("export"), ICONS.download, () => this.toggle("menu")),
      button(t("theme"), ICONS.theme, () => {
        const wanted = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
        document.documentElement.dataset.theme = wanted;
        keep("theme", wanted);
        this.map.show(this.shown, this.focus);
      }),
      language);
    this.bar.replaceChildren(home, searchBox(this.state, t("search"), (node) => this.state.go({ kind: "topic", node })), tools);
  }

  private toggle(what: "filters" | "menu"): void {
    this.filtersOpen = what === "filters" && !this.filtersOpen;
    this.menuOpen = what === "menu" && !this.menuOpen;
    this.drawOver();
    this.over.querySelector<HTMLElement>(".drawer button, .drawer input")?.focus();
  }

  /** Everything that a change of state touches; an answer that comes late is dropped. */
  private async update(): Promise<void> {
    const turn = ++this.turn;
    await this.findNotes();
    if (turn !== this.turn) return;
    this.shown = this.filtered();
    const { route } = this.state;
    this.path = null;
    if (route.kind === "home") this.light(null, []);
    const content = await this.content(route, turn);
    if (turn !== this.turn) return;
    const place = this.state.href(route).split("?")[0]! + currentLanguage();
    const moved = place !== this.last;
    this.panel.replaceChildren(content);
    if (route.kind === "table" || route.kind === "insights") this.light(null, []);
    if (route.kind === "topic") this.light(this.around(route.node), [route.node]);
    this.drawOver();
    if (moved) {
      const first = !this.last;
      this.last = place;
      this.drawBar();
      this.panel.scrollTop = 0;
      if (!first) this.panel.querySelector<HTMLElement>("h2")?.focus({ preventScroll: true });
      this.goThere(route);
    }
    document.title = route.kind === "topic" ? `${this.state.name(route.node)} · 知图 Zhitu` : "知图 Zhitu";
  }

  private async content(route: Route, turn: number): Promise<HTMLElement> {
    switch (route.kind) {
      case "topic":
        return topicCard(this.state, route.node);
      case "path":
        return pathPanel(this.state, this.finder, (path) => {
          if (turn !== this.turn) return;
          this.path = path;
          const nodes = path ? path.nodes : route.nodes;
          this.light(nodes.length ? { nodes: new Set(nodes), claims: new Set(path?.claims ?? []), main: nodes } : null, nodes);
        });
      case "table":
        return tablePanel(this.state, this.shown);
      case "insights":
        return insightsPanel(this.state, this.shown, this.news());
      default:
        return homePanel(this.state, this.finder, this.map);
    }
  }

  private goThere(route: Route): void {
    if (route.kind === "topic") this.map.fly([...(this.focus?.nodes ?? [route.node])].slice(0, 40));
    else if (route.kind === "path") this.map.fly(this.path?.nodes ?? route.nodes);
    else if (route.kind === "home") this.map.fit();
  }

  private light(focus: Focus | null, show: number[]): void {
    // What is asked for is seen, whatever the filters hide.
    if (show.some((node) => !this.shown.nodes[node])) {
      this.shown = { ...this.shown, nodes: this.shown.nodes.slice() };
      for (const node of show) this.shown.nodes[node] = 1;
    }
    this.focus = focus;
    this.map.show(this.shown, focus);
  }

  /** What the filters let through, worked out anew only where they changed. */
  private filtered(): Visible {
    const { filters } = this.state;
    const key = this.state.query();
    if (this.known?.key !== key) this.known = { key, shown: visible(this.graph, filters, filters.note ? this.inNotes!.nodes : null) };
    return this.known.shown;
  }

  private around(node: number): Focus {
    const claims = [...this.graph.claimsOf(node)].filter((claim) => this.shown.claims[claim]);
    const nodes = claims.map((claim) => this.graph.other(claim, node)).sort((a, b) => this.graph.importance[b]! - this.graph.importance[a]!);
    return { nodes: new Set([node, ...nodes]), claims: new Set(claims), main: [node] };
  }

  private async findNotes(): Promise<void> {
    const wanted = this.state.filters.note;
    if (!wanted || this.inNotes?.wanted === wanted) return;
    this.inNotes = { wanted, nodes: await this.graph.namedIn(wanted) };
  }

  private drawOver(): void {
    const zoom = h("div", { class: "zoom", role: "group", "aria-label": t("menu") },
      button(t("zoomIn"), ICONS.plus, () => this.map.zoom(1.4)), button(t("zoomOut"), ICONS.minus, () => this.map.zoom(1 / 1.4)), button(t("fit"), ICONS.fit, () => this.map.fit()));
    const legend = h("ul", { class: "legend", "aria-label": t("types") });
    this.graph.types.forEach((type, number) => {
      if (!this.graph.type.includes(number) || this.state.filters.types.has(number)) return;
      const item = h("li", {});
      item.append(typeMark(type.name, type.color), pick(type.label));
      legend.append(item);
    });
    this.over.replaceChildren(legend, zoom);
    if (this.filtersOpen) this.over.append(filterPanel(this.state, this.shown, () => this.toggle("filters")));
    if (this.menuOpen) this.over.append(this.exportMenu());
  }

  private exportMenu(): HTMLElement {
    const menu = h("div", { class: "drawer small", role: "dialog", "aria-label": t("export") }, h("div", { class: "row" }, h("h2", {}, t("export")), button(t("close"), ICONS.close, () => this.toggle("menu"))));
    const item = (label: string, run: () => void): void => {
      const made = h("button", { type: "button", class: "action" }, label);
      made.addEventListener("click", run);
      menu.append(made);
    };
    const text = (name: string, type: string, content: string): void => save(name, new Blob([content], { type }));
    item(t("png"), () => this.map.canvas.toBlob((blob) => blob && save("zhitu.png", blob)));
    item(t("svg"), () => {
      const { view, regions, colors } = this.map;
      text("zhitu.svg", "image/svg+xml", picture(this.state, view, this.shown, this.focus, regions, colors.ink, colors.map));
    });
    item(t("gexf"), () => text("zhitu.gexf", "application/gexf+xml", gexf(this.state, this.shown)));
    item(t("csvThings"), () => text("things.csv", "text/csv", csv(nodeTable(this.state, this.shown))));
    item(t("csvClaims"), () => text("statements.csv", "text/csv", csv(claimTable(this.state, this.shown))));
    if (location.protocol.startsWith("http")) menu.append(h("a", { class: "action", href: `sparql?query=${encodeURIComponent(sparql(this.state))}` }, t("sparql")));
    return menu;
  }
}

const root = document.getElementById("app")!;
loadGraph().then(App.create).then(
  (app) => {
    app.start(root);
  },
  (error: unknown) => root.replaceChildren(h("p", { role: "alert" }, `The graph in this page cannot be read: ${String(error)}`)),
);
