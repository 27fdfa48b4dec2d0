// node ask.mjs PACKAGES ENDPOINT < queries: each query parsed and written again by sparqljs, then asked by Comunica's client.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [packages, endpoint] = process.argv.slice(2);
const require = createRequire(pathToFileURL(`${packages}/`));
const { SparqlEndpointFetcher } = require("fetch-sparql-endpoint");
const sparqljs = require("sparqljs");

const fetcher = new SparqlEndpointFetcher({ method: "POST" });
const counts = [];
for (const text of JSON.parse(readFileSync(0, "utf8"))) {
  const parsed = new sparqljs.Parser().parse(text);
  const query = new sparqljs.Generator().stringify(parsed);
  const stream = parsed.queryType === "CONSTRUCT" ? await fetcher.fetchTriples(endpoint, query) : await fetcher.fetchBindings(endpoint, query);
  let count = 0;
  for await (const _ of stream) count++;
  counts.push(count);
}
console.log(JSON.stringify(counts));
