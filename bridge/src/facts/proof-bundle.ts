/** What a relayer shows: raw proofs, of which nothing is believed before `verifyFacts`. */
import { bytes, type Decoded, option, struct, vector } from "@pdiem/light-client/codec/bcs";
import { accountAddress } from "@pdiem/light-client/diem/address/account-address";
import { epochState } from "@pdiem/light-client/diem/epochs/epoch-state";
import { authoritySet } from "./set-hash.js";

const MAX_LEDGER_INFO_BYTES = 256 * 1024;
// A node's page, 100 epochs, has 3.4 MiB where each of Diem's most validators, 256, has signed.
const MAX_EPOCH_CHANGE_BYTES = 4 * 1024 * 1024;
const MAX_ACCOUNT_BYTES = 512 * 1024;
const MAX_EVENT_BYTES = 64 * 1024;
const MAX_FINALITY_BYTES = 8 * 1024 * 1024;
const MAX_HEADER_BYTES = 256 * 1024;
const MAX_NODE_BYTES = 1024 * 1024;
const MAX_ACCOUNTS = 4096;
const MAX_EVENTS = 4096;
const MAX_FINALITY_STEPS = 64;
const MAX_NODES = 16_384;

/** A step of the relay chain's finality. */
export const finalityStep = struct({
  /** Finality proof that `grandpa_proveFinality` returns; its headers may be left out. */
  proof: bytes(MAX_FINALITY_BYTES),
  /** The header of its block, where the proof's own headers don't end with it. */
  header: option(bytes(MAX_HEADER_BYTES)),
});
export type FinalityStep = Decoded<typeof finalityStep>;

export const diemProofs = struct({
  /** BCS of EpochChangeProof from the light client's epoch on; empty for none. */
  epochChanges: bytes(MAX_EPOCH_CHANGE_BYTES),
  /**
   * BCS of LedgerInfoWithSignatures; all else is proven against it. Empty to show nothing of Diem.
   */
  ledgerInfo: bytes(MAX_LEDGER_INFO_BYTES),
  /** Who signed it, where that epoch comes before the light client's. */
  signers: option(epochState),
  /** AccountStateWithProof at its version. */
  accounts: vector(struct({ address: accountAddress, proof: bytes(MAX_ACCOUNT_BYTES) }), MAX_ACCOUNTS),
  /** EventWithProof. */
  events: vector(bytes(MAX_EVENT_BYTES), MAX_EVENTS),
});
export type DiemProofs = Decoded<typeof diemProofs>;

export const parachainProofs = struct({
  /** Steps from the light client's set on, the oldest first. */
  finality: vector(finalityStep, MAX_FINALITY_STEPS),
  /**
   * A block to read at, older than those steps' last: its finality, and the set that finalized it.
   */
  earlier: option(struct({ step: finalityStep, signers: authoritySet })),
  /** Trie nodes of `Paras.Heads(paraId)` under the relay header to read at. */
  headProof: vector(bytes(MAX_NODE_BYTES), MAX_NODES),
  /** Trie nodes of all storage shown, under that parachain header. */
  storageProof: vector(bytes(MAX_NODE_BYTES), MAX_NODES),
});
export type ParachainProofs = Decoded<typeof parachainProofs>;

export const proofBundle = struct({ diem: diemProofs, parachain: parachainProofs });
export type ProofBundle = Decoded<typeof proofBundle>;

/** Shows nothing: what a request that rests on one chain fills in for the other. */
export const NO_DIEM_PROOFS: DiemProofs = {
  epochChanges: new Uint8Array(),
  ledgerInfo: new Uint8Array(),
  signers: undefined,
  accounts: [],
  events: [],
};
