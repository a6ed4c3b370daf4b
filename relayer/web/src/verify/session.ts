/** Light clients of this page's own: where they are, and what leads them on. */
import { type BridgeConfig, bridgeConfig, bridgeId as bridgeIdOf } from "@pdiem/bridge/config/bridge-config";
import type { Facts } from "@pdiem/bridge/facts/facts";
import { initialLightClientState, type LightClientState } from "@pdiem/bridge/facts/light-client-state";
import type { OwnSets } from "@pdiem/bridge/facts/own-sets";
import { proofBundle } from "@pdiem/bridge/facts/proof-bundle";
import { EMPTY_SET_HISTORY } from "@pdiem/bridge/facts/set-history";
import { verifyFacts } from "@pdiem/bridge/facts/verify-facts";
import { type GovernanceState, governanceState } from "@pdiem/bridge/governance/governance-state";
import { type Ledger, ledger as ledgerCodec } from "@pdiem/bridge/ledger/ledger";
import type { TransferEvidence } from "@pdiem/bridge-client/proof-set/transfer-evidence";
import { leadOver } from "@pdiem/bridge-client/proof-set/verify-proof-set";
import { reservesOf } from "@pdiem/bridge-client/reserves";
import { fromHex, toHex } from "@pdiem/light-client/bytes";
import { decode } from "@pdiem/light-client/codec/bcs";
import { trustedVersion } from "@pdiem/light-client/diem/epochs/trusted-state";
import { isPdiemError } from "@pdiem/light-client/error";
import { type BridgeDescription, type ProofsView, proofsView } from "@pdiem/relayer/views/bridge-view";
import { ledgerView } from "@pdiem/relayer/views/ledger-view";
import { ask } from "../api/ask.js";
import { PATHS } from "../api/paths.js";
import { RelayerError } from "../api/relayer-error.js";
import { keepWalk, readWalk } from "./kept-walk.js";

/** What is wanted beside the bridge's own facts: accounts in hex, a transfer's id. */
export interface Wanted {
  readonly account?: string | undefined;
  readonly payee?: string | undefined;
  readonly transfer?: string | undefined;
}

/** What a walk from the roots of trust has led to. */
export interface Proven {
  readonly facts: Facts;
  readonly ledger: Ledger;
  readonly governance: GovernanceState;
  readonly own: OwnSets;
  readonly told: { readonly ledger: string; readonly governance: string; readonly anchor: string };
  readonly transfer: TransferEvidence | undefined;
}

/** A bridge that this page follows. */
export interface Session {
  readonly config: BridgeConfig;
  readonly description: BridgeDescription;
  /** Where the bundles begin; undefined for the roots of trust. */
  begin: LightClientState | undefined;
  /** Bundles from there on. */
  bundles: readonly string[];
  /** Whether the last bundle led to no other sets: a newer one takes its place. */
  isLastStill: boolean;
  own: OwnSets;
}

/** How far a long walk is. */
export interface WalkProgress {
  readonly setId: bigint;
  readonly epoch: bigint;
}

const TRIES = 5;
const PAUSE_MS = 1_000;
/** More than any bridge's lifetime needs, at 63 sets each. */
const MOST_PIECES = 4096;
/** Longer ways aren't held in memory: a file then begins where they led. */
const MOST_HELD = 48_000_000;

/**
 * Starts from the roots of trust in a configuration, or where this browser has walked to before.
 * @throws DecodeError; RelayerError `page/bridge` where it isn't the bridge that it is said to be
 */
export const startSession = async (description: BridgeDescription): Promise<Session> => {
  const config = decode(bridgeConfig, fromHex(description.config));
  if (toHex(bridgeIdOf(config)) !== description.bridgeId)
    throw new RelayerError("page/bridge", "the configuration isn't that of the bridge that it is said to be", false);
  const begin = await readWalk(description.bridgeId);
  const own = { lightClients: begin ?? initialLightClientState(config), setHistory: EMPTY_SET_HISTORY };
  return { config, description, begin, bundles: [], isLastStill: false, own };
};

