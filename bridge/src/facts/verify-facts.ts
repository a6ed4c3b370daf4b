/** From evidence to facts: everything under one verified ledger info and one verified parachain header. */
import { toHex } from "@pdiem/light-client/bytes";
import { decode } from "@pdiem/light-client/codec/codec";
import type { VerifiedLedgerInfo } from "@pdiem/light-client/diem/epochs/trusted-state";
import { accountStateWithProof, verifyAccountState } from "@pdiem/light-client/diem/proofs/account-state-proof";
import { eventWithProof, verifyEvent } from "@pdiem/light-client/diem/proofs/event-proof";
import { isPdiemError, ProofError } from "@pdiem/light-client/error";
import type { VerifiedRelayHeader } from "@pdiem/light-client/polkadot/finality/grandpa-state";
import { type VerifiedParaHeader, verifyParaHead } from "@pdiem/light-client/polkadot/trie/para-head";
import { timestampNow } from "@pdiem/light-client/polkadot/trie/storage-key";
import { readTimestamp } from "@pdiem/light-client/polkadot/trie/storage-value";
import { openProof, type TrieLookup } from "@pdiem/light-client/polkadot/trie/trie-proof";
import { advance, type PassedSets } from "./advance.js";
import type { BridgeConfig } from "../config/bridge-config.js";
import { RefusedError } from "../error.js";
import type { DiemEvidence, Evidence, ParachainEvidence } from "./proof-bundle.js";
import type { DiemFacts, Facts, ParachainFacts, ProvenEvent } from "./facts.js";
import { checkSkew } from "./skew.js";
import type { Heads } from "./light-client-state.js";

const notShown = (what: string, cause?: unknown): never => {
  throw new ProofError("proof/not-shown", `expected a proof of ${what} in the evidence`, "never", { cause });
};

const look = <T>(shown: ReadonlyMap<string, T>, name: string, what: string): T => {
  const found = shown.get(name);
  return found === undefined ? notShown(`${what} ${name}`) : found;
};

const verifyShownEvent = (verified: VerifiedLedgerInfo, encoded: Uint8Array): readonly [string, ProvenEvent] => {
  const proof = decode(eventWithProof, encoded);
  const { key, sequenceNumber } = proof.event;
  const { event, transactionVersion, status } = verifyEvent(verified, proof, { key, sequenceNumber });
  if (status.type !== "executed")
    throw new ProofError("proof/event-status", `expected an event of an executed transaction, it is ${status.type}`);
  return [`${toHex(key)}/${sequenceNumber}`, { event, transactionVersion }];
};

const verifyDiemFacts = (verified: VerifiedLedgerInfo, { accounts, events }: DiemEvidence): DiemFacts => {
  const { version, timestampUsecs } = verified.ledgerInfo.commitInfo;
  const states = new Map(
    accounts.map(({ address, proof }) => {
      const state = verifyAccountState(verified, address, decode(accountStateWithProof, proof));
      return [toHex(address), { state }] as const;
    }),
  );
  const proven = new Map(events.map((encoded) => verifyShownEvent(verified, encoded)));
  return {
    version,
    time: timestampUsecs / 1000n,
    account: (address) => look(states, toHex(address), "Diem account").state,
    event: (key, sequenceNumber) => look(proven, `${toHex(key)}/${sequenceNumber}`, "Diem event"),
  };
};

const storageOf =
  (read: TrieLookup): ParachainFacts["storage"] =>
  (key) => {
    try {
      return read(key);
    } catch (error) {
      if (isPdiemError(error) && error.code === "proof/missing-node") return notShown(`storage 0x${toHex(key)}`, error);
      throw error;
    }
  };

const verifyParachainFacts = ({ header, hash }: VerifiedParaHeader, nodes: readonly Uint8Array[]): ParachainFacts => {
  // Either state version is taken, as a runtime upgrade may bring the newer one: each node is the chain's by its hash.
  const storage = storageOf(openProof(header.stateRoot, nodes));
  const now = storage(timestampNow);
  if (now === undefined) throw new ProofError("proof/no-time", "expected Timestamp.Now to be set at the block");
  return { number: header.number, hash, time: readTimestamp(now), storage };
};

const behind = (what: string): never => {
  throw new RefusedError(
    "refused/behind-heads",
    `expected ${what} as new as the light clients know: prove the newest`,
    "later",
  );
};

const parachainFactsAt = (
  { parachain: { paraId } }: BridgeConfig,
  relayHeader: VerifiedRelayHeader | undefined,
  { headProof, storageProof }: ParachainEvidence,
): ParachainFacts =>
  verifyParachainFacts(verifyParaHead(relayHeader ?? behind("a relay chain block"), paraId, headProof), storageProof);

/**
 * Moves the heads forward and proves everything shown at the evidence's latest ledger info and at the parachain head of
 * its last finalized relay block. Keep the heads returned: they are verified even if what is asked for next is refused.
 * @throws DecodeError; ProofError of the light clients; ProofError `proof/not-shown` without `Timestamp.Now`;
 * RefusedError `refused/behind-heads`, `refused/skew`
 */
export const verifyFacts = (
  config: BridgeConfig,
  heads: Heads,
  evidence: Evidence,
): { readonly heads: Heads; readonly passed: PassedSets; readonly facts: Facts } => {
  const advanced = advance(heads, evidence);
  const ledgerInfo = advanced.ledgerInfo ?? behind("a ledger info");
  const facts: Facts = {
    diem: verifyDiemFacts(ledgerInfo, evidence.diem),
    parachain: parachainFactsAt(config, advanced.relayHeader, evidence.parachain),
  };
  checkSkew(config.maxSkew, facts);
  return { heads: advanced.heads, passed: advanced.passed, facts };
};

/**
 * The same for the parachain alone, as for batches that must be possible while Diem stands still. Its part of the evidence
 * moves the heads, too, where there is any.
 * @throws as `verifyFacts`, but for `refused/skew`
 */
export const verifyBlock = (
  config: BridgeConfig,
  heads: Heads,
  evidence: Evidence,
): { readonly heads: Heads; readonly passed: PassedSets; readonly parachain: ParachainFacts } => {
  const advanced = advance(heads, evidence);
  return {
    heads: advanced.heads,
    passed: advanced.passed,
    parachain: parachainFactsAt(config, advanced.relayHeader, evidence.parachain),
  };
};
