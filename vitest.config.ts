import { defineConfig } from "vitest/config";

// Packages export their TypeScript under the "source" condition, so tests run on the sources, not on a stale build.
const conditions = ["source", "node", "import", "module", "default"];

export const config = defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ["{light-client,bridge,enclave,relayer,infra/devnet}/src/**/*.test.ts", "test/**/*.test.ts"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});

// Vitest reads its configuration from the default export only.
export default config;
