/** A stand-in for a wallet's extension: it puts itself into the page and signs what it is asked. */
import { connectApi, devAccount } from "@pdiem/devnet/asset-hub/operator";
import type { Page } from "playwright-core";

export interface StandInWallet {
  readonly address: string;
  readonly account: Uint8Array;
  /** Puts it into a page, before the page's own code runs. */
  readonly inject: (page: Page) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Code that a page gets as if from an extension. It asks `standInSign` for signatures. */
const extensionFor = (address: string): string => `
  const account = { address: ${JSON.stringify(address)}, name: "Holder", type: "sr25519" };
  const accounts = {
    get: async () => [account],
    subscribe: (tell) => {
      tell([account]);
      return () => undefined;
    },
  };
  const signer = {
    signPayload: async (payload) => ({ id: 1, signature: await window.standInSign(payload) }),
    signRaw: () => Promise.reject(new Error("nothing is signed raw here")),
  };
  window.injectedWeb3 = { "stand-in": { enable: async () => ({ accounts, signer }) } };
`;

/** @param url of the parachain's node @param uri of a development account */
export const createWallet = async (url: string, uri: string): Promise<StandInWallet> => {
  const api = await connectApi(url);
  const pair = devAccount(uri);
  const sign = (payload: object): string =>
    api.registry.createType("ExtrinsicPayload", payload, { version: 4 }).sign(pair).signature;
  return {
    address: pair.address,
    account: pair.publicKey,
    inject: async (page) => {
      await page.exposeFunction("standInSign", (payload: object) => sign(payload));
      await page.addInitScript({ content: extensionFor(pair.address) });
    },
    close: () => api.disconnect(),
  };
};
