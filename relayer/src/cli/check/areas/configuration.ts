/** The configuration by itself: each fault with its place. */
import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import { toHex } from "@pdiem/light-client/bytes";
import { type Config, configFaults } from "../../../config.js";
import { unwrittenIn } from "../../init/skeleton.js";
import type { Finding } from "../../set-up/finding.js";

const SHOWN = 80;

const valueAt = (value: unknown, path: readonly string[]): unknown => {
  const [name, ...rest] = path;
  if (name === undefined) return value;
  return typeof value === "object" && value !== null
    ? valueAt(Object.entries(value).find(([key]) => key === name)?.[1], rest)
    : undefined;
};

/** URLs may have keys in them: those aren't shown. */
const shown = (value: unknown): string => {
  const text = value === undefined ? "nothing" : JSON.stringify(value);
  const open = text.replace(/\/\/[^/@\s"]*@/g, "//…@").replace(/[?][^"]*/g, "?…");
  return open.length > SHOWN ? `${open.slice(0, SHOWN)}…` : open;
};

/**
 * Lists what is wrong in a JSON value that should be a configuration. Whatever is still to be
 * written is told before anything else: the rest rests on it.
 */
export const configurationFaults = (value: unknown): readonly Finding[] => {
  const unwritten = unwrittenIn(value).map(
    ({ field, how }): Finding => ({
      code: "config/unwritten",
      name: field,
      outcome: "differs",
      expected: "a value",
      found: "it is still to be written",
      todo: how,
    }),
  );
  if (unwritten.length > 0) return unwritten;
  return configFaults(value).map(({ code, field, text }) => ({
    code,
    name: field,
    outcome: "differs",
    expected: text,
    found: field === "bridge" || field === "the file" ? "another" : shown(valueAt(value, field.split("."))),
    todo: "correct it: docs/configuration.md has each field",
  }));
};

/** Says which bridge a configuration is of, which has no fault. */
export const configurationFinding = (file: string, { bridge }: Config): Finding => ({
  code: "config",
  name: file,
  outcome: "ok",
  expected: "a whole configuration",
  found: `bridge 0x${toHex(bridgeId(bridge))}`,
});
