/**
 * Direct changes of the state, as the genesis transaction makes them. Source:
 * types/src/write_set.rs, transaction/change_set.rs.
 */
import { bytes, type Codec, enumeration, struct, type Union, unit, vector } from "@pdiem/light-client/codec/bcs";
import { type AccountAddress, accountAddress } from "@pdiem/light-client/diem/address/account-address";
import { type AccessPath, accessPath } from "@pdiem/light-client/diem/state/access-path";
import { type ContractEvent, contractEvent } from "@pdiem/light-client/diem/state/event";
import { type Script, script } from "@pdiem/light-client/diem/transactions/script";

interface WriteOpVariants {
  readonly deletion: undefined;
  readonly value: Uint8Array;
}

export type WriteOp = Union<WriteOpVariants>;

/** One entry of a write set. */
export interface Write {
  readonly accessPath: AccessPath;
  readonly op: WriteOp;
}

export interface ChangeSet {
  readonly writeSet: readonly Write[];
  readonly events: readonly ContractEvent[];
}

interface WriteSetPayloadVariants {
  readonly direct: ChangeSet;
  readonly script: { readonly executeAs: AccountAddress; readonly script: Script };
}

export type WriteSetPayload = Union<WriteSetPayloadVariants>;

export const writeOp: Codec<WriteOp> = enumeration<WriteOpVariants>("WriteOp", {
  deletion: [0, unit],
  value: [1, bytes()],
});

export const changeSet: Codec<ChangeSet> = struct<ChangeSet>({
  writeSet: vector(struct<Write>({ accessPath, op: writeOp })),
  events: vector(contractEvent),
});

export const writeSetPayload: Codec<WriteSetPayload> = enumeration<WriteSetPayloadVariants>("WriteSetPayload", {
  direct: [0, changeSet],
  script: [1, struct<WriteSetPayloadVariants["script"]>({ executeAs: accountAddress, script })],
});
