/** What validators sign. Sources: diem/diem types/src/ledger_info.rs, types/src/block_info.rs. */
import { type Codec, type Decoded, map, option, struct, u64, versioned } from "../../codec/bcs.js";
import { accountAddress } from "../address/account-address.js";
import { type HashValue, hashValue } from "../hash-value.js";
import { hashOf, signingMessageOf } from "../hashing.js";
import { ed25519Signature } from "../transactions/ed25519.js";
import { epochState, MAX_VALIDATORS } from "./epoch-state.js";

export const blockInfo = struct({
  epoch: u64,
  round: u64,
  id: hashValue,
  /** Root of the transaction accumulator. */
  executedStateId: hashValue,
  version: u64,
  timestampUsecs: u64,
  /** Present if the block ends its epoch. */
  nextEpochState: option(epochState),
});
export type BlockInfo = Decoded<typeof blockInfo>;

export const ledgerInfo = struct({ commitInfo: blockInfo, consensusDataHash: hashValue });
export type LedgerInfo = Decoded<typeof ledgerInfo>;

const v0 = struct({
  ledgerInfo,
  /**
   * By signer, in increasing order of their addresses. Decoding checks none: `verifyQuorum` does.
   */
  signatures: map(accountAddress, ed25519Signature, MAX_VALIDATORS),
});
export type LedgerInfoWithSignatures = Decoded<typeof v0>;

export const ledgerInfoWithSignatures: Codec<LedgerInfoWithSignatures> = versioned("LedgerInfoWithSignatures", v0);

export const ledgerInfoHash: (value: LedgerInfo) => HashValue = hashOf("LedgerInfo", ledgerInfo);

/** Makes the message that each validator signs. */
export const ledgerInfoSigningMessage: (value: LedgerInfo) => Uint8Array = signingMessageOf("LedgerInfo", ledgerInfo);

/** Tells the epoch of the block after this one. */
export const nextBlockEpoch = ({ commitInfo }: LedgerInfo): bigint =>
  commitInfo.nextEpochState?.epoch ?? commitInfo.epoch;
