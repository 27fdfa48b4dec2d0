// Prints what graphology makes of a GEXF file: node read.mjs FOLDER_WITH_NODE_MODULES FILE
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [, , folder, file] = process.argv;
const require = createRequire(folder + "/");
const graphology = require("graphology");
const gexf = require("graphology-gexf");
const Graph = graphology.default ?? graphology;

const graph = gexf.parse(Graph, readFileSync(file, "utf-8"));
process.stdout.write(
  JSON.stringify({
    type: graph.type,
    multi: graph.multi,
    nodes: graph.mapNodes((key, attributes) => [key, attributes]),
    edges: graph.mapEdges((key, attributes, source, target) => [source, attributes.predicate, target, attributes]),
  }),
);
