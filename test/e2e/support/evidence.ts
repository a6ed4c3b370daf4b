/** Evidence for the enclave, collected as a relayer does, but without a look at what it says: that is the enclave's part. */
import { anchorOf } from "@pdiem/bridge/ledger/anchor";
import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import type { Evidence } from "@pdiem/bridge/facts/proof-bundle";
import { initialHeads } from "@pdiem/bridge/facts/light-client-state";
import type { Ledger } from "@pdiem/bridge/ledger/ledger";
import type { AccountAddress } from "@pdiem/light-client/diem/address/account-address";
import { createDiemClient } from "@pdiem/relayer/chains/diem/client";
import { proveCustody } from "@pdiem/relayer/chains/diem/payments";
import { collectDiemEvidence, type EventRange } from "@pdiem/relayer/simulate/diem-proofs";
import { mergeNeeds, NO_NEEDS } from "@pdiem/relayer/simulate/needs";
import { batchNeeds, placesBetween, receiverNeeds } from "@pdiem/relayer/simulate/predict";
import { rangesOf } from "@pdiem/relayer/simulate/event-ranges";
import { proveStorage } from "@pdiem/relayer/chains/parachain/proven-state";
import { createEndpoints } from "@pdiem/relayer/chains/rpc/endpoints";
import { proveFinalHead, RPC_BOUNDS, rpcOf } from "./final-state.js";
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
  readonly senders?: readonly AccountAddress[];
  /** Custody's payments from this number on. */
  readonly paidFrom?: bigint;
  /** Any other events, last. */
  readonly more?: readonly EventRange[];
}

/** Proves it from the configuration's roots of trust, so that it serves any enclave, however far behind. */
export const prove = async (bridge: TestBridge, shown: Shown): Promise<Evidence> => {
  const { config, devnet, issuer, assets } = bridge;
  const { ledger, deposits = [], beneficiaries = [], senders = [], paidFrom, more = [] } = shown;
  const anchor = ledger === undefined ? undefined : anchorOf(bridgeId(config), ledger);
  const needs = mergeNeeds(
    batchNeeds(config, issuer, anchor),
    ...beneficiaries.map((account) => receiverNeeds(assets, account)),
    { ...NO_NEEDS, accounts: senders },
  );
  await devnet.finalizeBest();
  // Diem's last block may be from before the parachain's.
  devnet.diem.chain.produceBlock();
  const { diem: state } = initialHeads(config);
  const { chainId, custody } = config.diem;
  const client = createDiemClient(createEndpoints([devnet.diem.url]), RPC_BOUNDS);
  const { account } = await proveCustody(client, state, { chainId, custody });
  const { key: sentKey, count } = account.sentEvents;
  const sent = paidFrom === undefined ? [] : placesBetween(paidFrom, count);
  const ranges = [...rangesOf(account.receivedEvents.key, deposits), ...rangesOf(sentKey, sent), ...more];
  const request = { state, chainId, ranges, accounts: needs.accounts };
  const diem = await collectDiemEvidence(client, request, (evidence) => evidence);
  const head = await proveFinalHead(bridge);
  const { nodes } = await proveStorage(rpcOf(devnet.assetHub.url), head.para, needs.storage);
  return { diem, parachain: { finality: [head.step], headProof: head.headProof, storageProof: nodes } };
};
