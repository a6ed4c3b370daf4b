/** What a relayer shows: raw proofs, nothing believed of them before `advance` and `verifyFacts`. */
import { ACCOUNT_ADDRESS_LENGTH, type AccountAddress } from "@pdiem/light-client/diem/address/account-address";
import { hex, hexOf, type Json, list, optional, record } from "./json.js";

/** Each value is the BCS of the type named. */
export interface DiemEvidence {
  /** LedgerInfoWithSignatures. Everything else here is proven against it. Empty to show nothing of Diem. */
  readonly latest: Uint8Array;
  /** EpochChangeProof, from the epoch of the heads. */
  readonly epochChangeProof: Uint8Array;
  /** AccountStateWithProof at the version of `latest`. */
  readonly accounts: readonly { readonly address: AccountAddress; readonly proof: Uint8Array }[];
  /** EventWithProof. */
  readonly events: readonly Uint8Array[];
}

export interface ParachainEvidence {
  /**
   * Steps of the relay chain's finality, oldest first: the proof as `grandpa_proveFinality` returns it, and the header of
   * its block, which may be left out where the proof's own headers end with it.
   */
  readonly finality: readonly { readonly proof: Uint8Array; readonly header: Uint8Array | undefined }[];
  /** Trie nodes of `Paras.Heads(paraId)` under the last finalized relay header. */
  readonly headProof: readonly Uint8Array[];
  /** Trie nodes of all storage shown, under that parachain header. */
  readonly storageProof: readonly Uint8Array[];
}

export interface Evidence {
  readonly diem: DiemEvidence;
  readonly parachain: ParachainEvidence;
}

const MAX_LEDGER_INFO_BYTES = 256 * 1024;
// A node's page, 100 epochs, has 3.4 MiB where each of Diem's most validators, 256, has signed. Each of their keys takes time to read.
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

type AccountEvidence = DiemEvidence["accounts"][number];
type FinalityStep = ParachainEvidence["finality"][number];

export const evidenceJson: Json<Evidence> = record<Evidence>({
  diem: record<DiemEvidence>({
    latest: hex(MAX_LEDGER_INFO_BYTES),
    epochChangeProof: hex(MAX_EPOCH_CHANGE_BYTES),
    accounts: list(
      record<AccountEvidence>({ address: hexOf(ACCOUNT_ADDRESS_LENGTH), proof: hex(MAX_ACCOUNT_BYTES) }),
      MAX_ACCOUNTS,
    ),
    events: list(hex(MAX_EVENT_BYTES), MAX_EVENTS),
  }),
  parachain: record<ParachainEvidence>({
    finality: list(
      record<FinalityStep>({ proof: hex(MAX_FINALITY_BYTES), header: optional(hex(MAX_HEADER_BYTES)) }),
      MAX_FINALITY_STEPS,
    ),
    headProof: list(hex(MAX_NODE_BYTES), MAX_NODES),
    storageProof: list(hex(MAX_NODE_BYTES), MAX_NODES),
  }),
});

/**
 * Reads what `formatEvidence` gives: `0x`-hex under the names of the types above, every length and count bounded.
 * @throws DecodeError `decode/json`
 */
export const parseEvidence = (value: unknown): Evidence => evidenceJson.parse(value, "evidence");

/** A plain JSON value. */
export const formatEvidence = (evidence: Evidence): unknown => evidenceJson.format(evidence);
