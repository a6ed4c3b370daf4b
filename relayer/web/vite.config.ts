import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { defineConfig, type Plugin } from "vite";

// Packages export their TypeScript under "source"; "browser" takes the portable cryptography.
const conditions = ["source", "browser", "module", "import", "default"];

const PUBLIC = join(import.meta.dirname, "public");

/** Tells the service worker which files the bundle has, and names its cache after them. */
const serviceWorker = (): Plugin => ({
  name: "service-worker",
  apply: "build",
  generateBundle(_, bundle) {
    const built = Object.keys(bundle).filter((name) => name !== "index.html");
    const files = ["./", ...built, ...readdirSync(PUBLIC)].sort();
    const source = readFileSync(join(import.meta.dirname, "src", "service-worker.js"), "utf8");
    const page = bundle["index.html"];
    const version = createHash("sha256")
      .update(files.join())
      .update(page?.type === "asset" ? page.source : "");
    const filled = source
      .replace('["__FILES__"]', JSON.stringify(files))
      .replace("__VERSION__", version.digest("hex").slice(0, 16));
    this.emitFile({ type: "asset", fileName: "sw.js", source: filled });
  },
});

// Vite reads its configuration from the default export only.
export default defineConfig({
  root: import.meta.dirname,
  base: "./",
  plugins: [serviceWorker()],
  resolve: { conditions },
  worker: { format: "es" },
  build: { target: "es2022", outDir: "dist", emptyOutDir: true, assetsInlineLimit: 0, reportCompressedSize: true },
  server: { port: 5180, proxy: { "/api": process.env.PDIEM_RELAYER ?? "http://127.0.0.1:8090" } },
});
