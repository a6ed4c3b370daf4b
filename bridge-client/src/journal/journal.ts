/**
 * The bridge's history, read back from the issuer's extrinsics. They tell what was tried; which of them took effect tells
 * the anchor in force alone, as each batch names the anchor that it starts from and the one that it makes.
 */
import { equal, toHex } from "@pdiem/light-client/bytes";
import { decode, encode } from "@pdiem/light-client/codec/bcs";
import { EMPTY_ACCUMULATOR, frozenAccumulator } from "@pdiem/light-client/diem/proofs/accumulator-append";
import { isPdiemError } from "@pdiem/light-client/error";
import type { Call } from "@pdiem/light-client/polkadot/extrinsics/call";
import type { ChainProfile } from "@pdiem/light-client/polkadot/extrinsics/chain-profile";
import { decodeExtrinsic, extrinsicSigner } from "@pdiem/light-client/polkadot/extrinsics/extrinsic";
import { ACCOUNTS, append, RELEASES } from "@pdiem/bridge/ledger/list";
import { anchorOf } from "@pdiem/bridge/ledger/anchor";
import { RefusedError } from "@pdiem/bridge/error";
import { appendDecisions, decisionsOf, NO_DECISIONS, type SettledDecision } from "@pdiem/bridge/governance/decision-chain";
import { toldProfiles } from "./told-profiles.js";
import type { Ledger } from "@pdiem/bridge/ledger/ledger";
import type { Release } from "@pdiem/bridge/ledger/release";
import { type KeptDeposit, type ReturnedWithdrawal, type Step, step as stepCodec } from "@pdiem/bridge/ledger/journal-entry";

/** One batch as it was signed; whether it took effect isn't known yet. */
export interface JournalEntry {
  /** The anchor that it cancels; undefined for genesis. */
  readonly from: Uint8Array | undefined;
  /** The anchor of `step.ledger`, which it approves. */
  readonly anchor: Uint8Array;
  readonly step: Step;
  /** All others: mints and burns; what thaws assets and changes their team. */
  readonly calls: readonly Call[];
}

export interface History {
  readonly ledger: Ledger;
  /** By index. */
  readonly accounts: readonly Uint8Array[];
  readonly releases: readonly Release[];
  readonly kept: readonly KeptDeposit[];
  readonly returned: readonly ReturnedWithdrawal[];
  /** All that guardians have decided. */
  readonly decisions: readonly SettledDecision[];
  /** Those that took effect, oldest first. */
  readonly entries: readonly JournalEntry[];
}

/** What is looked for, and where. */
export interface JournalScope {
  readonly bridgeId: Uint8Array;
  readonly issuer: Uint8Array;
  /** The asset that holds the anchor. */
  readonly asset: number;
  /** All that extrinsics may have been encoded with. */
  readonly profiles: readonly ChainProfile[];
}

const tryRead = <T>(read: () => T): T | undefined => {
  try {
    return read();
  } catch (error) {
    if (isPdiemError(error)) return undefined;
    throw error;
  }
};

const readBatch = ({ bridgeId, asset }: JournalScope, calls: readonly Call[]): JournalEntry | undefined => {
  // Nothing but a thaw can come before the cancellation: on a frozen asset that alone works.
  const thaws = calls.slice(
    0,
    calls.findIndex(({ type }) => type !== "thawAsset"),
  );
  const first = calls[thaws.length];
  const from = first?.type === "cancelApproval" && first.asset === asset ? first.delegate : undefined;
  const told = calls.at(-1);
  const approved = calls.at(-2);
  if (told?.type !== "remark" || approved?.type !== "approveTransfer" || approved.asset !== asset) return undefined;
  const step = tryRead(() => decode(stepCodec, told.remark));
  if (step === undefined || !equal(anchorOf(bridgeId, step.ledger), approved.delegate)) return undefined;
  const between = [...thaws, ...calls.slice(thaws.length + (from === undefined ? 0 : 1), -2)];
  return { from, anchor: approved.delegate, step, calls: between };
};

const readAs = (scope: JournalScope, profile: ChainProfile, extrinsic: Uint8Array): JournalEntry | undefined => {
  const signed = tryRead(() => decodeExtrinsic(profile, extrinsic));
  if (signed === undefined || !equal(signed.signer, scope.issuer) || signed.call.type !== "batchAll") return undefined;
  return readBatch(scope, signed.call.calls);
};