const fromOf = ({ lightClients: { diem, relay } }: OwnSets) => ({
  ...(diem.type === "epochState" ? { epoch: diem.value.epochState.epoch.toString() } : {}),
  version: trustedVersion(diem).toString(),
  setId: relay.setId.toString(),
  block: relay.finalized.number,
});

const progressOf = ({ lightClients: { diem, relay } }: OwnSets): WalkProgress => ({
  setId: relay.setId,
  epoch: diem.type === "epochState" ? diem.value.epochState.epoch : 0n,
});

const isSame = (a: OwnSets, b: OwnSets): boolean => {
  const [one, other] = [progressOf(a), progressOf(b)];
  return one.setId === other.setId && one.epoch === other.epoch;
};

/** Takes a part of a long way in, and keeps where it led. */
const takePiece = async (session: Session, proofs: string): Promise<void> => {
  const before = session.own;
  session.own = leadOver(before, decode(proofBundle, fromHex(proofs)));
  if (isSame(before, session.own))
    throw new RelayerError("page/no-way", "the relayer's proofs lead nowhere: ask again later", true);
  session.bundles = [...session.bundles, proofs];
  session.isLastStill = false;
  const held = session.bundles.reduce((sum, one) => sum + one.length, 0);
  if (held > MOST_HELD) {
    session.begin = session.own.lightClients;
    session.bundles = [];
  }
  await keepWalk(session.description.bridgeId, session.own.lightClients);
};

/** Asks for proofs from where the session is, piece by piece, and verifies them. */
const leadOn = async (
  session: Session,
  wanted: Wanted,
  tell: (progress: WalkProgress) => void,
): Promise<{ readonly facts: Facts; readonly view: ProofsView }> => {
  for (let piece = 0; piece < MOST_PIECES; piece++) {
    const before = session.own;
    const view = await ask(PATHS.proofs, proofsView, { from: fromOf(before), ...wanted });
    if (!view.isWhole) {
      await takePiece(session, view.proofs);
      tell(progressOf(session.own));
      continue;
    }
    const { own, facts } = verifyFacts(session.config, before, decode(proofBundle, fromHex(view.proofs)));
    session.own = own;
    const held = session.isLastStill ? session.bundles.slice(0, -1) : session.bundles;
    session.bundles = [...held, view.proofs];
    session.isLastStill = isSame(before, own);
    return { facts, view };
  }
  throw new RelayerError("page/no-way", "the way to now doesn't end: ask another relayer", false);
};

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, PAUSE_MS));

/** Tells whether what was told fits the facts: batches and payments may have come in between. */
const isOfOneMoment = ({ config, description }: Session, ledger: Ledger, facts: Facts): boolean => {
  try {
    reservesOf({ config, issuer: fromHex(description.issuer, 32), ledger }, facts);
    return true;
  } catch (error) {
    if (isPdiemError(error)) return false;
    throw error;
  }
};

/**
 * Proves the newest state, and takes what the relayer tells of ledger and governance with it. None
 * of it is believed before it is checked against the facts.
 * @throws ProofError, RefusedError, DecodeError; RelayerError `page/no-ledger` before genesis
 */
export const prove = async (
  session: Session,
  wanted: Wanted = {},
  tell: (progress: WalkProgress) => void = () => undefined,
): Promise<Proven> => {
  for (let left = TRIES; ; left--) {
    const { current } = await ask(PATHS.ledger, ledgerView);
    if (current === undefined) throw new RelayerError("page/no-ledger", "no ledger is in force yet", true);
    const { facts, view } = await leadOn(session, wanted, tell);
    const after = await ask(PATHS.ledger, ledgerView);
    const { anchor } = current;
    const ledger = decode(ledgerCodec, fromHex(current.ledger));
    const isFitting = after.current?.anchor === anchor && isOfOneMoment(session, ledger, facts);
    if (!isFitting && left > 1) {
      await pause();
      continue;
    }
    return {
      facts,
      own: session.own,
      ledger,
      governance: decode(governanceState, fromHex(current.governance)),
      told: { ledger: current.ledger, governance: current.governance, anchor },
      transfer: view.transfer,
    };
  }
};
