import { defineConfig } from "vite";

// Packages export their TypeScript under "source"; "browser" takes the portable cryptography.
const conditions = ["source", "browser", "module", "import", "default"];

// Vite reads its configuration from the default export only.
export default defineConfig({
  root: import.meta.dirname,
  base: "./",
  resolve: { conditions },
  worker: { format: "es" },
  build: { target: "es2022", outDir: "dist", emptyOutDir: true, assetsInlineLimit: 0, reportCompressedSize: true },
  server: { port: 5180, proxy: { "/api": process.env.PDIEM_RELAYER ?? "http://127.0.0.1:8090" } },
});
