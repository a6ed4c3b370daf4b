/** Alerts: each can fire, is explained, and goes by what relayers export. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createMetrics } from "@pdiem/relayer/metrics";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { fragmentOf, headingsIn } from "../docs/markdown.js";
import { filesIn, textOf, yamlOf } from "./support/files.js";
import { exportedMetrics, unknownIn } from "./support/promql.js";
import { prometheusCheckers } from "./support/run-tool.js";

const FOLDER = "infra/prometheus";
const RUNBOOKS = "docs/runbooks.md";

const ruleFile = z.strictObject({
  groups: z.array(
    z.strictObject({
      name: z.string(),
      rules: z.array(
        z.strictObject({
          alert: z.string().regex(/^Pdiem[A-Z][A-Za-z]+$/),
          expr: z.string(),
          for: z.string().optional(),
          labels: z.strictObject({ severity: z.enum(["page", "ticket", "note", "none"]) }),
          annotations: z.strictObject({ summary: z.string(), description: z.string(), runbook: z.string() }),
        }),
      ),
    }),
  ),
});

const testFile = z.object({
  rule_files: z.array(z.string()),
  tests: z.array(
    z.object({
      promql_expr_test: z.array(z.object({ exp_samples: z.array(z.object({ labels: z.string() })) })).default([]),
      alert_rule_test: z.array(z.object({ alertname: z.string(), exp_alerts: z.array(z.unknown()) })).default([]),
    }),
  ),
});

const files = filesIn(`${FOLDER}/rules`, ".yaml");
const tests = filesIn(`${FOLDER}/tests`, ".yaml");
const rules = files.flatMap((path) => ruleFile.parse(yamlOf(path)).groups.flatMap((group) => group.rules));
const names = rules.map(({ alert }) => alert);

/** Codes of `/readyz`, as the page of alarms has them: another test holds that it has all. */
const codes = [...textOf("docs/alarms.md").matchAll(/`([a-z]+\/[a-z-]+)`/g)].map(([, code = ""]) => code);

/**
 * The first fires for a chain's upgrade, for which tests need another runtime's file. The other
 * fires for a relayer whose own light clients were led astray: no test has the keys for that.
 */
const WITHOUT_FAULT: readonly string[] = ["PdiemRuntimeUnknown", "PdiemForeignCheckpoint"];

const namedIn = (labels: string): string => /alertname="([^"]+)"/.exec(labels)?.[1] ?? "";

const firesIn = ({ tests: cases }: z.output<typeof testFile>): readonly string[] =>
  cases.flatMap(({ promql_expr_test, alert_rule_test }) => [
    ...promql_expr_test.flatMap(({ exp_samples }) => exp_samples.map(({ labels }) => namedIn(labels))),
    ...alert_rule_test.filter(({ exp_alerts }) => exp_alerts.length > 0).map(({ alertname }) => alertname),
  ]);

