/** What is seen, to take away: CSV, GEXF, SVG. */

import { FONT, labels, radius, toScreen, type Focus, type Region, type View } from "./scene";
import { outline } from "./shapes";
import type { State } from "./state";
import { t } from "./text";
import type { Visible } from "./visible";

type Cell = string | number;

export interface Table {
  columns: string[];
  rows: Cell[][];
  /** The node that a cell names. */
  nodes: (row: Cell[], at: number) => number | undefined;
}

export function nodeTable(state: State, shown: Visible): Table {
  const { graph } = state;
  const nodes = [...graph.ranked].filter((node) => shown.nodes[node]);
  const of = new Map<Cell[], number>();
  const rows = nodes.map((node) => {
    const row: Cell[] = [state.name(node), state.otherName(node), graph.typeOf(node).name, graph.mentions[node]!, graph.noteCount[node]!, graph.degree[node]!, graph.year[node] || ""];
    of.set(row, node);
    return row;
  });
  return { columns: [t("name"), t("also"), t("type"), t("mentionsTitle"), t("notesTitle"), t("degree"), t("year")], rows, nodes: (row, at) => (at ? undefined : of.get(row)) };
}

export function claimTable(state: State, shown: Visible): Table {
  const { graph } = state;
  const of = new Map<Cell[], number>();
  const rows: Cell[][] = [];
  for (let claim = 0; claim < graph.claims; claim++) {
    if (!shown.claims[claim]) continue;
    const row: Cell[] = [state.name(graph.subject[claim]!), graph.predicateOf(claim).name, state.name(graph.object[claim]!), graph.confidence[claim]! / 100, graph.evidence[claim]!];
    of.set(row, claim);
    rows.push(row);
  }
  rows.sort((a, b) => (b[3] as number) - (a[3] as number));
  return {
    columns: [t("subject"), t("relation"), t("object"), t("confidence"), t("sentences")],
    rows,
    nodes: (row, at) => (at === 0 ? graph.subject[of.get(row)!] : at === 2 ? graph.object[of.get(row)!] : undefined),
  };
}

/** RFC 4180; a cell that a spreadsheet would run as a formula is made text. */
export function csv(table: Table, separator = ","): string {
  const cell = (value: Cell): string => {
    const text = typeof value === "string" && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
    return new RegExp(`["\\n\\r${separator}]`).test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return [table.columns, ...table.rows].map((row) => row.map(cell).join(separator)).join("\n") + "\n";
}

/** IRI of a node, as kg/identity.py makes it. */
function iri(state: State, node: number): string {
  const [type, ...rest] = state.graph.id[node]!.split(":");
  const quoted = encodeURIComponent(rest.join(":")).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`).replaceAll("%2F", "/");
  return `<${state.graph.base}id/${type}/${quoted}>`;
}

/** The query that asks the endpoint for what this view shows. */
export function sparql(state: State): string {
  const { route, graph, filters } = state;
  const term = (name: string): string => `<https://w3id.org/zhitu/ontology#${name}>`;
  const relations = graph.predicates.filter((item, at) => !filters.predicates.has(at) && (filters.weak || !item.weak)).map((item) => term(item.name));
  const label = "<http://www.w3.org/2004/02/skos/core#prefLabel>";
  const head = `SELECT DISTINCT ?subject ?relation ?object ?subjectLabel ?objectLabel {\n  VALUES ?relation { ${relations.join(" ")} }\n`;
  const tail = `  ?subject ?relation ?object ; ${label} ?subjectLabel .\n  ?object ${label} ?objectLabel .\n}\nLIMIT 1000`;
  if (route.kind === "topic") return `${head}  VALUES ?topic { ${iri(state, route.node)} }\n  ?subject ?relation ?object . FILTER(?topic IN (?subject, ?object))\n${tail}`;
  if (route.kind === "path") {
    const nodes = route.nodes.map((node) => iri(state, node)).join(" ");
    return `${head}  VALUES ?stop { ${nodes} }\n  ?subject ?relation ?object . FILTER(?stop IN (?subject, ?object))\n${tail}`;
  }
  const types = graph.types.filter((_, at) => !filters.types.has(at)).map((type) => term(type.name)).join(" ");
  return `${head}  VALUES ?kind { ${types} }\n  ?subject a ?kind .\n${tail}`;
}

const xml = (text: string): string =>
  // eslint-disable-next-line no-control-regex
  text.replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, "").replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

