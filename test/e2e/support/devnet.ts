/**
 * Both ledgers on a clock of their own. The parachain makes a block at once for whatever waits, and
 * as many more as a test asks for. Its time goes on by 6 s with each. Diem's time is the
 * parachain's unless it is held.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { timeOf } from "@pdiem/devnet/asset-hub/producer";
import { type LocalChains, startChains } from "@pdiem/devnet/local-bridge/chains";
import { eventually } from "@pdiem/devnet/testing/rpc";
import { runtimeUnderTest } from "./runtime-under-test.js";

export interface Devnet extends LocalChains {
  /** For files of what runs on it; removed in the end. */
  readonly folder: string;
  /** To be done before the chains stop, last first. */
  readonly beforeClose: (work: () => Promise<void>) => void;
  /** Makes blocks of the parachain without waiting for anything to be in them. */
  readonly produceBlocks: (count: number) => Promise<void>;
  /** Resolves once the parachain's best block of now is final. */
  readonly finalizeBest: () => Promise<void>;
  /** From now on Diem's time stands still, but for a microsecond a block. */
  readonly holdDiemTime: () => void;
  /** Diem's time is the parachain's again. */
  readonly releaseDiemTime: () => void;
  /** Ids of sufficient assets that nobody uses yet, owned by the operator. */
  readonly takeAssets: (count: number) => readonly number[];
}

const HOUR = 3_600_000;
const FIRST_ASSET = 1984;
const ASSETS = 16;
export const MIN_BALANCE = 10_000n;

export const startDevnet = async (): Promise<Devnet> => {
  const folder = await mkdtemp(join(tmpdir(), "pdiem-e2e-"));
  const closing: (() => Promise<void>)[] = [];
  let parachainTime = Date.now();
  let heldAt: number | undefined;
  let taken = 0;
  const chains = await startChains({
    diem: { blockInterval: 20, clock: () => BigInt(heldAt ?? parachainTime) * 1000n },
    substrate: {
      assetHub: {
        ...(await runtimeUnderTest()),
        cadence: { busyInterval: 0, idleInterval: HOUR, maxDrift: 0, maxLead: HOUR },
      },
      relay: { cadence: { busyInterval: 10, idleInterval: HOUR } },
    },
    assets: Array.from({ length: ASSETS }, (_, i) => ({ id: FIRST_ASSET + i, minBalance: MIN_BALANCE })),
  });
  const { assetHub } = chains;
  assetHub.onBlock(({ state }) => {
    parachainTime = timeOf(state);
  });
  return {
    ...chains,
    folder,
    beforeClose: (work) => closing.push(work),
    produceBlocks: async (count) => {
      for (let i = 0; i < count; i++) await assetHub.produceBlock();
    },
    finalizeBest: async () => {
      const { number } = assetHub.head().header;
      await eventually(() => (assetHub.finalized().header.number >= number ? true : undefined));
    },
    holdDiemTime: () => {
      heldAt = parachainTime;
    },
    releaseDiemTime: () => {
      heldAt = undefined;
    },
    takeAssets: (count) => Array.from({ length: count }, () => FIRST_ASSET + taken++),
    close: async () => {
      for (const work of closing.toReversed()) await work();
      await chains.close();
      await rm(folder, { recursive: true });
    },
  };
};
