import type { ApiOptions } from "@polkadot/api/types";
import { z } from "zod";
import { RpcError } from "../../error.js";
import type { SubstrateCall } from "./substrate-rpc.js";

type Provider = NonNullable<ApiOptions["provider"]>;

/**
 * Lets `@polkadot/api` ask one node by plain JSON-RPC, within the bounds of `call`. There are no
 * subscriptions, so nothing that the node sends by itself can end the process.
 */
export const httpProvider = (call: SubstrateCall): Provider => {
  const none = (): never => {
    throw new RpcError("rpc/subscription", "expected no subscription over plain JSON-RPC");
  };
  const provider: Provider = {
    hasSubscriptions: false,
    isClonable: false,
    isConnected: true,
    clone: () => provider,
    connect: () => Promise.resolve(),
    disconnect: () => Promise.resolve(),
    on: () => () => undefined,
    // The library has the type of an answer from the method's name: that is all that is known of
    // it.
    send: <T>(method: string, params: unknown[]) => call(method, params, z.custom<T>()),
    subscribe: async () => none(),
    unsubscribe: async () => none(),
  };
  return provider;
};
