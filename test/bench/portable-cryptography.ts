// Loaded with `--import`: the packages' own imports then mean what they mean in a browser. Node.js
// loads it a second time for `resolve`, on a thread of its own.
import { type ResolveHook, register } from "node:module";
import { isMainThread } from "node:worker_threads";

export const resolve: ResolveHook = (specifier, context, next) =>
  specifier.startsWith("#")
    ? next(specifier, { ...context, conditions: context.conditions.filter((condition) => condition !== "node") })
    : next(specifier, context);

if (isMainThread) register(import.meta.url);
