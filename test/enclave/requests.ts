/**
 * An enclave that holds the key of the test worlds' custody and assets, and requests to it with
 * genuine proofs.
 */
import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import type { ProofBundle } from "@pdiem/bridge/facts/proof-bundle";
import { governanceHash, initialGovernance } from "@pdiem/bridge/governance/governance-state";
import { type Items, NO_ITEMS } from "@pdiem/bridge/settlement/items";
import { ENCLAVE_SEED } from "@pdiem/bridge/testing/config";
import type { Governed } from "@pdiem/bridge/testing/guardians";
import {
  BENEFICIARY,
  createWorld,
  exampleLedger,
  paymentOf,
  settleNext,
  type World,
} from "@pdiem/bridge/testing/world";
import { STATEMINE_900 } from "@pdiem/chain-formats/polkadot/extrinsics/statemine-900";
import type { RequestOf } from "@pdiem/enclave/routes";
import type { Running } from "@pdiem/enclave/run";
import { activation, askFor, type Machine } from "@pdiem/enclave/testing/machine";
import { expect } from "vitest";
import { provableConfig } from "./proofs.js";

export const BRIDGE_ID = bridgeId(provableConfig);

const governance = initialGovernance(provableConfig);

/** The bridge before guardians have decided anything, whose first deposit is yet to come. */
export const FIRST: Governed = { governance, ledger: { ...exampleLedger, governance: governanceHash(governance) } };

/** The devnet's runtime is pinned. */
export const ENCODING = { transactionVersion: STATEMINE_900.transactionVersion, proof: undefined };

const ANCHOR_ASSET = provableConfig.currencies[0]?.assetId ?? 0;

/**
 * A world in which the ledger is in force and custody has received this many deposits that can be
 * minted.
 */
export const worldWith = (deposits: number, { ledger }: Pick<Governed, "ledger"> = FIRST): World => {
  const world = createWorld(ledger, provableConfig);
  world.parachain.setAssetAccount(ANCHOR_ASSET, BENEFICIARY, { balance: 1_000n });
  for (let i = 0; i < deposits; i++) world.diem.received.push(paymentOf({ amount: 1_000n + BigInt(i) }));
  return world;
};

/** Asks for the next deposits. */
export const depositItems = (count: number): Items => ({
  ...NO_ITEMS,
  admissions: Array.from({ length: count }, () => settleNext()),
});

export const settleRequest = (proofs: ProofBundle, items: Items, governed: Governed = FIRST): RequestOf<"settle"> => ({
  ...governed,
  encoding: ENCODING,
  proofs,
  items,
  sessions: [],
});

export const startActivated = async (on: Machine): Promise<Running> => {
  const enclave = await on.start();
  await askFor(enclave, "activate", activation(provableConfig));
  return enclave;
};

/** Started with the key that the test worlds' custody and assets belong to. */
export const startSealed = async (on: Machine): Promise<Running> => {
  await on.sealKey(provableConfig, ENCLAVE_SEED.slice());
  return startActivated(on);
};

export const refusal = (status: number, code: unknown): object => ({
  status,
  error: expect.objectContaining({ code }),
});

/** A reply that isn't a refusal. */
export const ANSWERED = expect.objectContaining({ status: 200 });
