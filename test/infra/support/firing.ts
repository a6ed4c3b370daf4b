/** Finds the alerts that fire for what relayers show at `/metrics`, by Prometheus' own rules. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { filesIn, REPOSITORY, textOf } from "./files.js";
import { metricsIn } from "./promql.js";
import type { Checkers } from "./run-tool.js";
import type { Scrape } from "./scrape.js";

/** One relayer's answers, the oldest first. */
export type Target = readonly Scrape[];

const INTERVAL_S = 30;
/** What was seen once is so for five minutes. */
const HELD = 10;
/** What is seen in the end goes on for longer than any alert waits. */
const LASTS = 150;
const LASTS_MINUTES = 70;

/** Some fire for what has happened within the hour, and others for what has lasted as long. */
const FIRING = `count by (alertname) (max_over_time(ALERTS{alertstate="firing"}[${LASTS_MINUTES}m]))`;

const RULES = filesIn("infra/prometheus/rules", ".yaml");
/** What rules go by: promtool takes its time with the rest. */
const used = new Set(RULES.flatMap((path) => metricsIn(textOf(path))));

const isUsed = (series: string): boolean => used.has(series.split("{")[0] ?? "");

const withTarget = (series: string, instance: number): string => {
  const added = `job="pdiem-relayer",instance="relayer-${instance}:8090"`;
  return series.endsWith("}") ? series.replace("{", `{${added},`) : `${series}{${added}}`;
};

const isTime = (series: string): boolean => /_timestamp_seconds(?:\{|$)/.test(series);
const isAge = (series: string): boolean => /_seconds(?:\{|$)/.test(series) && !/_start_time_seconds/.test(series);
const isCounter = (series: string): boolean => /_total(?:\{|$)/.test(series);

/** By how much an age may differ from what it is after so much time, in parts of that. */
const SLACK = 0.2;

/**
 * Computes by how much a series goes on to change each second, by its last two values: ages grow as
 * time does or not at all, counters as they did. By one alone, times go on.
 */
const paceOf = (series: string, [before, last]: readonly [Scrape | undefined, Scrape]): number => {
  const [was, is] = [before?.values?.get(series), last.values?.get(series)];
  if (before === undefined) return isTime(series) ? 1 : 0;
  if (was === undefined || is === undefined) return 0;
  const pace = (is - was) / (last.at - before.at);
  if (isCounter(series)) return Math.max(0, pace);
  return isAge(series) && Math.abs(pace - 1) < SLACK ? 1 : 0;
};

/** Writes a value as promtool reads it. Times are told from the beginning of its test on. */
const valueAt = (series: string, { at, values }: Scrape, seconds: number): number | undefined => {
  const value = values?.get(series);
  return value !== undefined && isTime(series) ? value - at + seconds : value;
};

const steps = (value: number | undefined, pace: number, count: number): string => {
  if (value === undefined) return `_x${count}`;
  if (!Number.isFinite(value)) return `${Number.isNaN(value) ? "NaN" : value > 0 ? "Inf" : "-Inf"}x${count}`;
  return `${value}+${pace * INTERVAL_S}x${count}`;
};

/** promtool's notation has one value more than it counts. */
const notationOf = (series: string, target: Target): string =>
  target
    .map((one, i) => {
      const value = valueAt(series, one, i * HELD * INTERVAL_S);
      return i < target.length - 1
        ? steps(value, 0, HELD - 1)
        : steps(value, paceOf(series, [target[i - 1], one]), LASTS);
    })
    .join(" ");

const inputOf = (target: Target, instance: number): readonly object[] => {
  const names = new Set(target.flatMap(({ values }) => [...(values?.keys() ?? [])].filter(isUsed)));
  const up = target
    .map(({ values }, i) => `${values === undefined ? 0 : 1}x${i < target.length - 1 ? HELD - 1 : LASTS}`)
    .join(" ");
  return [
    { series: withTarget("up", instance), values: up },
    ...[...names].map((series) => ({ series: withTarget(series, instance), values: notationOf(series, target) })),
  ];
};

const NONE = { series: 'up{job="other"}', values: `1x${LASTS}` };

/**
 * Has Prometheus' rules judge what relayers answered. Each answer was so for five minutes. The last
 * one goes on for more than an hour, at the pace of the last two. Lists the alerts that fire at any
 * time in that hour, by name.
 * @throws Error with promtool's words where it can't judge
 */
export const firingAlerts = async (
  { promtoolAsync }: Checkers,
  targets: readonly Target[],
): Promise<readonly string[]> => {
  const longest = Math.max(1, ...targets.map((target) => target.length));
  const folder = mkdtempSync(join(tmpdir(), "pdiem-alerts-"));
  try {
    const file = join(folder, "test.json");
    const eval_time = `${LASTS_MINUTES + ((longest - 1) * HELD * INTERVAL_S) / 60}m`;
    // What is expected never comes, so that promtool tells what came instead.
    const expected = [{ expr: FIRING, eval_time, exp_samples: [{ labels: "{}", value: -1 }] }];
    const test = {
      rule_files: RULES.map((path) => join(REPOSITORY, path)),
      evaluation_interval: `${INTERVAL_S}s`,
      tests: [
        {
          interval: `${INTERVAL_S}s`,
          input_series: [NONE, ...targets.flatMap(inputOf)],
          promql_expr_test: expected,
        },
      ],
    };
    writeFileSync(file, JSON.stringify(test));
    const { text } = await promtoolAsync(["test", "rules", file]);
    const [, got] = /^\s*got:\s*(.*)$/m.exec(text) ?? [];
    if (got === undefined) throw new Error(`expected promtool to tell what fires, got: ${text.slice(0, 500)}`);
    return [...got.matchAll(/alertname="([^"]+)"/g)].map(([, name = ""]) => name).sort();
  } finally {
    rmSync(folder, { recursive: true });
  }
};
