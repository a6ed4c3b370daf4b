/**
 * What an enclave tells of itself. Nothing of it is to be believed that its evidence doesn't show.
 */
import { keptCheckpoint } from "@pdiem/bridge/checkpoint/kept-checkpoint";
import { bridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { measurement } from "@pdiem/bridge/config/measurement";
import { share } from "@pdiem/bridge/holders/share";
import {
  bool,
  bytes,
  type Decoded,
  enumeration,
  fixedBytes,
  option,
  string,
  struct,
  u8,
  unit,
} from "@pdiem/light-client/codec/bcs";
import { lightClientStatus } from "./light-client-status.js";

// A TDX quote with its certificates and what follows it has 8 KiB.
export const MAX_EVIDENCE_BYTES = 64 * 1024;
// dstack's event log of a long-running guest.
const MAX_SUPPLEMENT_BYTES = 4 * 1024 * 1024;

/** An enclave that holds the key, or a share of it. */
export const holder = struct({
  bridgeId: fixedBytes(32),
  /**
   * The one Ed25519 public key: custody's on Diem, and as account id the issuer's on the
   * parachain.
   */
  custodyKey: fixedBytes(32),
  /** X25519 public key: what another enclave's custody key would be encrypted to. */
  handoverKey: fixedBytes(32),
  /**
   * Measurement of its own code: where it isn't in force any more, no deposit is admitted (PROTOCOL
   * 6).
   */
  measurement,
  lightClients: lightClientStatus,
  /** The newest one that it keeps, and those that the journal is to be told. */
  checkpoints: keptCheckpoint,
  /** SHA-256 of a second holder's evidence, or for a share of all holders' receipts, 32 bytes. */
  receipt: option(fixedBytes(32)),
  /** Undefined where it holds the key whole. */
  share: option(share),
});
export type HolderStatus = Decoded<typeof holder>;

/** An enclave that is ready to be given a key; it makes none meanwhile. */
export const receiver = struct({
  bridgeId: fixedBytes(32),
  /** The key that it waits for. */
  custodyKey: fixedBytes(32),
  handoverKey: fixedBytes(32),
  lightClients: lightClientStatus,
  checkpoints: keptCheckpoint,
  /** Whose share it waits for; undefined where it is the whole key. */
  share: option(share),
});
export type ReceiverStatus = Decoded<typeof receiver>;

/** An enclave that takes part in the making of a key. */
export const participant = struct({
  bridgeId: fixedBytes(32),
  slot: u8,
  handoverKey: fixedBytes(32),
  /** The one that it has answered for. */
  roll: option(fixedBytes(32)),
  lightClients: lightClientStatus,
  checkpoints: keptCheckpoint,
});
export type ParticipantStatus = Decoded<typeof participant>;

export const statusResponse = struct({
  /** `sgx`, `tdx`, `sev-snp` or `simulated`. */
  tee: string,
  /** Whether what it keeps outlasts the process; else a restart loses the key there. */
  isLasting: bool,
  role: enumeration("Role", {
    empty: [0, unit],
    receiver: [1, receiver],
    holder: [2, holder],
    participant: [3, participant],
  }),
});
export type EnclaveStatus = Decoded<typeof statusResponse>;

/** Evidence of a TEE over report data, in its own format. */
export const attestation = struct({
  tee: string,
  /** 32 bytes; zeros follow them where a TEE's field is longer. */
  reportData: fixedBytes(32),
  evidence: bytes(MAX_EVIDENCE_BYTES),
  /**
   * What a verifier may want beside it: SEV-SNP's certificate table, dstack's event log. Proves
   * nothing by itself.
   */
  supplement: option(bytes(MAX_SUPPLEMENT_BYTES)),
});
export type Attestation = Decoded<typeof attestation>;

export const activateRequest = struct({
  /** Another one than the sealed key's is refused. */
  config: bridgeConfig,
  /** 32 bytes of the asker's choice: shows that the evidence was made for this request. */
  challenge: fixedBytes(32),
});

/**
 * `reportData` is `holderReportData` of the holder's fields and the challenge.
 */
export const activateResponse = struct({ holder, attestation });
