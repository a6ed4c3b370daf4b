/** Ways of a relayer to its enclave and its parachain that take only what is small enough. */
import type { RelayerSettings } from "@pdiem/devnet/local-bridge/local-bridge";
import { type NarrowDoor, openNarrowDoor } from "./narrow-door.js";
import { type NarrowNode, openNarrowNode } from "./narrow-node.js";

export interface NarrowWays {
  readonly door: NarrowDoor;
  readonly node: NarrowNode;
  /** Has the relayer go by them. */
  readonly narrowed: (settings: RelayerSettings) => RelayerSettings;
  readonly close: () => Promise<void>;
}

export const openNarrowWays = async (): Promise<NarrowWays> => {
  const [door, node] = [await openNarrowDoor(), await openNarrowNode()];
  return {
    door,
    node,
    narrowed: (settings) => {
      door.leadTo(settings.enclave.url ?? "");
      node.leadTo(settings.parachain.urls[0] ?? "");
      return { ...settings, enclave: { url: door.url }, parachain: { ...settings.parachain, urls: [node.url] } };
    },
    close: async () => {
      node.close();
      await door.close();
    },
  };
};
