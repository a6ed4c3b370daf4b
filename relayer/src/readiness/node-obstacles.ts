/** Tells which chains have no node that answers, before there is work. */
import { getSequenceNumber } from "../chains/diem/calls.js";
import { finalizedHead } from "../chains/parachain/substrate-node.js";
import { faultOf } from "../fault.js";
import { startRepeating } from "../repeating.js";
import type { Clients } from "../sync/clients.js";
import type { Obstacle } from "./obstacle.js";

export interface NodeWatch {
  readonly obstacles: () => readonly Obstacle[];
  readonly stop: () => Promise<void>;
}

const EVERY_MS = 5_000;

export const CHAIN_NAMES = { diem: "Diem", parachain: "the parachain", relay: "the relay chain" } as const;

export type Chain = keyof typeof CHAIN_NAMES;

/** Says that no node of a chain answers as it should. @param reason of the last */
export const noNode = (chain: Chain, reason: string): Obstacle => ({
  code: `${chain}/no-node`,
  text: `no node of ${CHAIN_NAMES[chain]} answers as it should: ${reason}`,
  todo: `see whether those in ${chain}.urls run, and add others`,
  waitingFor: `a node of ${CHAIN_NAMES[chain]}`,
});

const ask: { readonly [C in Chain]: (clients: Pick<Clients, Chain | "config">) => Promise<unknown> } = {
  diem: ({ diem, config }) => diem.run((node) => node.batch([getSequenceNumber(config.diem.custody)])),
  parachain: ({ parachain }) => parachain.run(finalizedHead),
  relay: ({ relay }) => relay.run(finalizedHead),
};

/** Asks each chain's nodes for a word, until there is work: from then on the poll tells. */
export const watchNodes = (clients: Pick<Clients, Chain | "config">, isAtWork: () => boolean): NodeWatch => {
  const found = new Map<Chain, Obstacle>();
  const look = async (chain: Chain): Promise<void> => {
    try {
      await ask[chain](clients);
      found.delete(chain);
    } catch (error) {
      const { code, message } = faultOf(error) ?? { code: "defect", message: String(error) };
      found.set(chain, noNode(chain, `${code}: ${message}`));
    }
  };
  const repeating = startRepeating(
    async () => {
      if (!isAtWork()) await Promise.all([look("diem"), look("parachain"), look("relay")]);
    },
    EVERY_MS,
    () => undefined,
  );
  return { obstacles: () => [...found.values()], stop: repeating.stop };
};
