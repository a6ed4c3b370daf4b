/** What validators sign. Sources: diem/diem types/src/ledger_info.rs, types/src/block_info.rs. */
import { type Codec, enumeration, map, mapped, option, struct, u64 } from "../../codec/bcs.js";
import { type AccountAddress, accountAddress } from "../address/account-address.js";
import { type HashValue, hashValue } from "../hash-value.js";
import { hashOf, signingMessageOf } from "../hashing.js";
import { ed25519Signature } from "../transactions/ed25519.js";
import { type EpochState, epochState } from "./epoch-state.js";

/** `executedStateId` is the root of the transaction accumulator; `nextEpochState` is there if the block ends its epoch. */
export interface BlockInfo {
  readonly epoch: bigint;
  readonly round: bigint;
  readonly id: HashValue;
  readonly executedStateId: HashValue;
  readonly version: bigint;
  readonly timestampUsecs: bigint;
  readonly nextEpochState: EpochState | undefined;
}

export interface LedgerInfo {
  readonly commitInfo: BlockInfo;
  readonly consensusDataHash: HashValue;
}

/** `signatures` by signer, in increasing order of their addresses. Decoding checks no signature: `verifyQuorum` does. */
export interface LedgerInfoWithSignatures {
  readonly ledgerInfo: LedgerInfo;
  readonly signatures: readonly (readonly [AccountAddress, Uint8Array])[];
}

export const blockInfo: Codec<BlockInfo> = struct({
  epoch: u64,
  round: u64,
  id: hashValue,
  executedStateId: hashValue,
  version: u64,
  timestampUsecs: u64,
  nextEpochState: option(epochState),
});

export const ledgerInfo: Codec<LedgerInfo> = struct({ commitInfo: blockInfo, consensusDataHash: hashValue });

const v0: Codec<LedgerInfoWithSignatures> = struct({
  ledgerInfo,
  signatures: map(accountAddress, ed25519Signature),
});

export const ledgerInfoWithSignatures: Codec<LedgerInfoWithSignatures> = mapped(
  enumeration<{ v0: LedgerInfoWithSignatures }>("LedgerInfoWithSignatures", { v0: [0, v0] }),
  ({ value }) => value,
  (value) => ({ type: "v0" as const, value }),
);

export const ledgerInfoHash: (value: LedgerInfo) => HashValue = hashOf("LedgerInfo", ledgerInfo);

/** What each validator signs. */
export const ledgerInfoSigningMessage: (value: LedgerInfo) => Uint8Array = signingMessageOf("LedgerInfo", ledgerInfo);

/** Epoch of the block after this one. */
export const nextBlockEpoch = ({ commitInfo }: LedgerInfo): bigint =>
  commitInfo.nextEpochState?.epoch ?? commitInfo.epoch;
