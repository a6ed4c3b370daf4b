import { endpointName } from "@pdiem/bridge-client/endpoint-name";
import { toHex } from "@pdiem/light-client/bytes";
import { RpcError } from "../../error.js";
import { metadataOf } from "./substrate-node.js";
import type { SubstrateRpc } from "./substrate-rpc.js";

/** SCALE of the constant's name. */
const NAME = Buffer.concat([Buffer.of(18 << 2), Buffer.from("ExistentialDeposit")]);
/** Length of a u128, as SCALE writes it before a constant's value. */
const SIXTEEN = 16 << 2;
const COMPACT_LENGTHS = [1, 2, 4, 0] as const;

/**
 * Finds the constant `Balances.ExistentialDeposit` in metadata of any version, without reading the
 * rest.
 * @returns undefined where there is none
 */
export const existentialDepositIn = (metadata: Uint8Array): bigint | undefined => {
  const bytes = Buffer.from(metadata.buffer, metadata.byteOffset, metadata.byteLength);
  for (let at = bytes.indexOf(NAME); at >= 0; at = bytes.indexOf(NAME, at + 1)) {
    // Between name and value stands the type's number.
    const type = at + NAME.length;
    const value = type + (COMPACT_LENGTHS[(bytes[type] ?? 3) & 3] ?? 0);
    if (value > type && bytes[value] === SIXTEEN && bytes.length >= value + 17)
      return bytes.readBigUInt64LE(value + 1) + (bytes.readBigUInt64LE(value + 9) << 64n);
  }
  return undefined;
};

/** What an account must hold of the native token to exist, as a node says: unproven. */
export interface ExistentialDepositKeeper {
  /** Asks once a runtime. @returns undefined where no node tells */
  readonly at: (block: Uint8Array, specVersion: number | undefined) => Promise<bigint | undefined>;
}

export const keepExistentialDeposit = (parachain: SubstrateRpc): ExistentialDepositKeeper => {
  let known: { readonly specVersion: number | undefined; readonly deposit: Promise<bigint> } | undefined;
  const ask = (block: Uint8Array): Promise<bigint> =>
    parachain.run(async (call, { url }) => {
      const deposit = existentialDepositIn(await metadataOf(call, block));
      if (deposit !== undefined) return deposit;
      throw new RpcError(
        "rpc/metadata",
        `expected ${endpointName(url)} to give metadata at ${toHex(block)}`,
        "backoff",
      );
    });
  return {
    at: (block, specVersion) => {
      if (known === undefined || known.specVersion !== specVersion) known = { specVersion, deposit: ask(block) };
      const { deposit } = known;
      return deposit.catch(() => {
        if (known?.deposit === deposit) known = undefined;
        return undefined;
      });
    },
  };
};
