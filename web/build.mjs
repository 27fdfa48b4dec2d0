// node build.mjs [OUT]: bundles src/ into OUT/app.js and OUT/app.css.
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const outdir = process.argv[2] ?? fileURLToPath(new URL("../kg/export/bundle", import.meta.url));

await build({
  absWorkingDir: here,
  entryPoints: [
    { in: "src/main.ts", out: "app" },
    { in: "src/style.css", out: "app" },
  ],
  outdir,
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2022",
  charset: "utf8",
}).catch((error) => {
  // esbuild has printed the mistakes in the sources by itself.
  if (!error.errors) console.error(error.message);
  process.exitCode = 1;
});