/**
 * Reads one extrinsic of a block; undefined for anything but a batch of this bridge's issuer, whatever it is. The signature
 * isn't checked, as the block's own validity vouches for it. A batch encoded with a profile that it brings itself is read, too:
 * `scopeAfter` it is the scope for those that follow.
 * @param extrinsic with its length in front
 */
export const readJournalEntry = (scope: JournalScope, extrinsic: Uint8Array): JournalEntry | undefined => {
  for (const profile of scope.profiles) {
    const entry = readAs(scope, profile, extrinsic);
    if (entry !== undefined) return entry;
  }
  const signer = tryRead(() => extrinsicSigner(extrinsic));
  if (signer === undefined || !equal(signer, scope.issuer)) return undefined;
  for (const profile of toldProfiles(extrinsic)) {
    const entry = readAs(scope, profile, extrinsic);
    if (entry !== undefined) return entry;
  }
  return undefined;
};

/** Where to look on after that batch: its chain profiles, too, may have encoded what follows. */
export const scopeAfter = (scope: JournalScope, { step }: JournalEntry): JournalScope => {
  const told = step.decisions.flatMap(({ decision: { action } }) => (action.type === "profile" ? [action.value] : []));
  return told.length === 0 ? scope : { ...scope, profiles: [...scope.profiles, ...told] };
};

const pathTo = (entries: readonly JournalEntry[], anchor: Uint8Array): readonly JournalEntry[] => {
  const byAnchor = new Map(entries.map((entry) => [toHex(entry.anchor), entry]));
  const path: JournalEntry[] = [];
  let wanted: Uint8Array | undefined = anchor;
  while (wanted !== undefined) {
    const name = toHex(wanted);
    const entry = byAnchor.get(name);
    if (entry === undefined)
      throw new RefusedError(
        "refused/journal-gap",
        `expected the batch that made anchor 0x${name}: read more blocks`,
        "later",
      );
    byAnchor.delete(name);
    path.push(entry);
    wanted = entry.from;
  }
  return path.reverse();
};

const equalAccumulators = (a: Ledger["accounts"], b: Ledger["accounts"]): boolean =>
  equal(encode(frozenAccumulator, a), encode(frozenAccumulator, b));

const equalDecisions = (a: Ledger["decisions"], b: Ledger["decisions"]): boolean =>
  a.count === b.count && equal(a.hash, b.hash);

/** What every bridge's first ledger is made of. */
const NOTHING_YET = { accounts: EMPTY_ACCUMULATOR, releases: EMPTY_ACCUMULATOR, decisions: NO_DECISIONS };

const checkStep = (before: Pick<Ledger, "accounts" | "releases" | "decisions">, step: Step): void => {
  const { ledger, accounts, releases } = step;
  const grown =
    equalDecisions(appendDecisions(before.decisions, decisionsOf(step)), ledger.decisions) &&
    equalAccumulators(append(ACCOUNTS, before.accounts, accounts), ledger.accounts) &&
    equalAccumulators(append(RELEASES, before.releases, releases), ledger.releases);
  if (!grown)
    throw new RefusedError(
      "refused/journal",
      "expected a batch to tell all accounts, releases and decisions that it appends",
    );
};

/**
 * Follows the anchors back from the one in force to genesis and gathers what the batches on the way told. Batches that
 * failed lead nowhere and are passed over. The anchor vouches for the ledger and, as that counts and hashes them from nothing on, for
 * every account, release and decision, whoever gave the entries; for the rest their source does, a node or a cache.
 * @param entries in any order; repeated ones are harmless
 * @param anchor in force, by proof or by the caller's own node
 * @throws RefusedError `refused/journal-gap` where a batch on the way is missing, `refused/journal` where the leaves told
 * don't make up the ledger
 */
export const replay = (entries: readonly JournalEntry[], anchor: Uint8Array): History => {
  const path = pathTo(entries, anchor);
  let ledger: Ledger | undefined;
  for (const { step } of path) {
    checkStep(ledger ?? NOTHING_YET, step);
    ledger = step.ledger;
  }
  if (ledger === undefined)
    throw new RefusedError("refused/journal-gap", "expected at least the genesis batch", "later");
  return {
    ledger,
    accounts: path.flatMap(({ step }) => step.accounts),
    releases: path.flatMap(({ step }) => step.releases),
    kept: path.flatMap(({ step }) => step.kept),
    returned: path.flatMap(({ step }) => step.returned),
    decisions: path.flatMap(({ step }) => decisionsOf(step)),
    entries: path,
  };
};
