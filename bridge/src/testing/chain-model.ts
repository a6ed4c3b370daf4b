/** A small model of both chains, as far as batches change them: pallet-assets' measured behaviour, and a ledger of payments. */
import { fromHex, toHex } from "@pdiem/light-client/bytes";
import type { Call } from "@pdiem/light-client/polkadot/call";
import type { DiemFacts, ParachainFacts } from "../facts.js";
import type { Settlement } from "../settlement.js";
import { exampleConfig, ISSUER } from "./config.js";
import type { TestPayment } from "./diem-world.js";
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

interface Holder {
  providers: number;
  consumers: number;
}

interface Assets {
  readonly approvals: Set<string>;
  readonly holders: Map<string, Holder>;
  /** By asset and holder. */
  readonly entries: Map<string, bigint>;
  readonly supply: Map<number, bigint>;
  frozen: boolean;
}

export interface ChainModel {
  readonly world: World;
  readonly assets: Assets;
  readonly custody: Map<string, bigint>;
  /** Everything that could be proven at some time. */
  readonly diemFacts: DiemFacts[];
  readonly parachainFacts: ParachainFacts[];
  /** Every extrinsic that a block holds, failed ones too. */
  readonly blocks: Uint8Array[];
  readonly pay: (payment: Omit<TestPayment, "version">) => void;
  readonly payOut: (payment: Omit<TestPayment, "version">) => void;
  readonly tick: (time: bigint, chains: "both" | "parachain" | "diem") => void;
  readonly change: (who: Uint8Array, holder: Partial<Holder>) => void;
  /** Sends all that `who` has to `sink`, so that its entries go. */
  readonly empty: (who: Uint8Array, sink: Uint8Array) => void;
  readonly setFrozen: (frozen: boolean) => void;
  readonly submit: (signed: Signed) => "success" | "failed" | "void";
}

const entryName = (asset: number, who: Uint8Array): string => `${asset}/${toHex(who)}`;

const mint = (assets: Assets, asset: number, who: Uint8Array, amount: bigint): boolean => {
  const name = entryName(asset, who);
  const balance = assets.entries.get(name);
  if (balance === undefined) {
    const holder = assets.holders.get(toHex(who));
    const minimum = exampleConfig.currencies.find(({ assetId }) => assetId === asset)?.minBalance ?? 0n;
    if (amount < minimum || holder === undefined || holder.providers === 0 || holder.consumers > profile.maxConsumers)
      return false;
    holder.consumers += 1;
  }
  assets.entries.set(name, (balance ?? 0n) + amount);
  assets.supply.set(asset, (assets.supply.get(asset) ?? 0n) + amount);
  return true;
};

const execute = (assets: Assets, call: Call): boolean => {
  switch (call.type) {
    case "cancelApproval":
      return assets.approvals.delete(toHex(call.delegate));
    case "approveTransfer":
      if (assets.frozen) return false;
      assets.approvals.add(toHex(call.delegate));
      return true;
    case "mint":
      return mint(assets, call.asset, call.beneficiary, call.amount);
    case "remark":
      return true;
    default:
      throw new Error(`expected no ${call.type} in a batch`);
  }
};

const copyOf = (assets: Assets): Assets => ({
  approvals: new Set(assets.approvals),
  holders: new Map([...assets.holders].map(([who, holder]) => [who, { ...holder }])),
  entries: new Map(assets.entries),
  supply: new Map(assets.supply),
  frozen: assets.frozen,
});

const restore = (assets: Assets, saved: Assets): void => {
  assets.approvals.clear();
  for (const anchor of saved.approvals) assets.approvals.add(anchor);
  for (const name of ["holders", "entries", "supply"] as const) {
    const target: Map<unknown, unknown> = assets[name];
    target.clear();
    for (const [key, value] of saved[name]) target.set(key, value);
  }
};

export const createChainModel = (): ChainModel => {
  const world = createWorld();
  world.setTime(START);
  let nonce = 0;
  let version = 0n;
  const assets: Assets = {
    approvals: new Set(),
    holders: new Map(),
    entries: new Map(),
    supply: new Map(),
    frozen: false,
  };
  const custody = new Map<string, bigint>();

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
    model.diemFacts.push(world.diem.facts());
    model.parachainFacts.push(parachain.facts());
  };

  const transfer = (currency: string, amount: bigint): void => {
    custody.set(currency, (custody.get(currency) ?? 0n) + amount);
    version += 1n;
  };

  const model: ChainModel = {
    world,
    assets,
    custody,
    diemFacts: [],
    parachainFacts: [],
    blocks: [],
    pay: (payment) => {
      transfer(payment.currency, payment.amount);
      world.diem.received.push({ ...payment, version });
    },
    payOut: (payment) => {
      transfer(payment.currency, -payment.amount);
      world.diem.sent.push({ ...payment, version });
    },
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
