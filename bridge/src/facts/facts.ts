/**
 * What has been proven at one Diem ledger info and one finalized parachain block. Look-ups throw
 * ProofError `proof/not-shown` for what nobody proved, so nothing can be taken for absent by
 * leaving it out.
 */
import type { AccountAddress } from "@pdiem/light-client/diem/address/account-address";
import type { AccountState } from "@pdiem/light-client/diem/state/account-state";
import type { ContractEvent, EventKey } from "@pdiem/light-client/diem/state/event";

export interface ProvenEvent {
  readonly event: ContractEvent;
  readonly transactionVersion: bigint;
}

export interface DiemFacts {
  /** Version of the ledger info. */
  readonly version: bigint;
  /** Time of the ledger info, ms, rounded down. */
  readonly time: bigint;
  /** Gives an account's state at that version; undefined if proven absent. */
  readonly account: (address: AccountAddress) => AccountState | undefined;
  /** Gives the event in that place of a stream. */
  readonly event: (key: EventKey, sequenceNumber: bigint) => ProvenEvent;
}

export interface ParachainFacts {
  readonly number: number;
  readonly hash: Uint8Array;
  /** `Timestamp.Now` at that block, ms. */
  readonly time: bigint;
  /** Gives the raw value under a storage key at that block; undefined if proven absent. */
  readonly storage: (key: Uint8Array) => Uint8Array | undefined;
}

export interface Facts {
  readonly diem: DiemFacts;
  readonly parachain: ParachainFacts;
}
