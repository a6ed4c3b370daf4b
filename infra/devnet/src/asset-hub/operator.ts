/**
 * What a person with an endowed account does on an Asset Hub, for tests and demonstrations: real,
 * signed extrinsics.
 */
import { toHex } from "@pdiem/light-client/bytes";
import { PdiemError } from "@pdiem/light-client/error";
import { ApiPromise, WsProvider } from "@polkadot/api";
import type { ApiOptions, SubmittableExtrinsic } from "@polkadot/api/types";

import { devAccount } from "./dev-accounts.js";

export { devAccount } from "./dev-accounts.js";

type Extrinsic = SubmittableExtrinsic<"promise">;
type KeyPair = ReturnType<typeof devAccount>;

/** Accounts are 32 bytes; amounts in smallest units. */
export interface NewAsset {
  readonly id: number;
  readonly owner: Uint8Array;
  readonly issuer: Uint8Array;
  readonly admin: Uint8Array;
  readonly freezer: Uint8Array;
  readonly minBalance: bigint;
}

/**
 * Each resolves once its extrinsic is in a block and succeeded.
 * @throws PdiemError `operator/failed`
 */
export interface Operator {
  /** The operator's own account. */
  readonly account: Uint8Array;
  /** What an account must hold of the native token to exist, as the node's metadata says. */
  readonly existentialDeposit: bigint;
  readonly fundAccount: (account: Uint8Array, amount: bigint) => Promise<void>;
  /** Creates the asset and hands its roles over. */
  readonly createAsset: (asset: NewAsset) => Promise<void>;
  /**
   * Hands over the roles of an asset that the operator owns, such as a sufficient one from
   * genesis.
   */
  readonly handOver: (asset: Omit<NewAsset, "minBalance">) => Promise<void>;
  readonly mint: (id: number, beneficiary: Uint8Array, amount: bigint) => Promise<void>;
  readonly burn: (id: number, holder: Uint8Array, amount: bigint) => Promise<void>;
  readonly transfer: (id: number, target: Uint8Array, amount: bigint) => Promise<void>;
  /** Sends an asset that isn't sufficient to a new account, with what that needs to exist. */
  readonly transferToNew: (transfer: TransferToNew) => Promise<void>;
  readonly freezeAsset: (id: number) => Promise<void>;
  readonly thawAsset: (id: number) => Promise<void>;
  /** Signs a call that somebody else has made, encoded, as a wallet does. */
  readonly signCall: (call: Uint8Array) => Promise<void>;
  /** Sends all its native tokens away: the account is reaped if nothing else keeps it. */
  readonly reap: (beneficiary: Uint8Array) => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface TransferToNew {
  readonly id: number;
  readonly target: Uint8Array;
  readonly amount: bigint;
  /** An amount of the native token. */
  readonly deposit: bigint;
  readonly remark: Uint8Array;
}

export interface OperatorOptions {
  /** WebSocket URL of the node. */
  readonly url: string;
  /** A key that has native tokens: `//Alice` where not given. */
  readonly uri?: string;
}

const DEFAULT_URI = "//Alice";

const asAddress = (account: Uint8Array): object => ({ Id: account });

/** @throws PdiemError `operator/failed` if the runtime has no such call */
const makeCall = (api: ApiPromise, pallet: string, name: string, ...args: readonly unknown[]): Extrinsic => {
  const make = api.tx[pallet]?.[name];
  if (make === undefined) throw new PdiemError("operator/failed", `expected the runtime to have ${pallet}.${name}`);
  return make(...args);
};

/** The plain transfer, which newer runtimes call otherwise. */
const transferName = (api: ApiPromise): string =>
  api.tx.balances?.transfer === undefined ? "transferAllowDeath" : "transfer";

const submit = (signer: KeyPair, extrinsic: Extrinsic): Promise<void> =>
  new Promise((resolve, reject) => {
    const fail = (reason: string): void =>
      reject(new PdiemError("operator/failed", `${extrinsic.method.section}.${extrinsic.method.method}: ${reason}`));
    extrinsic
      .signAndSend(signer, { nonce: -1 }, ({ status, dispatchError, isError, isInBlock, isFinalized }) => {
        if (dispatchError !== undefined) {
          const error = dispatchError.isModule
            ? dispatchError.registry.findMetaError(dispatchError.asModule).name
            : dispatchError.toString();
          fail(error);
        } else if (isError) fail(status.type);
        else if (isInBlock || isFinalized) resolve();
      })
      .catch((error: unknown) => fail(String(error)));
  });

const handOverCalls = (api: ApiPromise, asset: Omit<NewAsset, "minBalance">): readonly Extrinsic[] => [
  makeCall(
    api,
    "assets",
    "setTeam",
    asset.id,
    asAddress(asset.issuer),
    asAddress(asset.admin),
    asAddress(asset.freezer),
  ),
  makeCall(api, "assets", "transferOwnership", asset.id, asAddress(asset.owner)),
];

/** @polkadot/api on a WebSocket URL. */
export const connectApi = (url: string): Promise<ApiPromise> => {
  // The class declares an optional property looser than its own interface does.
  const provider = new WsProvider(url) as NonNullable<ApiOptions["provider"]>;
  return ApiPromise.create({ provider, noInitWarn: true });
};

/** Connects to a node. Extrinsics are sent one after the other. */
export const connectOperator = async ({ url, uri = DEFAULT_URI }: OperatorOptions): Promise<Operator> => {
  const api = await connectApi(url);
  const signer = devAccount(uri);
  let last: Promise<void> = Promise.resolve();
  const send = (extrinsic: Extrinsic): Promise<void> => {
    const sent = last.then(() => submit(signer, extrinsic));
    last = sent.catch(() => undefined);
    return sent;
  };
  const assets = (name: string, ...args: readonly unknown[]): Extrinsic => makeCall(api, "assets", name, ...args);
  const batch = (calls: readonly Extrinsic[]): Extrinsic => makeCall(api, "utility", "batchAll", calls);
  return {
    account: signer.publicKey,
    existentialDeposit: BigInt(api.consts.balances?.existentialDeposit?.toString() ?? 0),
    fundAccount: (account, amount) => send(makeCall(api, "balances", transferName(api), asAddress(account), amount)),
    createAsset: ({ minBalance, ...asset }) =>
      send(batch([assets("create", asset.id, asAddress(signer.publicKey), minBalance), ...handOverCalls(api, asset)])),
    handOver: (asset) => send(batch(handOverCalls(api, asset))),
    mint: (id, beneficiary, amount) => send(assets("mint", id, asAddress(beneficiary), amount)),
    burn: (id, holder, amount) => send(assets("burn", id, asAddress(holder), amount)),
    transfer: (id, target, amount) => send(assets("transfer", id, asAddress(target), amount)),
    transferToNew: ({ id, target, amount, deposit, remark }) =>
      send(
        batch([
          makeCall(api, "balances", "transferKeepAlive", asAddress(target), deposit),
          assets("transfer", id, asAddress(target), amount),
          makeCall(api, "system", "remark", `0x${toHex(remark)}`),
        ]),
      ),
    freezeAsset: (id) => send(assets("freezeAsset", id)),
    thawAsset: (id) => send(assets("thawAsset", id)),
    signCall: (call) => send(api.tx(api.createType("Call", call))),
    reap: (beneficiary) => send(makeCall(api, "balances", "transferAll", asAddress(beneficiary), false)),
    close: () => api.disconnect(),
  };
};
