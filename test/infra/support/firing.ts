/** Finds the alerts that fire for what a relayer shows at `/metrics`. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { filesIn, REPOSITORY } from "./files.js";
import type { Checkers } from "./run-tool.js";

const STEPS = 150;
const INTERVAL = "30s";
const LONG_AFTER = "70m";

/** Series of an exposition, each with its value. */
const seriesOf = (exposition: string): ReadonlyMap<string, string> =>
  new Map(
    exposition
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"))
      .map((line) => {
        const at = line.lastIndexOf(" ");
        return [line.slice(0, at), line.slice(at + 1)] as const;
      }),
  );

const withInstance = (series: string): string => {
  const added = 'job="pdiem-relayer",instance="relayer:8090"';
  return series.endsWith("}") ? series.replace("{", `{${added},`) : `${series}{${added}}`;
};

const FIRING = 'count by (alertname) (ALERTS{alertstate="firing", alertname!="PdiemWatchdog"})';

/**
 * Has Prometheus' rules judge two answers of `/metrics`: the one lasted for five minutes, the other
 * for more than an hour since. Lists the alerts that fire in the end, by name.
 * @throws Error with promtool's words where it can't judge
 */
export const firingAlerts = ({ promtool }: Checkers, before: string, after: string): readonly string[] => {
  const [first, last] = [seriesOf(before), seriesOf(after)];
  const input = [...new Set([...first.keys(), ...last.keys()])].map((series) => {
    const [was, is] = [first.get(series) ?? "_", last.get(series) ?? "_"];
    return { series: withInstance(series), values: `${was}x9 ${is}x${STEPS}` };
  });
  const up = { series: withInstance("up"), values: `1x${STEPS}` };
  const folder = mkdtempSync(join(tmpdir(), "pdiem-alerts-"));
  try {
    const file = join(folder, "test.json");
    // What is expected never comes, so that promtool tells what came instead.
    const expected = [{ expr: FIRING, eval_time: LONG_AFTER, exp_samples: [{ labels: "{}", value: -1 }] }];
    const test = {
      rule_files: filesIn("infra/prometheus/rules", ".yaml").map((path) => join(REPOSITORY, path)),
      evaluation_interval: INTERVAL,
      tests: [{ interval: INTERVAL, input_series: [...input, up], promql_expr_test: expected }],
    };
    writeFileSync(file, JSON.stringify(test));
    const { text } = promtool(["test", "rules", file]);
    const [, got] = /^\s*got:\s*(.*)$/m.exec(text) ?? [];
    if (got === undefined) throw new Error(`expected promtool to tell what fires, got: ${text.slice(0, 500)}`);
    return [...got.matchAll(/alertname="([^"]+)"/g)].map(([, name = ""]) => name).sort();
  } finally {
    rmSync(folder, { recursive: true });
  }
};
