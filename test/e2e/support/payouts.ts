/** Asking the enclave for payments on Diem, and what becomes of them there. */
import { proveLeaf, RELEASES } from "@pdiem/bridge/ledger/list";
import { readPaidRelease } from "@pdiem/bridge/deposit/destination";
import { type Evidence, formatEvidence } from "@pdiem/bridge/facts/proof-bundle";
import { initialHeads } from "@pdiem/bridge/facts/light-client-state";
import { formatPayoutItem } from "@pdiem/bridge/settlement/items";
import { type Ledger, ledger as ledgerCodec } from "@pdiem/bridge/ledger/ledger";
import type { Release } from "@pdiem/bridge/ledger/release";
import { call, eventually, rpcError } from "@pdiem/devnet/testing/rpc";
import type { PayoutRequest, SignedPayout } from "@pdiem/enclave/api";
import { toHex } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import { readPayment } from "@pdiem/light-client/diem/state/event-data";
import { createDiemClient } from "@pdiem/relayer/chains/diem/client";
import { proveCustody, provePayments } from "@pdiem/relayer/chains/diem/payments";
import { createEndpoints } from "@pdiem/relayer/chains/rpc/endpoints";
import { prove } from "./evidence.js";
import { RPC_BOUNDS } from "./final-state.js";
import type { TestBridge } from "./test-bridge.js";

/** The ledger in force, and all that it ever owed. */
export interface Owing {
  readonly ledger: Ledger;
  readonly releases: readonly Release[];
}

export const payoutRequest = ({ ledger, releases }: Owing, evidence: Evidence, index: number): PayoutRequest => ({
  ledger: `0x${toHex(encode(ledgerCodec, ledger))}`,
  decisions: "0x00",
  evidence: formatEvidence(evidence),
  payout: formatPayoutItem({ index: BigInt(index), release: proveLeaf(RELEASES, releases, index) }),
});

/** What paying any of the releases looks up, as it is now. */
export const provePayout = (bridge: TestBridge, { ledger, releases }: Owing): Promise<Evidence> =>
  prove(bridge, { ledger, paidFrom: ledger.paid.sent, senders: releases.map(({ payee }) => payee) });

const submission = ({ transaction }: SignedPayout): readonly string[] => [transaction.slice(2)];

/** Hands a payment to the node and waits until it is on the ledger. @returns how it ended there */
export const pay = async ({ devnet: { diem }, config }: TestBridge, payment: SignedPayout): Promise<string> => {
  await call(diem.url, "submit", submission(payment));
  const { store } = diem.chain;
  const version = await eventually(() => store.transactionOf(config.diem.custody, BigInt(payment.sequenceNumber)));
  return store.infoAt(version).status.type;
};

/** Why the node, by its rules, doesn't take a payment. */
export const whyNotTaken = ({ devnet: { diem } }: TestBridge, payment: SignedPayout): Promise<unknown> =>
  rpcError(diem.url, "submit", submission(payment));

/** What custody has paid, each proven in its place: release by release, in the order of the ledger. */
export const provePaid = async ({ devnet, config }: TestBridge): Promise<readonly (bigint | undefined)[]> => {
  const client = createDiemClient(createEndpoints([devnet.diem.url]), RPC_BOUNDS);
  const { chainId } = config.diem;
  const { state, account } = await proveCustody(client, initialHeads(config).diem, config.diem);
  const { key, count } = account.sentEvents;
  const events = count === 0n ? [] : await provePayments(client, state, chainId, key, { from: 0n, to: count });
  return events.map(({ event }) => readPaidRelease(readPayment(event).metadata));
};
