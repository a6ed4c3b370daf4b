/**
 * Direct changes of the state, as the genesis transaction makes them. Source:
 * types/src/write_set.rs, transaction/change_set.rs.
 */
import { bytes, type Codec, enumeration, struct, type Union, unit, vector } from "../../codec/bcs.js";
import { type AccountAddress, accountAddress } from "../address/account-address.js";
import { type AccessPath, accessPath } from "../state/access-path.js";
import { type ContractEvent, contractEvent } from "../state/event.js";
import { type Script, script } from "./script.js";

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
