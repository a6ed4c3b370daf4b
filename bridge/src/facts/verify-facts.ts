/**
 * From proofs to facts: everything under one verified ledger info and one verified parachain
 * header.
 */
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
import type { BridgeConfig } from "../config/bridge-config.js";
import { RefusedError } from "../error.js";
import { type Advanced, advance } from "./advance.js";
import type { DiemFacts, Facts, ParachainFacts, ProvenEvent } from "./facts.js";
import { olderLedgerInfo, olderRelayHeader } from "./older-facts.js";
import type { OwnSets } from "./own-sets.js";
import type { DiemProofs, ParachainProofs, ProofBundle } from "./proof-bundle.js";
import { remember } from "./set-history.js";
import { checkSkew } from "./skew.js";

const notShown = (what: string, cause?: unknown): never => {
  throw new ProofError("proof/not-shown", `expected a proof of ${what}`, "never", { cause });
};

const find = <T>(shown: ReadonlyMap<string, T>, name: string, what: string): T => {
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

const verifyDiemFacts = (verified: VerifiedLedgerInfo, { accounts, events }: DiemProofs): DiemFacts => {
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
    account: (address) => find(states, toHex(address), "Diem account").state,
    event: (key, sequenceNumber) => find(proven, `${toHex(key)}/${sequenceNumber}`, "Diem event"),
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
  // Either state version is taken, as a runtime upgrade may bring the newer one: each node is the
  // chain's by its hash.
  const storage = storageOf(openProof(header.stateRoot, nodes));
  const now = storage(timestampNow);
  if (now === undefined) throw new ProofError("proof/no-time", "expected Timestamp.Now to be set at the block");
  return { number: header.number, hash, time: readTimestamp(now), storage };
};

const missing = (what: string): never => {
  throw new RefusedError(
    "refused/behind",
    `expected ${what} that the light client's present set vouches for, or an earlier one with its signers`,
    "later",
  );
};

/** Who vouches for the facts: whose signatures were verified, not who was named (PROTOCOL 6). */
export interface FactSigners {
  /**
   * Epoch of the validators who signed the ledger info; undefined where nobody's signature was
   * verified.
   */
  readonly epoch: bigint | undefined;
  /**
   * GRANDPA set whose justification finalizes the very block; undefined where none was verified.
   */
  readonly setId: bigint | undefined;
}

/** What is known after a request's proofs, also where what it asks for is refused. */
export interface Proven<F> {
  readonly own: OwnSets;
  readonly facts: F;
  readonly signers: FactSigners;
}

const parachainFactsAt = (
  { parachain: { paraId } }: BridgeConfig,
  relayHeader: VerifiedRelayHeader,
  { headProof, storageProof }: ParachainProofs,
): ParachainFacts => verifyParachainFacts(verifyParaHead(relayHeader, paraId, headProof), storageProof);

const relayHeaderOf = (own: OwnSets, advanced: Advanced, proofs: ParachainProofs): VerifiedRelayHeader =>
  olderRelayHeader(own, proofs) ?? advanced.relayHeader ?? missing("a relay chain block");

const moved = (own: OwnSets, { lightClients, passed }: Advanced): OwnSets => ({
  lightClients,
  setHistory: remember(own.setHistory, passed, {}),
});

const timed = ({ lightClients, setHistory }: OwnSets, times: { diem?: bigint; parachain: bigint }): OwnSets => ({
  lightClients,
  setHistory: remember(setHistory, { diem: [], relay: [] }, times),
});

/**
 * Moves the light clients forward and proves everything shown, at one ledger info and one parachain
 * block. Keep `own`: its sets are verified even if what is asked for next is refused.
 * @throws DecodeError; ProofError of the light clients, `proof/foreign-set`, `proof/no-time`;
 * RefusedError `refused/behind`, `refused/skew`
 */
export const verifyFacts = (config: BridgeConfig, before: OwnSets, bundle: ProofBundle): Proven<Facts> => {
  const advanced = advance(before.lightClients, bundle);
  const own = moved(before, advanced);
  const ledgerInfo = olderLedgerInfo(own, bundle.diem) ?? advanced.ledgerInfo ?? missing("a ledger info");
  const relayHeader = relayHeaderOf(own, advanced, bundle.parachain);
  const facts: Facts = {
    diem: verifyDiemFacts(ledgerInfo, bundle.diem),
    parachain: parachainFactsAt(config, relayHeader, bundle.parachain),
  };
  checkSkew(config.maxSkew, facts);
  return {
    own: timed(own, { diem: facts.diem.time, parachain: facts.parachain.time }),
    facts,
    signers: { epoch: ledgerInfo.signedBy?.epoch, setId: relayHeader.signedBy?.setId },
  };
};

/**
 * Proves the parachain's part alone: decision batches must be possible while Diem stands still.
 * Diem's part of the bundle moves the light client, too, where there is any.
 * @throws what `verifyFacts` throws, but for `refused/skew`
 */
export const verifyBlock = (config: BridgeConfig, before: OwnSets, bundle: ProofBundle): Proven<ParachainFacts> => {
  const advanced = advance(before.lightClients, bundle);
  const own = moved(before, advanced);
  const relayHeader = relayHeaderOf(own, advanced, bundle.parachain);
  const facts = parachainFactsAt(config, relayHeader, bundle.parachain);
  return {
    own: timed(own, { parachain: facts.time }),
    facts,
    signers: { epoch: undefined, setId: relayHeader.signedBy?.setId },
  };
};
