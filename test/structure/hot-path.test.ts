/**
 * A relayer at work speaks to nodes by plain JSON-RPC. `@polkadot/api` ends the process where a
 * node announces a runtime and gives no metadata. It remembers and encodes anew what it submits.
 */
import { expect, it } from "vitest";
import { reachableFrom, read } from "./imports.js";

const RELAYER = "relayer/src/relayer.ts";

it("a relayer at work needs no @polkadot/api", () => {
  const files = [...reachableFrom([RELAYER], () => true)];
  expect(files).toContain("relayer/src/chains/parachain/submitter.ts");
  expect(files.filter((path) => /from "@polkadot\/|import\("@polkadot\//.test(read(path)))).toEqual([]);
});

it("OpenTelemetry is loaded where it is asked for, and not otherwise", () => {
  const LOADED = "relayer/src/tracing/open-telemetry.ts";
  const naming = (path: string): boolean => /from "(?:@opentelemetry\/|bullmq-otel)/.test(read(path));
  const files = [...reachableFrom([RELAYER], () => true)];
  expect(files).toContain("relayer/src/tracing/start-tracing.ts");
  expect(files.filter(naming)).toEqual([]);
  expect(read("relayer/src/tracing/start-tracing.ts")).toContain('await import("./open-telemetry.js")');
  expect(naming(LOADED)).toBe(true);
});
