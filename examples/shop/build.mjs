// Builds the front end into dist/: assets with a hash in their names, and a manifest that the
// pages read. `npm run build`; SHOP_PLANTS=fat-bundle plants a fat dependency.
import { mkdir, rm, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { build } from "esbuild";

const planted = (process.env.SHOP_PLANTS ?? "").split(",").map((name) => name.trim());
const entry = planted.includes("fat-bundle") ? "frontend/planted/fat.jsx" : "frontend/app.jsx";

await rm("dist", { recursive: true, force: true });
const { metafile } = await build({
  entryPoints: { app: entry },
  outdir: "dist/assets",
  entryNames: "[name]-[hash]",
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  jsx: "automatic",
  jsxImportSource: "preact",
  legalComments: "none",
  metafile: true,
});

const made = Object.keys(metafile.outputs).map((path) => basename(path));
const manifest = {
  script: made.find((name) => name.endsWith(".js")),
  style: made.find((name) => name.endsWith(".css")),
};
await mkdir("dist", { recursive: true });
await writeFile("dist/manifest.json", `${JSON.stringify(manifest, null, 2)}\n`);
for (const [path, { bytes }] of Object.entries(metafile.outputs)) {
  console.log(`${path} ${bytes} B`);
}
