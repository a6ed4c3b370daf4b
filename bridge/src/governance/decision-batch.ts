/** PROTOCOL 6: a batch that takes up decisions alone. It rests on one block, so that it works with Diem halted. */
import { encode } from "@pdiem/light-client/codec/bcs";
import {
  approveTransfer,
  type Call,
  cancelApproval,
  remark,
  setTeam,
  thawAsset,
} from "@pdiem/light-client/polkadot/extrinsics/call";
import type { ChainProfile } from "@pdiem/light-client/polkadot/extrinsics/chain-profile";
import { anchorOf } from "../ledger/anchor.js";
import { type BridgeConfig, bridgeId } from "../config/bridge-config.js";
import { checkSize, failuresSince } from "../settlement/economy.js";
import { RefusedError } from "../error.js";
import type { ParachainFacts } from "../facts/facts.js";
import type { Ledger } from "../ledger/ledger.js";
import { assetOf, issuerOf, specVersionOf } from "../facts/parachain-state.js";
import { anchorAsset, type Bridge, checkInForce, type Settlement } from "../settlement/settle.js";
import { type Step, step as stepCodec } from "../ledger/journal-entry.js";
import { type Basis, checkDecision } from "./acceptance.js";
import { appendDecisions, type SettledDecision } from "./decision-chain.js";
import { type InForce, startBatch, takeUp } from "./in-force.js";
import type { KnownSets } from "./misbehaviour.js";
import { checkProfile, clockAt, hasFreezers, inForceAt } from "./operating.js";
import { MAX_BATCH_DECISIONS, type SignedDecision } from "./signed-decision.js";

const frozenAssets = ({ currencies }: BridgeConfig, facts: ParachainFacts): readonly number[] =>
  currencies.flatMap(({ assetId }) => {
    const { status } = assetOf(facts, assetId);
    if (status === "destroying")
      throw new RefusedError("refused/asset-destroying", `expected asset ${assetId} to be live or frozen`);
    return status === "frozen" ? [assetId] : [];
  });

const profilesDecided = ({ delayed }: InForce): readonly ChainProfile[] =>
  delayed.flatMap(({ action }) => (action.type === "profile" ? [action.value] : []));

/**
 * Profiles that may encode the batch: those in force, and one that is only decided, or decided by this very batch, where
 * none in force is for its transaction version. Another one's calls could mean anything.
 */
const encodingProfiles = (before: InForce, after: InForce): readonly ChainProfile[] => {
  const covered = new Set(before.profiles.map(({ transactionVersion }) => transactionVersion));
  const decided = [...profilesDecided(before), ...profilesDecided(after)];
  return [...before.profiles, ...decided.filter(({ transactionVersion }) => !covered.has(transactionVersion))];
};

const checkNotEmpty = (count: number, isFrozen: boolean, needsTeam: boolean): void => {
  if (count > MAX_BATCH_DECISIONS)
    throw new RefusedError(
      "refused/too-many-decisions",
      `expected ${MAX_BATCH_DECISIONS} decisions at most, got ${count}`,
    );
  if (count > 0) return;
  // Without a decision nothing would tell that the batch thawed, and so paused.
  if (isFrozen)
    throw new RefusedError("refused/asset-frozen", "expected a decision to thaw the frozen assets with", "later");
  if (!needsTeam) throw new RefusedError("refused/empty-batch", "expected at least one decision", "later");
};

/** Batches are told apart by their times. */
const checkLater = (decisions: readonly SettledDecision[], time: bigint): void => {
  const last = decisions.at(-1);
  if (last !== undefined && time <= last.time)
    throw new RefusedError("refused/too-early", `expected a block after the last decisions', at ${last.time}`, "later");
};

/**
 * The batch that takes up decisions, numbered on from the ledger's, all signed over its hash. Without any it only makes
 * guardians whose delay has run out Freezer of every asset. It thaws what is frozen, which pauses unless it resumes.
 * @param sets whose misbehaviour is evidence
 * @throws RefusedError `refused/not-in-force`, `refused/decisions`, `refused/asset-absent`, `refused/asset-destroying`,
 * `refused/asset-frozen`, `refused/empty-batch`, `refused/too-many-decisions`, `refused/too-early`, `refused/profile`,
 * `refused/nonce-behind`, `refused/issuer-absent`, `refused/runtime`, `refused/batch-too-large`; as `checkDecision`;
 * ProofError `proof/not-shown`
 */
export const settleDecisions = (
  bridge: Bridge,
  parachain: ParachainFacts,
  sets: KnownSets,
  signed: readonly SignedDecision[],
): Settlement => {
  const { config, issuer, ledger, profile } = bridge;
  const anchor = checkInForce(bridge, { parachain });
  const frozen = frozenAssets(config, parachain);
  const thawed = frozen.length > 0;
  const before = inForceAt(bridge, parachain.time, thawed);
  const needsTeam = !hasFreezers(config, before, parachain);
  checkNotEmpty(signed.length, thawed, needsTeam);
  checkLater(bridge.decisions, parachain.time);

  const { time, worked } = clockAt(bridge, parachain.time, thawed);
  const id = bridgeId(config);
  const { attestation } = config;
  const basis: Basis = { bridgeId: id, attestation, decisions: ledger.decisions, time, before, isFrozen: thawed, sets };
  const settled = signed.map(({ decision }) => ({ decision, time, worked, thawed }));
  const actions = signed.map(({ decision }) => decision.action);
  let after = startBatch(before, thawed, actions);
  for (const [place, one] of signed.entries()) {
    checkDecision(basis, after, one, BigInt(place));
    after = takeUp(after, { decision: one.decision, time, worked, thawed }, config.decisionDelay);
  }

  const runtimeProfile = checkProfile(encodingProfiles(before, after), profile);
  const specVersion = specVersionOf(parachain);
  const { nonce } = issuerOf(parachain, issuer);
  failuresSince(ledger.nonce, nonce);
  const next: Ledger = {
    ...ledger,
    time,
    worked,
    nonce: nonce + 1,
    runtime: { specVersion, profile: runtimeProfile },
    decisions: appendDecisions(ledger.decisions, settled),
  };
  const step: Step = {
    ledger: next,
    accounts: [],
    releases: [],
    kept: [],
    returned: [],
    decisions: signed,
    thawed,
  };
  const nextAnchor = anchorOf(id, next);
  const asset = anchorAsset(config);
  const team = { issuer, admin: issuer, freezer: before.guardians.freezer };
  const calls: readonly Call[] = [
    ...frozen.map(thawAsset),
    cancelApproval(asset, anchor),
    ...(needsTeam ? config.currencies.map(({ assetId }) => setTeam(assetId, team)) : []),
    approveTransfer(asset, nextAnchor, 1n),
    remark(encode(stepCodec, step)),
  ];
  checkSize(profile, calls, 0);
  return { ledger: next, anchor: nextAnchor, calls, step, nonce, specVersion, deposits: [], withdrawals: [] };
};