/** GEXF 1.3 of what is visible, with the colours, sizes and positions of the map. */
export function gexf(state: State, shown: Visible): string {
  const { graph } = state;
  const out = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<gexf xmlns="http://gexf.net/1.3" xmlns:viz="http://gexf.net/1.3/viz" version="1.3">',
    "<meta><creator>Zhitu</creator></meta>",
    '<graph mode="static" defaultedgetype="directed">',
    '<attributes class="node"><attribute id="type" title="type" type="string"/><attribute id="mentions" title="mentions" type="integer"/><attribute id="community" title="community" type="integer"/></attributes>',
    '<attributes class="edge"><attribute id="predicate" title="predicate" type="string"/><attribute id="confidence" title="confidence" type="double"/></attributes>',
    "<nodes>",
  ];
  for (let node = 0; node < graph.size; node++) {
    if (!shown.nodes[node]) continue;
    const { name, color } = graph.typeOf(node);
    const [r, g, b] = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16));
    out.push(
      `<node id="${xml(graph.id[node]!)}" label="${xml(state.name(node))}"><attvalues><attvalue for="type" value="${name}"/><attvalue for="mentions" value="${graph.mentions[node]}"/><attvalue for="community" value="${graph.community[node]}"/></attvalues>` +
        `<viz:color r="${r}" g="${g}" b="${b}"/><viz:position x="${graph.x[node]!.toFixed(1)}" y="${(-graph.y[node]!).toFixed(1)}" z="0"/><viz:size value="${(4 + 20 * graph.importance[node]!).toFixed(2)}"/></node>`,
    );
  }
  out.push("</nodes>", "<edges>");
  for (let claim = 0; claim < graph.claims; claim++) {
    if (!shown.claims[claim]) continue;
    const predicate = graph.predicateOf(claim);
    out.push(
      `<edge id="${claim}" source="${xml(graph.id[graph.subject[claim]!]!)}" target="${xml(graph.id[graph.object[claim]!]!)}" label="${predicate.name}" weight="${graph.evidence[claim]}"><attvalues><attvalue for="predicate" value="${predicate.name}"/><attvalue for="confidence" value="${graph.confidence[claim]! / 100}"/></attvalues></edge>`,
    );
  }
  out.push("</edges>", "</graph>", "</gexf>", "");
  return out.join("\n");
}

/** The map as it stands on the screen, as SVG. */
export function picture(state: State, view: View, shown: Visible, focus: Focus | null, regions: Region[], ink: string, back: string): string {
  const { graph } = state;
  const out = [`<svg xmlns="http://www.w3.org/2000/svg" width="${view.width}" height="${view.height}" viewBox="0 0 ${view.width} ${view.height}" font-family="${xml(FONT)}">`, `<rect width="100%" height="100%" fill="${back}"/>`];
  const at = (value: number): string => value.toFixed(1);
  const inside = (x: number, y: number): boolean => x > -20 && y > -20 && x < view.width + 20 && y < view.height + 20;
  for (let claim = 0; claim < graph.claims; claim++) {
    if (!shown.claims[claim]) continue;
    const [x1, y1] = toScreen(view, graph.x[graph.subject[claim]!]!, graph.y[graph.subject[claim]!]!);
    const [x2, y2] = toScreen(view, graph.x[graph.object[claim]!]!, graph.y[graph.object[claim]!]!);
    if (!inside(x1, y1) && !inside(x2, y2)) continue;
    const lit = focus?.claims.has(claim);
    out.push(`<path d="M${at(x1)} ${at(y1)}L${at(x2)} ${at(y2)}" stroke="${ink}" stroke-opacity="${lit ? 0.8 : focus ? 0.05 : 0.15}" stroke-width="${lit ? 2 : 0.6}"/>`);
  }
  for (let rank = graph.size - 1; rank >= 0; rank--) {
    const node = graph.ranked[rank]!;
    const [x, y] = toScreen(view, graph.x[node]!, graph.y[node]!);
    if (!shown.nodes[node] || !inside(x, y)) continue;
    const { name, color } = graph.typeOf(node);
    out.push(`<path d="${outline(name, x, y, radius(graph, node, view.k))}" fill="${color}" stroke="${back}"${focus && !focus.nodes.has(node) ? ' opacity="0.2"' : ""}/>`);
  }
  const placed = labels(state, view, shown, focus, regions);
  for (const region of placed.regions) {
    const [x, y] = toScreen(view, region.x, region.y);
    out.push(`<text x="${at(x)}" y="${at(y)}" text-anchor="middle" font-size="16" font-weight="600" fill="${ink}" fill-opacity="0.65" stroke="${back}" stroke-width="4" paint-order="stroke">${xml(region.name)}</text>`);
  }
  for (const label of placed.labels)
    out.push(`<text x="${at(label.x)}" y="${at(label.y)}" font-size="${label.size}" fill="${ink}" stroke="${back}" stroke-width="3" paint-order="stroke">${xml(label.text)}</text>`);
  return [...out, "</svg>", ""].join("\n");
}
