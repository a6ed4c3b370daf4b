/** What guardians do on the command line, and what a relayer tells of their decisions. */
import { join } from "node:path";
import { eventually } from "@pdiem/devnet/testing/rpc";
import type { DecisionsView } from "@pdiem/relayer/views/decisions-view";
import { pdiem, pdiemDone, type Ran, writeGuardianKeys } from "./pdiem.js";
import type { RelayedBridge } from "./relayed-bridge.js";

export interface GuardianDesk {
  /** Keys of the guardians, two of which must sign. */
  readonly keys: readonly string[];
  /** Path of a file in the bridge's folder. */
  readonly file: (name: string) => string;
  /** Runs `pdiem guardian` on this bridge. */
  readonly run: (...args: readonly string[]) => Promise<Ran>;
  /** The same. @throws Error where it fails */
  readonly done: (...args: readonly string[]) => Promise<string>;
  /**
   * Makes a decision of one action a phrase, signs it and hands it in. The first two keys sign, if
   * no others are given.
   */
  readonly decide: (phrases: readonly string[], keys?: readonly string[]) => Promise<void>;
  /** Waits until the relayer says so. */
  readonly until: (holds: (view: DecisionsView) => boolean) => Promise<DecisionsView>;
}

/** Commands that ask no relayer. */
const LOCAL = ["merge", "key"];

export const openDesk = (bridge: RelayedBridge): GuardianDesk => {
  const file = (name: string): string => join(bridge.folder, name);
  const keys = writeGuardianKeys(bridge.folder);
  const full = ([command = "", ...rest]: readonly string[]): readonly string[] => [
    "guardian",
    command,
    ...rest,
    ...(LOCAL.includes(command) ? [] : ["--config", bridge.relayerFile]),
  ];
  const done = (...args: readonly string[]): Promise<string> => pdiemDone(...full(args));
  return {
    keys,
    file,
    run: (...args) => pdiem(...full(args)),
    done,
    decide: async (phrases, signers = keys.slice(0, 2)) => {
      const decision = file("decision.json");
      await done("propose", ...phrases, "--out", decision);
      for (const key of signers) await done("sign", decision, "--key", key);
      await done("submit", decision);
    },
    until: (holds) =>
      eventually(async () => {
        const view = await bridge.ask<DecisionsView>("/api/v1/decisions").catch(() => undefined);
        return view !== undefined && holds(view) ? view : undefined;
      }),
  };
};
