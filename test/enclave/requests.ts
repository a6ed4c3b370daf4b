/** An enclave that holds the key of the test worlds' custody and assets, and requests to it with genuine evidence. */
import { anchorOf } from "@pdiem/bridge/ledger/anchor";
import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import { formatBridgeConfig } from "@pdiem/bridge-client/config/bridge-config-json";
import { type Evidence, formatEvidence } from "@pdiem/bridge/facts/proof-bundle";
import { formatItems, type Items, NO_ITEMS } from "@pdiem/bridge/settlement/items";
import { type Ledger, ledger as ledgerCodec } from "@pdiem/bridge/ledger/ledger";
import { ENCLAVE_SEED, ISSUER } from "@pdiem/bridge/testing/config";
import { BENEFICIARY, createWorld, exampleLedger, itemOf, paymentOf, type World } from "@pdiem/bridge/testing/world";
import { activation, type Machine, post } from "@pdiem/enclave/testing/machine";
import { toHex } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import { STATEMINE_900 } from "@pdiem/light-client/polkadot/extrinsics/shipped-profiles";
import { assetApproval } from "@pdiem/light-client/polkadot/trie/storage-key";
import { approval } from "@pdiem/light-client/polkadot/trie/storage-value";
import { expect } from "vitest";
import { provableConfig } from "./evidence.js";

export type Running = Awaited<ReturnType<Machine["start"]>>;

export const BRIDGE_ID = bridgeId(provableConfig);

/** What requests carry before guardians have decided anything: the BCS of an empty list. */
export const NO_DECISIONS_YET = "0x00" as const;

const ANCHOR_ASSET = provableConfig.currencies[0]?.assetId ?? 0;

/** Key of the approval that puts a ledger in force. */
export const anchorSlot = (ledger: Ledger): Uint8Array =>
  assetApproval(ANCHOR_ASSET, ISSUER, anchorOf(BRIDGE_ID, ledger));

/** A world in which the ledger is in force and custody has received this many deposits that can be minted. */
export const worldWith = (deposits: number, ledger: Ledger = exampleLedger): World => {
  const world = createWorld(ledger);
  world.parachain.storage.set(toHex(anchorSlot(ledger)), encode(approval, { amount: 1n, deposit: 1n }));
  world.parachain.setAssetAccount(ANCHOR_ASSET, BENEFICIARY, { balance: 1_000n });
  for (let i = 0; i < deposits; i++) world.diem.received.push(paymentOf({ amount: 1_000n + BigInt(i) }));
  return world;
};

export const itemsOf = (...numbers: number[]): Items => ({
  ...NO_ITEMS,
  deposits: numbers.map((number) => itemOf(BigInt(number))),
});

/** A body of `settle`. */
export const settleRequest = (evidence: Evidence, items: Items, ledger: Ledger = exampleLedger) => ({
  ledger: `0x${toHex(encode(ledgerCodec, ledger))}`,
  decisions: NO_DECISIONS_YET,
  profile: STATEMINE_900.name,
  evidence: formatEvidence(evidence),
  items: formatItems(items),
});

export const startActivated = async (on: Machine): Promise<Running> => {
  const enclave = await on.start();
  const reply = await post(enclave, "/v1/activate", activation(formatBridgeConfig(provableConfig)));
  expect(reply).toMatchObject({ status: 200 });
  return enclave;
};

/** Started with the key that the test worlds' custody and assets belong to. */
export const startSealed = async (on: Machine): Promise<Running> => {
  await on.sealKey(provableConfig, ENCLAVE_SEED.slice());
  return startActivated(on);
};

export const refusal = (status: number, code: unknown): object => ({ status, body: expect.objectContaining({ code }) });
