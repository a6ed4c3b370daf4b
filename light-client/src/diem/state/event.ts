/**
 * Events and the streams that they are in. Sources: types/src/event.rs,
 * types/src/contract_event.rs.
 */
import { concat } from "../../bytes.js";
import { bytes, type Codec, encode, sizedBytes, struct, u64, versioned } from "../../codec/bcs.js";
import { createReader } from "../../codec/reader.js";
import type { AccountAddress } from "../address/account-address.js";
import { hashOf } from "../hashing.js";
import { type TypeTag, typeTag } from "../transactions/type-tag.js";

/**
 * 24 bytes: creation number as u64 little endian, then the 16-byte address of the stream's owner.
 */
export type EventKey = Uint8Array;

export const EVENT_KEY_LENGTH = 24;

/**
 * The counter of a stream as its owner's resource holds it: `count` events so far, numbered from 0.
 */
export interface EventHandle {
  readonly count: bigint;
  readonly key: EventKey;
}

/**
 * An event, version 0 on the wire; `eventData` is the BCS of the Move struct that `typeTag` names.
 */
export interface ContractEvent {
  readonly key: EventKey;
  readonly sequenceNumber: bigint;
  readonly typeTag: TypeTag;
  readonly eventData: Uint8Array;
}

export const eventKey: Codec<EventKey> = sizedBytes(EVENT_KEY_LENGTH);

export const eventHandle: Codec<EventHandle> = struct<EventHandle>({ count: u64, key: eventKey });

const contractEventV0 = struct<ContractEvent>({ key: eventKey, sequenceNumber: u64, typeTag, eventData: bytes() });

export const contractEvent: Codec<ContractEvent> = versioned("ContractEvent", contractEventV0);

/** Makes the key of the handle that `creator` made as its `creationNumber`th, counted from 0. */
export const eventKeyOf = (creationNumber: bigint, creator: AccountAddress): EventKey =>
  concat(encode(u64, creationNumber), creator);

/** Gives the owner of the stream: payee of a received payment, payer of a sent one. */
export const eventKeyCreator = (key: EventKey): AccountAddress => key.subarray(8);

export const eventKeyCreationNumber = (key: EventKey): bigint => createReader(key).u64();

/** Leaf of the event accumulator. */
export const contractEventHash = hashOf("ContractEvent", contractEvent);
