/** What the page shows, mirrored in the URL so that every state can be sent to someone else. */

import type { Graph } from "./data";
import type { SearchIndex } from "./search";
import { currentLanguage } from "./text";

export type Route =
  | { kind: "home" | "table" | "insights" }
  | { kind: "topic"; node: number }
  | { kind: "path"; nodes: number[] };

export interface Filters {
  /** Numbers of the types and predicates that are hidden. */
  types: Set<number>;
  predicates: Set<number>;
  confidence: number;
  years: [from: number, to: number] | null;
  note: string;
  community: number;
  weak: boolean;
}

export const noFilters = (): Filters => ({ types: new Set(), predicates: new Set(), confidence: 0, years: null, note: "", community: -1, weak: false });

export class State {
  route: Route = { kind: "home" };
  filters = noFilters();
  typedOnly = false;
  private readonly listeners: (() => void)[] = [];

  constructor(readonly graph: Graph, readonly index: SearchIndex) {
    addEventListener("hashchange", () => {
      this.read();
      this.tell();
    });
    this.read();
  }

  onChange(listener: () => void): void {
    this.listeners.push(listener);
  }

  go(route: Route): void {
    this.route = route;
    this.write(true);
  }

  change(): void {
    this.write(false);
  }

  /** Name of a node in the language of the interface. */
  name(node: number): string {
    const own = currentLanguage() === "zh" ? this.graph.zh[node] : this.graph.en[node];
    return own || this.graph.label[node]!;
  }

  /** Its name in the other language, if it has one. */
  otherName(node: number): string {
    const names = [this.graph.label[node]!, this.graph.zh[node]!, this.graph.en[node]!];
    return names.find((name) => name && name !== this.name(node)) ?? "";
  }

  href(route: Route): string {
    const key = (node: number): string => {
      const label = this.graph.label[node]!;
      return encodeURIComponent(this.index.named(label) === node ? label : this.graph.id[node]!);
    };
    const place = route.kind === "topic" ? `topic/${key(route.node)}` : route.kind === "path" ? ["path", ...route.nodes.map(key)].join("/") : route.kind === "home" ? "" : route.kind;
    const query = this.query();
    return `#/${place}${query ? `?${query}` : ""}`;
  }

  /** The filters as they stand in the URL. */
  query(): string {
    const { types, predicates, confidence, years, note, community, weak } = this.filters;
    const found = new URLSearchParams();
    if (types.size) found.set("hide", [...types].map((type) => this.graph.types[type]!.name).join());
    if (predicates.size) found.set("without", [...predicates].map((predicate) => this.graph.predicates[predicate]!.name).join());
    if (confidence) found.set("confidence", String(confidence));
    if (years) found.set("years", years.join("-"));
    if (note) found.set("note", note);
    if (community >= 0) found.set("region", String(community));
    if (weak) found.set("weak", "1");
    if (this.typedOnly) found.set("typed", "1");
    return found.toString();
  }

  private write(remember: boolean): void {
    const wanted = this.href(this.route);
    if (wanted !== location.hash) history[remember ? "pushState" : "replaceState"](null, "", wanted);
    this.tell();
  }

  private read(): void {
    const [place = "", query = ""] = location.hash.replace(/^#\/?/, "").split("?");
    const [kind, ...rest] = place.split("/");
    const nodes = rest.map((part) => this.index.named(decode(part))).filter((node) => node >= 0);
    if (kind === "topic" && nodes.length) this.route = { kind, node: nodes[0]! };
    else if (kind === "path") this.route = { kind, nodes };
    else this.route = { kind: kind === "table" || kind === "insights" ? kind : "home" };
    this.readFilters(new URLSearchParams(query));
  }

  private readFilters(given: URLSearchParams): void {
    const numbers = (name: string, known: { name: string }[]): Set<number> =>
      new Set((given.get(name) ?? "").split(",").map((wanted) => known.findIndex((item) => item.name === wanted)).filter((at) => at >= 0));
    const years = /^(\d{1,4})-(\d{1,4})$/.exec(given.get("years") ?? "");
    const region = given.get("region");
    this.filters = {
      types: numbers("hide", this.graph.types),
      predicates: numbers("without", this.graph.predicates),
      confidence: Math.min(100, Math.max(0, Number(given.get("confidence")) || 0)),
      years: years ? [Number(years[1]), Number(years[2])] : null,
      note: given.get("note") ?? "",
      community: region !== null && /^\d+$/.test(region) ? Number(region) : -1,
      weak: given.get("weak") === "1",
    };
    this.typedOnly = given.get("typed") === "1";
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
