import { createClients } from "../../../clients.js";
import type { Config } from "../../../config.js";
import { type WalkedChains, walkChains } from "../../../evidence/walk-chains.js";
import type { Output } from "../../output.js";

const TELL_MS = 1_000;

/** Runs light clients over the nodes of the configuration, and says now and then how far they are. @throws as `walkChains` */
export const ownWalk = (config: Config, output: Output): Promise<WalkedChains> => {
  let toldAt = Date.now();
  return walkChains(createClients(config), (at) => {
    if (Date.now() - toldAt < TELL_MS) return;
    toldAt = Date.now();
    output.err(
      at.chain === "diem" ? `Diem: epoch ${at.epoch}` : `relay chain: authority set ${at.setId}, block ${at.block}`,
    );
  });
};
