/** One call that pays a withdrawal account, by the types of the runtime that it is for. */

import { concat } from "@pdiem/light-client/bytes";
import { getDynamicBuilder, getLookupFn } from "@polkadot-api/metadata-builders";
import { decAnyMetadata, unifyMetadata } from "@polkadot-api/substrate-bindings";

export interface WithdrawalCall {
  readonly assetsPallet: string;
  readonly assetId: number;
  /** SS58 of any network. */
  readonly to: string;
  readonly amount: bigint;
  /** What the account needs first of the native token; 0 where it needs none. */
  readonly existentialDeposit: bigint;
  /** What lets any relayer find the transfer: the account's preimage. */
  readonly remark: Uint8Array;
}

/** A runtime's calls and extensions, read from its metadata. */
export interface RuntimeCalls {
  /** Encodes `utility.batch_all` of the transfer, its deposit and its remark. */
  readonly withdrawal: (call: WithdrawalCall) => Uint8Array;
  /** Names of the transaction extensions, in order. */
  readonly extensions: readonly string[];
}

interface Named {
  readonly type: string;
  readonly value: unknown;
}

const call = (pallet: string, name: string, value: unknown): Named => ({ type: pallet, value: { type: name, value } });

/** A plain transfer, by today's name and by that of runtimes before 2023. */
const GIVING = ["transfer_allow_death", "transfer"] as const;

const hasCall = (builder: ReturnType<typeof getDynamicBuilder>, pallet: string, name: string): boolean => {
  try {
    builder.buildCall(pallet, name);
    return true;
  } catch {
    return false;
  }
};

/** @throws whatever the library throws at metadata that it can't read */
export const readRuntimeCalls = (metadata: Uint8Array): RuntimeCalls => {
  const unified = unifyMetadata(decAnyMetadata(metadata));
  const builder = getDynamicBuilder(getLookupFn(unified));
  const batchAll = builder.buildCall("Utility", "batch_all");
  const giving = GIVING.find((name) => hasCall(builder, "Balances", name)) ?? GIVING[0];
  return {
    extensions: (unified.extrinsic.extensionsByVersion[0] ?? []).map(({ identifier }) => identifier),
    withdrawal: ({ assetsPallet, assetId, to, amount, existentialDeposit, remark }) => {
      const target = { type: "Id", value: to };
      const deposit =
        existentialDeposit === 0n ? [] : [call("Balances", giving, { dest: target, value: existentialDeposit })];
      const calls = [
        ...deposit,
        call(assetsPallet, "transfer", { id: assetId, target, amount }),
        call("System", "remark", { remark }),
      ];
      return concat(Uint8Array.from(batchAll.location), batchAll.codec.enc({ calls }));
    },
  };
};
