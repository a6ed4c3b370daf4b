/**
 * Proofs for the enclave, collected as a relayer does, but unseen what they say: that is the
 * enclave's part.
 */
import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import { initialLightClientState } from "@pdiem/bridge/facts/light-client-state";
import type { ProofBundle } from "@pdiem/bridge/facts/proof-bundle";
import { anchorOf } from "@pdiem/bridge/ledger/anchor";
import type { Ledger } from "@pdiem/bridge/ledger/ledger";
import type { AccountAddress } from "@pdiem/light-client/diem/address/account-address";
import { createDiemClient } from "@pdiem/relayer/chains/diem/client";
import { proveCustody } from "@pdiem/relayer/chains/diem/payments";
import { proveStorage } from "@pdiem/relayer/chains/parachain/proven-state";
import { createEndpoints } from "@pdiem/relayer/chains/rpc/endpoints";
import { collectDiemProofs } from "@pdiem/relayer/simulate/diem-proofs";
import { type EventRange, rangesOf } from "@pdiem/relayer/simulate/event-ranges";
import { batchNeeds, mergeNeeds, NO_NEEDS, numbersBetween, receiverNeeds } from "@pdiem/relayer/simulate/needs";
import { proveFinalHead } from "./final-state.js";
import { RPC_BOUNDS, rpcOf } from "./rpc.js";
import type { TestBridge } from "./test-bridge.js";

/** What a batch looks up beyond what every batch needs. */
export interface Shown {
  /** The ledger to start from; none for genesis. */
  readonly ledger?: Ledger;
  /** Numbers of deposits, ascending. */
  readonly deposits?: readonly bigint[];
  /** Beneficiaries on the parachain. */
  readonly beneficiaries?: readonly Uint8Array[];
  /** Diem accounts that may be refunded or paid. */
  readonly payees?: readonly AccountAddress[];
  /** Custody's payments from this number on. */
  readonly paidFrom?: bigint;
  /** Any other events, last. */
  readonly more?: readonly EventRange[];
}

/**
 * Proves it from the configuration's roots of trust, so that it serves any enclave, however far
 * behind.
 */
export const prove = async (bridge: TestBridge, shown: Shown): Promise<ProofBundle> => {
  const { config, devnet, issuer } = bridge;
  const { ledger, deposits = [], beneficiaries = [], payees = [], paidFrom, more = [] } = shown;
  const anchor = ledger === undefined ? undefined : anchorOf(bridgeId(config), ledger);
  const codes = config.currencies.map(({ code }) => code);
  const needs = mergeNeeds(
    batchNeeds(config, issuer, anchor),
    ...beneficiaries.map((account) => receiverNeeds(config, codes, account)),
    { ...NO_NEEDS, accounts: payees },
  );
  await devnet.finalizeBest();
  // Diem's last block may be from before the parachain's.
  devnet.diem.chain.produceBlock();
  const { diem: state } = initialLightClientState(config);
  const { chainId, custody } = config.diem;
  const client = createDiemClient(createEndpoints([devnet.diem.url]), RPC_BOUNDS);
  const { account } = await proveCustody(client, state, { chainId, custody });
  const { key: sentKey, count } = account.sentEvents;
  const sent = paidFrom === undefined ? [] : numbersBetween(paidFrom, count);
  const ranges = [...rangesOf(account.receivedEvents.key, deposits), ...rangesOf(sentKey, sent), ...more];
  const request = { state, epoch: undefined, chainId, ranges, accounts: needs.accounts };
  const diem = await collectDiemProofs(client, request, (proofs) => proofs);
  const head = await proveFinalHead(bridge);
  const { nodes } = await proveStorage(rpcOf(devnet.assetHub.url), head.para, needs.storage);
  return {
    diem,
    parachain: { finality: [head.step], earlier: undefined, headProof: head.headProof, storageProof: nodes },
  };
};
