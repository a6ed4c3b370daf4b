/** What expressions of PromQL name, and what the relayer exports. */
import { createMetrics } from "@pdiem/relayer/metrics";
import { z } from "zod";

const labelled = z.object({ labelNames: z.array(z.string()) });

/** What scraping adds to each series. */
const ADDED = ["instance", "job"];
const SUFFIX = /_(?:bucket|count|sum)$/;
const PREFIXES = /\b(?:pdiem|process|nodejs)_[a-z0-9_]+/g;

/** Lists the metrics that a relayer exports, each with its labels. */
export const exportedMetrics = async (): Promise<ReadonlyMap<string, readonly string[]>> => {
  const { registry } = createMetrics();
  const found = new Map<string, readonly string[]>();
  for (const { name, type } of await registry.getMetricsAsJSON()) {
    const { labelNames } = labelled.parse(registry.getSingleMetric(name));
    const labels = [...labelNames, ...ADDED];
    found.set(name, labels);
    if (["histogram", "summary"].includes(String(type)))
      for (const end of ["_bucket", "_count", "_sum"]) found.set(`${name}${end}`, [...labels, "le"]);
  }
  return found;
};

/** Lists all names of metrics in an expression. */
export const metricsIn = (expression: string): readonly string[] => expression.match(PREFIXES) ?? [];

/** Lists what an expression names that isn't exported: metrics, and labels of one. */
export const unknownIn = (expression: string, exported: ReadonlyMap<string, readonly string[]>): readonly string[] => {
  const metrics = metricsIn(expression).filter((name) => !exported.has(name));
  const labels = [...expression.matchAll(/\b((?:pdiem|process|nodejs)_[a-z0-9_]+)\{([^}]*)\}/g)].flatMap(
    ([, name = "", selector = ""]) =>
      [...selector.matchAll(/([a-z_]+)\s*(?:=~|!~|!=|=)/g)]
        .map(([, label = ""]) => label)
        .filter((label) => !(exported.get(name) ?? []).includes(label))
        .map((label) => `${name}{${label}}`),
  );
  return [...metrics, ...labels];
};

/** Leaves a histogram's own name. */
export const baseOf = (name: string): string => name.replace(SUFFIX, "");