describe("alerts", () => {
  it("have names of their own", () => {
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThan(40);
  });

  it("go by metrics, labels and codes that relayers have", async () => {
    const exported = await exportedMetrics();
    expect(rules.flatMap(({ expr }) => unknownIn(expr, exported))).toEqual([]);
    const selected = rules.flatMap(({ alert, expr }) =>
      [...expr.matchAll(/pdiem_(?:obstacles|warnings)\{code=~?"([^"]+)"\}/g)].map(
        ([, pattern = ""]) => [alert, new RegExp(`^(?:${pattern})$`)] as const,
      ),
    );
    expect(selected.length).toBeGreaterThan(5);
    expect(selected.filter(([, pattern]) => !codes.some((code) => pattern.test(code)))).toEqual([]);
  });

  it("each have a runbook, and each runbook an alert", () => {
    const entries = headingsIn(textOf(RUNBOOKS)).filter((heading) => heading.startsWith("Pdiem"));
    expect([...entries].sort()).toEqual([...names].sort());
    for (const { alert, annotations } of rules) expect(annotations.runbook).toBe(`${RUNBOOKS}#${fragmentOf(alert)}`);
  });

  it("have runbooks that tell what it means, how to look, what to do and what is safe", () => {
    const entries = textOf(RUNBOOKS).split(/^### /m).slice(1);
    const parts = ["Means", "Look", "Do", "Safe meanwhile"].map(
      (part) => new RegExp(`^- \\*\\*${part}\\*\\*: \\S`, "m"),
    );
    expect(entries.filter((entry) => !parts.every((part) => part.test(entry)))).toEqual([]);
    expect(entries.length).toBe(names.length);
  });

  it("each fire in a test of theirs", () => {
    const fired = new Set(tests.flatMap((path) => firesIn(testFile.parse(yamlOf(path)))));
    expect(names.filter((name) => !fired.has(name))).toEqual([]);
    expect([...fired].filter((name) => !names.includes(name))).toEqual([]);
  });

  it("each fire for a fault that a test brings about", () => {
    const faults = ["test/e2e", "test/relayer"].flatMap((folder) => filesIn(folder, ".test.ts")).map(textOf);
    const watching = faults.filter((text) => /support\/(?:watch|expect)-alerts\.js"/.test(text));
    const fired = new Set(watching.flatMap((text) => text.match(/"Pdiem[A-Za-z]+"/g) ?? []));
    expect(names.filter((name) => !fired.has(`"${name}"`))).toEqual(WITHOUT_FAULT);
  });

  it("are all loaded by Prometheus and by a test", () => {
    const loaded = tests.flatMap((path) => testFile.parse(yamlOf(path)).rule_files);
    expect([...loaded].sort()).toEqual(files.map((path) => path.replace(FOLDER, "..")));
    expect(yamlOf(`${FOLDER}/prometheus.yaml`)).toMatchObject({ rule_files: ["rules/*.yaml"] });
  });

  it("are named as they are where others are kept quiet by them", () => {
    const quieted = textOf(`${FOLDER}/alertmanager.yaml`).match(/Pdiem[A-Za-z]+/g) ?? [];
    expect(quieted.length).toBeGreaterThan(5);
    expect(quieted.filter((name) => !names.includes(name))).toEqual([]);
  });
});

const checkers = prometheusCheckers();
if (typeof checkers === "string") it.skip(`Prometheus' own checks aren't run: ${checkers}`);
else
  describe("Prometheus' own checks", () => {
    const { promtool, amtool } = checkers;

    it("pass the rules and the configuration", () => {
      const { status, text } = promtool(["check", "config", `${FOLDER}/prometheus.yaml`]);
      expect([status, text.includes("FAILED")], text).toEqual([0, false]);
      const { status: lint, text: faults } = promtool(["check", "rules", "--lint=all", "--lint-fatal", ...files]);
      expect([lint, faults.includes("FAILED")], faults).toEqual([0, false]);
    });

    it("find nothing to say against what a relayer exports", async () => {
      const own = (await createMetrics().registry.metrics())
        .split("\n")
        .filter((line) => /^(?:# (?:HELP|TYPE) )?pdiem_/.test(line))
        .join("\n");
      const { status, text } = promtool(["check", "metrics"], `${own}\n`);
      expect([status, text]).toEqual([0, ""]);
    });

    it("see each alert fire when it should, and not otherwise", () => {
      const { status, text } = promtool(["test", "rules", ...tests]);
      expect([status, text.includes("FAILED")], text).toEqual([0, false]);
    });

    it("send each severity where it belongs", () => {
      const folder = mkdtempSync(join(tmpdir(), "pdiem-alertmanager-"));
      const file = join(folder, "alertmanager.yaml");
      try {
        // Debian's amtool knows no url_file yet.
        const config = textOf(`${FOLDER}/alertmanager.yaml`).replace(/url_file: \S+/g, "url: http://127.0.0.1/");
        writeFileSync(file, config);
        const checked = amtool(["check-config", file]);
        expect(checked.status, checked.text).toBe(0);
        const receiver = (...labels: readonly string[]): string =>
          amtool(["config", "routes", "test", `--config.file=${file}`, ...labels]).text.split("\n")[0] ?? "";
        expect(receiver("alertname=PdiemPaused", "severity=page")).toBe("page");
        expect(receiver("alertname=PdiemWarning", "severity=note")).toBe("ticket");
        expect(receiver("alertname=PdiemWatchdog", "severity=none")).toBe("watchdog");
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  });
