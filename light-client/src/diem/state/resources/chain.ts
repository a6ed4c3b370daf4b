/**
 * What `0xA550C18` holds about the chain itself. Sources: types/src/on_chain_config, framework
 * modules DiemTimestamp, ChainId, DiemBlock.
 */
import { struct, u8, u64 } from "../../../codec/bcs.js";
import { type AccountState, coreResource, type Resource, readResource } from "../account-state.js";
import { type EventHandle, eventHandle } from "../event.js";

export interface ChainId {
  readonly id: number;
}

export interface CurrentTimeMicroseconds {
  readonly microseconds: bigint;
}

/** Counts blocks. */
export interface BlockHeight {
  readonly height: bigint;
  readonly newBlockEvents: EventHandle;
}

export const chainId: Resource<ChainId> = coreResource("ChainId", "ChainId", struct<ChainId>({ id: u8 }));

export const currentTime: Resource<CurrentTimeMicroseconds> = coreResource(
  "DiemTimestamp",
  "CurrentTimeMicroseconds",
  struct<CurrentTimeMicroseconds>({ microseconds: u64 }),
);

export const blockHeight: Resource<BlockHeight> = coreResource(
  "DiemBlock",
  "BlockMetadata",
  struct<BlockHeight>({ height: u64, newBlockEvents: eventHandle }),
);

export const readChainId = (state: AccountState): number | undefined => readResource(state, chainId)?.id;

/** Microseconds since 1970: the last block's time. */
export const readTimestamp = (state: AccountState): bigint | undefined =>
  readResource(state, currentTime)?.microseconds;

export const readBlockHeight = (state: AccountState): BlockHeight | undefined => readResource(state, blockHeight);
