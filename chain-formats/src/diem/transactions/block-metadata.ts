/** The first transaction of every block. Source: types/src/block_metadata.rs. */
import { type Codec, struct, u64, vector } from "@pdiem/light-client/codec/bcs";
import { type AccountAddress, accountAddress } from "@pdiem/light-client/diem/address/account-address";
import { type HashValue, hashValue } from "@pdiem/light-client/diem/hash-value";

export interface BlockMetadata {
  /** The block's. */
  readonly id: HashValue;
  readonly round: bigint;
  readonly timestampUsecs: bigint;
  readonly previousBlockVotes: readonly AccountAddress[];
  readonly proposer: AccountAddress;
}

export const blockMetadata: Codec<BlockMetadata> = struct<BlockMetadata>({
  id: hashValue,
  round: u64,
  timestampUsecs: u64,
  previousBlockVotes: vector(accountAddress),
  proposer: accountAddress,
});
