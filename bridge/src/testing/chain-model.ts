/**
 * A small model of both chains, as far as the bridge changes them: what happens on them, and what
 * can be proven of it.
 */
import { fromHex, toHex } from "@pdiem/light-client/bytes";
import type { DiemFacts, ParachainFacts } from "../facts/facts.js";
import type { Settlement } from "../settlement/settle.js";
import { type Assets, copyOf, createAssets, entryName, execute, type Holder, restore } from "./assets-model.js";
import { exampleConfig, ISSUER } from "./config.js";
import { type CustodyModel, createCustody } from "./custody-model.js";
import { createWorld, START, type World } from "./world.js";

const { profile } = exampleConfig.parachain;
const [FIRST] = exampleConfig.currencies;
const ANCHOR_ASSET = FIRST?.assetId ?? 0;

/** A signed batch: nobody can change it, and nobody has to submit it at once, or ever. */
export interface Signed {
  readonly settlement: Settlement;
  readonly birth: number;
  readonly extrinsic: Uint8Array;
}

export interface ChainModel {
  readonly world: World;
  readonly assets: Assets;
  readonly custody: CustodyModel;
  /** Everything that could be proven at some time. */
  readonly diemFacts: DiemFacts[];
  readonly parachainFacts: ParachainFacts[];
  /** Every extrinsic that a block holds, failed ones too. */
  readonly blocks: Uint8Array[];
  readonly tick: (time: bigint, chains: "both" | "parachain" | "diem") => void;
  readonly change: (who: Uint8Array, holder: Partial<Holder>) => void;
  /** Sends all that `who` has to `sink`, so that its entries go. */
  readonly empty: (who: Uint8Array, sink: Uint8Array) => void;
  readonly setFrozen: (frozen: boolean) => void;
  readonly submit: (signed: Signed) => "success" | "failed" | "void";
}

export const createChainModel = (): ChainModel => {
  const world = createWorld();
  world.setTime(START);
  let nonce = 0;
  const assets = createAssets();
  const custody = createCustody(world.diem);

  /** What of the model's state can be proven, as of now. */
  const publish = (): void => {
    const { parachain } = world;
    parachain.storage.clear();
    for (const { assetId } of exampleConfig.currencies)
      parachain.setAsset(assetId, {
        supply: assets.supply.get(assetId) ?? 0n,
        status: assets.frozen && assetId === ANCHOR_ASSET ? "frozen" : "live",
      });
    for (const anchor of assets.approvals) parachain.approve(fromHex(anchor));
    for (const [who, holder] of assets.holders) if (holder.providers > 0) parachain.setAccount(fromHex(who), holder);
    for (const [name, balance] of assets.entries) {
      const [asset = "", who = ""] = name.split("/");
      parachain.setAssetAccount(Number(asset), fromHex(who), { balance });
    }
    parachain.setAccount(ISSUER, { nonce });
    custody.publish();
    model.diemFacts.push(world.diem.facts());
    model.parachainFacts.push(parachain.facts());
  };

  const model: ChainModel = {
    world,
    assets,
    custody,
    diemFacts: [],
    parachainFacts: [],
    blocks: [],
    tick: (time, chains) => {
      if (chains !== "parachain") world.diem.time += time;
      if (chains !== "diem") {
        world.parachain.time += time;
        world.parachain.number += 1;
      }
      publish();
    },
    change: (who, holder) => {
      const known = assets.holders.get(toHex(who)) ?? { providers: 0, consumers: 0 };
      assets.holders.set(toHex(who), { ...known, ...holder });
    },
    empty: (who, sink) => {
      for (const { assetId } of exampleConfig.currencies) {
        const balance = assets.entries.get(entryName(assetId, who));
        if (balance === undefined) continue;
        assets.entries.delete(entryName(assetId, who));
        assets.entries.set(entryName(assetId, sink), (assets.entries.get(entryName(assetId, sink)) ?? 0n) + balance);
      }
      assets.holders.set(toHex(who), { providers: 0, consumers: 0 });
    },
    setFrozen: (frozen) => {
      assets.frozen = frozen;
    },
    submit: ({ settlement, birth, extrinsic }) => {
      const next = world.parachain.number + 1;
      if (settlement.nonce !== nonce || next <= birth || next >= birth + profile.mortalPeriod) return "void";
      nonce += 1;
      model.blocks.push(extrinsic);
      const saved = copyOf(assets);
      if (settlement.calls.every((call) => execute(assets, call))) return "success";
      restore(assets, saved);
      return "failed";
    },
  };
  publish();
  return model;
};
