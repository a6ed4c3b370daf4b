// @ts-check
import { defineConfig } from "vitest/config";

// Packages export their TypeScript under the "source" condition, so tests run on the sources, not on a stale build.
const conditions = ["source", "node", "import", "module", "default"];

// Vitest reads its configuration from the default export only.
export default defineConfig(({ mode }) => ({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    exclude: ["**/dist/**", "**/node_modules/**"],
    projects: [
      {
        extends: true,
        // Nothing here keeps or changes what is others': files share what they import.
        test: {
          name: "unit",
          include: [
            "{light-client,chain-formats,bridge,enclave-verifier,bridge-client,enclave,relayer,relayer/web}/src/**/*.test.ts",
          ],
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: "running",
          include: ["infra/devnet/src/**/*.test.ts", "test/**/*.test.ts"],
          // `npm run test:pages`: they want a browser.
          exclude: mode === "pages" ? [] : ["**/dist/**", "**/node_modules/**", "test/pages/**"],
        },
      },
    ],
    // Far above what anything takes: a slow machine fails no test, and whatever waits gives up by itself before, and says so.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 60_000 } },
    maxWorkers: 2,
    // `npm run soak`: the long end-to-end tests at their full size.
    env: mode === "soak" ? { PDIEM_SOAK: "1" } : {},
  },
}));
