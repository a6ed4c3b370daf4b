import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createMetrics } from "@pdiem/relayer/metrics";
import { expect, it } from "vitest";
import { z } from "zod";

const PAGE = fileURLToPath(new URL("../../docs/metrics.md", import.meta.url));
const labelled = z.object({ labelNames: z.array(z.string()) });

const rowOf = (name: string, kind: string, labels: readonly string[], help: string): string =>
  `| \`${name}\` | ${kind} | ${labels.map((label) => `\`${label}\``).join(", ")} | ${help} |`;

it("the page of metrics has those that a relayer exports, as they are, and no others", async () => {
  const { registry } = createMetrics();
  const exported = (await registry.getMetricsAsJSON())
    .filter(({ name }) => name.startsWith("pdiem_"))
    .map(({ name, type, help }) =>
      rowOf(name, String(type), labelled.parse(registry.getSingleMetric(name)).labelNames, help),
    );
  const rows = readFileSync(PAGE, "utf8")
    .split("\n")
    .filter((line) => line.startsWith("| `pdiem_"));
  expect([...rows].sort()).toEqual([...exported].sort());
});
