// node build.mjs [OUT]: bundles src/ into OUT: app for the explorer, query for the SPARQL page.
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const outdir = process.argv[2] ?? fileURLToPath(new URL("../kg/export/bundle", import.meta.url));

await build({
  absWorkingDir: here,
  entryPoints: [
    { in: "src/main.ts", out: "app" },
    { in: "src/style.css", out: "app" },
    { in: "src/query/main.ts", out: "query" },
    { in: "src/query/style.css", out: "query" },
  ],
  outdir,
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2022",
  charset: "utf8",
  loader: { ".svg": "dataurl", ".woff": "dataurl", ".woff2": "dataurl", ".ttf": "dataurl", ".eot": "empty", ".png": "dataurl" },
  // YASGUI's parsers know of Node.
  define: { global: "window", "process.env.NODE_ENV": '"production"' },
}).catch((error) => {
  // esbuild has printed the mistakes in the sources by itself.
  if (!error.errors) console.error(error.message);
  process.exitCode = 1;
});
