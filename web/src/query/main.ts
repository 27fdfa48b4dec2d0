// The page to query from: YASGUI with our prefixes and examples; results lead back into the explorer.
import Yasgui from "@zazuko/yasgui";

interface Known {
  base: string;
  ontology: string;
  prefixes: Record<string, string>;
  examples: { en: string; zh: string; query: string }[];
}

const known = JSON.parse(document.getElementById("known")!.textContent!) as Known;
const main = document.getElementById("query")!;
const heading = Object.entries(known.prefixes)
  .map(([name, iri]) => `PREFIX ${name}: <${iri}>\n`)
  .join("");

/** Where a thing of the graph is described on this server; the address itself for all else. */
function local(iri: string): string {
  if (iri.startsWith(known.ontology)) return `/ontology#${iri.slice(known.ontology.length)}`;
  if (!iri.startsWith(known.base)) return iri;
  const path = iri.slice(known.base.length);
  return path.startsWith("id/") ? `/#/topic/${path.slice(3).replace("/", ":")}` : `/page/${path}`;
}

/** A query with the prefixes that it uses and does not declare. */
function withPrefixes(query: string): string {
  const missing = heading
    .split("\n")
    .filter((line) => line && !query.includes(line.split("<")[0]!.trim()) && new RegExp(`\\b${line.split(/[ :]/)[1]}:`).test(query));
  return missing.length ? `${missing.join("\n")}\n\n${query}` : query;
}

Yasgui.Yasqe.defaults.value = withPrefixes(known.examples[0]!.query);
const box = main.appendChild(document.createElement("section"));
const asked = new URLSearchParams(location.search).get("query");
const yasgui = new Yasgui(box, {
  requestConfig: { endpoint: `${location.origin}/sparql`, method: "POST" },
  endpointCatalogueOptions: { getData: () => [], keys: [], renderItem: () => {} },
  // A link with a query in it must win over what the browser remembers.
  persistenceId: asked === null ? "zhitu" : null,
  populateFromUrl: asked === null,
  yasqe: {
    autocompleters: ["prefixes", "variables"],
    prefixCcApi: null as unknown as string,
    resizeable: true,
  },
  yasr: { prefixes: known.prefixes },
});

function ask(query: string): void {
  const tab = yasgui.getTab();
  if (!tab) return;
  tab.setQuery(withPrefixes(query));
  tab.query().catch(() => {}); // YASGUI shows the failure itself.
}

const aside = main.insertBefore(document.createElement("aside"), box);
aside.setAttribute("aria-label", "examples 示例");
for (const example of known.examples) {
  const button = aside.appendChild(document.createElement("button"));
  button.type = "button";
  button.append(example.zh, document.createElement("br"));
  const english = button.appendChild(document.createElement("small"));
  english.textContent = example.en;
  button.addEventListener("click", () => ask(example.query));
}

new MutationObserver(() => {
  for (const link of box.querySelectorAll<HTMLAnchorElement>("a[href]")) {
    const href = link.getAttribute("href")!;
    if (local(href) !== href) link.href = local(href);
  }
}).observe(box, { childList: true, subtree: true });

if (asked !== null) ask(asked);
