/** The enclaves that hold the key, as this relayer sees them: one, or one for each slot. */
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { type PublicPackage, publicPackageHash } from "@pdiem/bridge/holders/public-package";
import type { HolderStatus } from "@pdiem/enclave/wire/identity";
import { toHex } from "@pdiem/light-client/bytes";
import { EnclaveError } from "../../error.js";
import type { EnclaveState } from "./enclave-watch.js";

/** One of them. */
export interface HolderSight {
  /** From 1 on; undefined where one enclave holds the key whole. */
  readonly slot: number | undefined;
  /** Its class by the bridge's configuration, such as `intel`. */
  readonly className: string | undefined;
  /** Undefined before it was asked. */
  readonly state: EnclaveState | undefined;
}

export interface Holding {
  /** How many of them sign together. */
  readonly threshold: number;
  readonly holders: readonly HolderSight[];
  /** What as many as sign agree on; undefined until they do, and where one holds the key whole. */
  readonly publicPackage: PublicPackage | undefined;
}

/** What a holder says of itself, where it can be worked with. */
export const soundHolder = ({ state }: HolderSight): HolderStatus | undefined => {
  const role = state?.fault === undefined ? state?.status?.role : undefined;
  return role?.type === "holder" ? role.value : undefined;
};

const hashOf = (one: HolderSight): string | undefined => {
  const share = soundHolder(one)?.share;
  return share === undefined ? undefined : toHex(publicPackageHash(share.publicPackage));
};

const agreed = (threshold: number, sights: readonly HolderSight[]): PublicPackage | undefined => {
  const hashes = sights.map(hashOf);
  const found = sights.find((one) => {
    const hash = hashOf(one);
    return hash !== undefined && hashes.filter((other) => other === hash).length >= threshold;
  });
  return found === undefined ? undefined : soundHolder(found)?.share?.publicPackage;
};

const withFault = (one: HolderSight, { code, message }: EnclaveError): HolderSight => ({
  ...one,
  state: { ...one.state, fault: { code, message } },
});

const otherSlot = (expected: number, got: number): EnclaveError =>
  new EnclaveError(
    "enclave/other-slot",
    `expected the enclave of slot ${expected}, got slot ${got}'s: list enclave.holders in the order of their slots`,
    "backoff",
  );

const withoutShare = (slot: number): EnclaveError =>
  new EnclaveError("enclave/no-share", `expected slot ${slot}'s share, got an enclave without one`, "backoff");

const OTHER_PACKAGE = new EnclaveError(
  "enclave/other-package",
  "expected a share of the key that the other holders have shares of: it is of another ceremony, or lies",
  "backoff",
);

const doubted = (one: HolderSight): HolderSight => (hashOf(one) === undefined ? one : withFault(one, OTHER_PACKAGE));

const judgeSlot = (one: HolderSight): HolderSight => {
  const holder = soundHolder(one);
  if (holder === undefined || one.slot === undefined) return one;
  if (holder.share === undefined) return withFault(one, withoutShare(one.slot));
  return holder.share.slot === one.slot ? one : withFault(one, otherSlot(one.slot, holder.share.slot));
};

/**
 * Looks at them together: whether each holds its own slot's share, of one key. What as many as sign
 * agree on is believed, whatever others say.
 * @param states one for each enclave, in the order of the slots
 */
export const holdingOf = (
  { holders }: Pick<BridgeConfig, "holders">,
  states: readonly (EnclaveState | undefined)[],
): Holding => {
  if (holders === undefined) {
    const sole = states.map((state) => ({ slot: undefined, className: undefined, state }));
    return { threshold: 1, holders: sole, publicPackage: undefined };
  }
  const sights = states.map((state, i) => judgeSlot({ slot: i + 1, className: holders.slots[i], state }));
  const publicPackage = agreed(holders.threshold, sights);
  const { threshold } = holders;
  if (publicPackage === undefined) {
    const isDisagreement = sights.filter((one) => hashOf(one) !== undefined).length >= threshold;
    return { threshold, publicPackage, holders: isDisagreement ? sights.map(doubted) : sights };
  }
  const hash = toHex(publicPackageHash(publicPackage));
  return { threshold, publicPackage, holders: sights.map((one) => (hashOf(one) === hash ? one : doubted(one))) };
};

/** Lists those that nothing is amiss with. */
export const soundHolders = ({ holders }: Holding): readonly HolderSight[] =>
  holders.filter(({ state }) => state !== undefined && state.fault === undefined);

/** Counts how many more may fail before nothing is signed; negative: so many are missing. */
export const spareHolders = (holding: Holding): number => soundHolders(holding).length - holding.threshold;
