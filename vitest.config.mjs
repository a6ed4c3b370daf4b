// @ts-check
import { defineConfig } from "vitest/config";

// Packages export their TypeScript under the "source" condition, so tests run on the sources, not on a stale build.
const conditions = ["source", "node", "import", "default"];

const NOT_OURS = ["**/dist/**", "**/node_modules/**"];
// Processes of their own: one measures its memory, the others take four times as long, or ten, where other code has run.
const ALONE = [
  "test/conformance/conformance.test.ts",
  "infra/devnet/src/asset-hub/memory.test.ts",
  "test/model/model.test.ts",
  "test/model/mutants/mutants.test.ts",
];

// They want a browser: `npm run test:pages`.
const PAGES = ["test/pages/**"];
// Faults whose alerts take minutes to come and go: `npm run test:alerts`.
const ALERTS = [
  "test/e2e/alerts.test.ts",
  "test/e2e/alerts-of-money.test.ts",
  "test/relayer/alerts-of-processes.test.ts",
];
// It looks at the alerts of these, too, which bring about other faults in any case.
const FAULTS = [
  ...["faulty-nodes", "held-bridge", "misbehaviour", "non-sufficient-asset", "readiness", "relayed-checkpoints"],
  ...["relayed-decisions", "relayed-withdrawals"],
].map((name) => `test/e2e/${name}.test.ts`);

// Most of what tests make is short-lived. A larger young generation takes a fifth less CPU: 89 s instead of 110 s of
// three end-to-end files and the model, on two cores.
const YOUNG = "--max-semi-space-size=64";

// Vitest reads its configuration from the default export only.
export default defineConfig(({ mode }) => ({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    exclude: NOT_OURS,
    projects: [
      {
        extends: true,
        // Nothing here changes what is others': files share what they import, which takes longer than most of them.
        test: {
          name: "shared",
          include: mode === "alerts" ? [...ALERTS, ...FAULTS, "test/relayer/readiness.test.ts"] : ["**/*.test.ts"],
          exclude: [...NOT_OURS, ...ALONE, ...(mode === "pages" ? [] : PAGES), ...(mode === "alerts" ? [] : ALERTS)],
          isolate: false,
          sequence: { groupOrder: 1 },
          // For the processes that tests start.
          env: { NODE_OPTIONS: YOUNG },
        },
      },
      { extends: true, test: { name: "alone", include: ALONE, sequence: { groupOrder: 0 } } },
    ],
    // Far above what anything takes: a slow machine fails no test, and whatever waits gives up by itself before, and says so.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 60_000 } },
    // One more than the cores of a small machine: end-to-end tests wait as much as they work.
    maxWorkers: 3,
    execArgv: [YOUNG],
    // `npm run soak`: the long end-to-end tests at their full size. `npm run test:alerts`: what fires is asked for.
    env: { ...(mode === "soak" ? { PDIEM_SOAK: "1" } : {}), ...(mode === "alerts" ? { PDIEM_ALERTS: "1" } : {}) },
  },
}));
