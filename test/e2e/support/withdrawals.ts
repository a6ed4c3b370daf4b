/** A person with wrapped asset on the parachain and an account on Diem. */
import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import {
  type WithdrawalPreimage,
  withdrawalAccount,
  withdrawalPreimage,
} from "@pdiem/bridge/withdrawal/withdrawal-account";
import { connectApi, devAccount } from "@pdiem/devnet/asset-hub/operator";
import type { DiemWallet } from "@pdiem/devnet/local-bridge/diem-wallet";
import { toHex } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import { type RelayedBridge, rawFor } from "./relayed-bridge.js";

const ASSETS = { XUS: 1984, XDX: 1985 } as const;

/** One transfer to a withdrawal account. */
export interface Sent {
  readonly preimage: WithdrawalPreimage;
  readonly amount: bigint;
  /** XUS, unless it is another. */
  readonly currency?: keyof typeof ASSETS;
}

export interface Holder {
  /** On the parachain, 32 bytes. */
  readonly account: Uint8Array;
  /** Sends wrapped asset by a plain `assets.transfer` and tells nobody. */
  readonly send: (sent: Sent) => Promise<void>;
  /** The same for several at once, with each preimage as a remark in the same batch. */
  readonly sendTold: (sent: readonly Sent[]) => Promise<void>;
  /**
   * The same for one, to an account that a non-sufficient asset alone can't make: `native` is what
   * makes it.
   */
  readonly sendWithDeposit: (sent: Sent, native: bigint) => Promise<void>;
  readonly close: () => Promise<void>;
}

const FEES = 10_000_000_000_000n;

/** Somebody whose wrapped asset came over the bridge, and who pays fees in the native token. */
export const createHolder = async (bridge: RelayedBridge, uri = "//Holder"): Promise<Holder> => {
  const signer = devAccount(uri);
  await bridge.chains.operator.fundAccount(signer.publicKey, FEES);
  const api = await connectApi(bridge.chains.assetHub.wsUrl);
  const call = (pallet: string, name: string, ...args: readonly unknown[]) => {
    const make = api.tx[pallet]?.[name];
    if (make === undefined) throw new RangeError(`expected the runtime to have ${pallet}.${name}`);
    return make(...args);
  };
  const transfer = ({ preimage, amount, currency = "XUS" }: Sent) =>
    call("assets", "transfer", ASSETS[currency], { Id: accountOf(bridge, preimage) }, amount);
  const remark = ({ preimage }: Sent) =>
    call("system", "remark", `0x${Buffer.from(encode(withdrawalPreimage, preimage)).toString("hex")}`);
  const included = (extrinsic: ReturnType<typeof call>): Promise<void> =>
    new Promise((resolve, reject) => {
      extrinsic
        .signAndSend(signer, { nonce: -1 }, ({ status, dispatchError, isError }) => {
          if (dispatchError !== undefined || isError) reject(new Error(`${dispatchError ?? status.type}`));
          else if (status.isInBlock || status.isFinalized) resolve();
        })
        .catch(reject);
    });
  let last = Promise.resolve();
  /** One after the other, so that each finds its nonce. */
  const inTurn = (extrinsic: ReturnType<typeof call>): Promise<void> => {
    const sent = last.then(() => included(extrinsic));
    last = sent.catch(() => undefined);
    return sent;
  };
  return {
    account: signer.publicKey,
    send: (sent) => inTurn(transfer(sent)),
    sendTold: (sent) =>
      inTurn(
        call(
          "utility",
          "batchAll",
          sent.flatMap((one) => [transfer(one), remark(one)]),
        ),
      ),
    sendWithDeposit: (sent, native) => {
      const deposit = call("balances", "transferKeepAlive", { Id: accountOf(bridge, sent.preimage) }, native);
      return inTurn(call("utility", "batchAll", [deposit, transfer(sent), remark(sent)]));
    },
    close: () => api.disconnect(),
  };
};

/** Wraps XUS for the holder through the bridge itself. @throws Error unless the deposit executes */
export const wrap = async (bridge: RelayedBridge, holder: Holder, amount: bigint): Promise<void> => {
  const { status } = await bridge.pay("XUS", amount, rawFor(holder.account));
  if (status !== "executed") throw new Error(`expected the deposit to execute: ${status}`);
};

export const accountOf = ({ config }: RelayedBridge, preimage: WithdrawalPreimage): Uint8Array =>
  withdrawalAccount(bridgeId(config), preimage);

/** What Diem itself says that the account has received, in order. */
export const received = async (bridge: RelayedBridge, { address }: DiemWallet): Promise<readonly number[]> => {
  const ask = async <T>(method: string, params: readonly unknown[]): Promise<T> => {
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
    const headers = { "content-type": "application/json" };
    const response = await fetch(bridge.chains.diem.url, { method: "POST", headers, body });
    return ((await response.json()) as { readonly result: T }).result;
  };
  const { received_events_key } = await ask<{ received_events_key: string }>("get_account", [toHex(address)]);
  const events = await ask<readonly { data: { amount: { amount: number }; sender: string } }[]>("get_events", [
    received_events_key,
    0,
    100,
  ]);
  const custody = toHex(bridge.config.diem.custody);
  return events.filter(({ data }) => data.sender === custody).map(({ data }) => data.amount.amount);
};
