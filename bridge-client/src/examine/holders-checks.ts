/**
 * Checks that all who hold shares of a key hold them of one, as the configuration says (PROTOCOL
 * 7a).
 */
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import type { Holders } from "@pdiem/bridge/config/holders";
import { publicPackageHash } from "@pdiem/bridge/holders/public-package";
import type { Share } from "@pdiem/bridge/holders/share";
import type { VerifiedEvidence } from "@pdiem/enclave-verifier/result";
import { equal, toHex } from "@pdiem/light-client/bytes";
import { type Check, checkThat, notShown } from "./check.js";

/** One enclave: what it says that it holds, and what its evidence shows where that holds. */
export interface JudgedHolder {
  readonly share: Share | undefined;
  readonly verified: VerifiedEvidence | undefined;
}

const hex = (bytes: Uint8Array): string => `0x${toHex(bytes)}`;

/** Writes who holds the key: `2 of 3: slot 1 intel, slot 2 amd, slot 3 arm`. */
export const holdersText = ({ threshold, slots }: Holders): string =>
  `${threshold} of ${slots.length}: ${slots.map((name, i) => `slot ${i + 1} ${name}`).join(", ")}`;

const checkSlots = (holders: Holders, judged: readonly JudgedHolder[]): Check => {
  const shown = judged.map(({ share }) => share?.slot).sort((a = 0, b = 0) => a - b);
  const expected = `${holdersText(holders)}, each shown once`;
  const isSound = shown.every(
    (slot, i) => slot !== undefined && slot > (shown[i - 1] ?? 0) && slot <= holders.slots.length,
  );
  if (!isSound) return checkThat("slots", false, expected, `slots ${shown.map((slot) => slot ?? "none").join(", ")}`);
  const missing = holders.slots.flatMap((_, i) => (shown.includes(i + 1) ? [] : [i + 1]));
  return missing.length === 0
    ? checkThat("slots", true, expected, holdersText(holders))
    : notShown("slots", expected, `nothing of ${missing.map((slot) => `slot ${slot}`).join(", ")}`);
};

const checkPackage = ({ slots }: Holders, groupKey: Uint8Array | undefined, judged: readonly JudgedHolder[]): Check => {
  const expected = `one of ${slots.length} slots and of the key that they name`;
  const packages = judged.flatMap(({ share }) => (share === undefined ? [] : [share.publicPackage]));
  const [first] = packages;
  if (first === undefined) return notShown("public package", expected, "none");
  const hashes = new Set(packages.map((one) => toHex(publicPackageHash(one))));
  const isOne = hashes.size === 1 && packages.length === judged.length;
  const isWhole = first.slots.length === slots.length && groupKey !== undefined && equal(first.groupKey, groupKey);
  const found = isOne
    ? `${hex(publicPackageHash(first))} of key ${hex(first.groupKey)}`
    : `${hashes.size} different ones`;
  return checkThat("public package", isOne && isWhole, expected, found);
};

const MACHINES = "a machine of its own for each slot, but where simulated";

const checkMachines = (judged: readonly JudgedHolder[]): Check => {
  const verified = judged.flatMap(({ verified: one }) => (one === undefined ? [] : [one]));
  if (verified.length < judged.length) return notShown("machines", MACHINES, "not all evidence is verified");
  const genuine = verified.filter(({ kind }) => kind !== "simulated");
  const ids = genuine.flatMap(({ platform }) => (platform === undefined ? [] : [platform]));
  const found =
    genuine.length < verified.length ? `${verified.length - genuine.length} SIMULATED` : `${ids.length} machines`;
  return checkThat("machines", ids.length === genuine.length && new Set(ids).size === ids.length, MACHINES, found);
};

/**
 * Checks holders against each other, where the configuration names several. What each has shown is
 * checked apart.
 * @param groupKey that all name as theirs; undefined where they don't agree
 */
export const checkHolders = (
  { holders }: Pick<BridgeConfig, "holders">,
  groupKey: Uint8Array | undefined,
  judged: readonly JudgedHolder[],
): readonly Check[] =>
  holders === undefined
    ? []
    : [checkSlots(holders, judged), checkPackage(holders, groupKey, judged), checkMachines(judged)];
