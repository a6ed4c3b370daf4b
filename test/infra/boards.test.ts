/** Grafana's boards show what relayers export. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { filesIn, textOf, yamlOf } from "./support/files.js";
import { baseOf, exportedMetrics, metricsIn, unknownIn } from "./support/promql.js";
import { prometheusCheckers } from "./support/run-tool.js";

const datasource = z.object({ type: z.literal("prometheus"), uid: z.string() });

const panel = z.object({
  id: z.int(),
  title: z.string().min(1),
  type: z.enum(["row", "stat", "timeseries", "table"]),
  gridPos: z.object({ h: z.int(), w: z.int(), x: z.int(), y: z.int() }),
  datasource: datasource.optional(),
  targets: z.array(z.object({ refId: z.string(), datasource, expr: z.string() })).default([]),
});

const board = z.object({ uid: z.string(), title: z.string(), editable: z.literal(false), panels: z.array(panel) });

const boards = filesIn("infra/grafana/boards", ".json").map((path) => ({
  path,
  ...board.parse(JSON.parse(textOf(path))),
}));
const expressions = boards.flatMap(({ panels }) => panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)));

/** Not on a board: they are told per panel elsewhere, or by the alert alone. */
const NOT_SHOWN: readonly string[] = [];

interface Place {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

const overlaps = (a: Place, b: Place): boolean =>
  a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

describe("boards", () => {
  it("are two: the bridge, and what it runs on", () => {
    expect(boards.map(({ path }) => basename(path))).toEqual(["bridge.json", "infrastructure.json"]);
    expect(expressions.length).toBeGreaterThan(40);
  });

  it("go by metrics and labels that relayers export", async () => {
    const exported = await exportedMetrics();
    expect(expressions.flatMap((expr) => unknownIn(expr, exported))).toEqual([]);
  });

  it("show every metric of the relayer's own", async () => {
    const shown = new Set(expressions.flatMap(metricsIn).map(baseOf));
    const own = [...(await exportedMetrics()).keys()].filter((name) => name.startsWith("pdiem_")).map(baseOf);
    expect([...new Set(own)].filter((name) => !shown.has(name) && !NOT_SHOWN.includes(name))).toEqual([]);
  });

  it("have panels that lie beside each other, each with a query", () => {
    for (const { path, panels } of boards) {
      expect(new Set(panels.map(({ id }) => id)).size, path).toBe(panels.length);
      const clashes = panels.flatMap((one, i) =>
        panels.slice(i + 1).filter((other) => overlaps(one.gridPos, other.gridPos)),
      );
      expect(clashes.map(({ title }) => `${path}: ${title}`)).toEqual([]);
      expect(panels.filter(({ gridPos }) => gridPos.x + gridPos.w > 24)).toEqual([]);
      expect(panels.filter(({ type, targets }) => (type === "row") !== (targets.length === 0))).toEqual([]);
    }
  });

  it("are provisioned, with the source that they name", () => {
    const source = z
      .object({ datasources: z.array(z.object({ uid: z.string() })).length(1) })
      .parse(yamlOf("infra/grafana/provisioning/datasources/prometheus.yaml")).datasources[0]?.uid;
    const used = boards.flatMap(({ panels }) =>
      panels.flatMap(({ targets }) => targets.map((target) => target.datasource.uid)),
    );
    expect([...new Set(used)]).toEqual([source]);
    const folder = z
      .object({ providers: z.array(z.object({ options: z.object({ path: z.string() }) })).length(1) })
      .parse(yamlOf("infra/grafana/provisioning/dashboards/pdiem.yaml")).providers[0]?.options.path;
    expect(textOf("infra/compose.yaml")).toContain(`./grafana/boards:${folder}:ro`);
  });
});

const checkers = prometheusCheckers();
if (typeof checkers === "string") it.skip(`expressions of boards aren't parsed: ${checkers}`);
else
  it("Prometheus parses every expression of the boards", () => {
    const folder = mkdtempSync(join(tmpdir(), "pdiem-boards-"));
    try {
      const file = join(folder, "rules.json");
      const rules = [...new Set(expressions)].map((expr, i) => ({
        record: `board:panel${i}`,
        expr: expr.replaceAll("$instance", ".+"),
      }));
      // YAML has JSON in it.
      writeFileSync(file, JSON.stringify({ groups: [{ name: "boards", rules }] }));
      const { status, text } = checkers.promtool(["check", "rules", file]);
      expect([status, text.includes("FAILED")], text).toEqual([0, false]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
