/** Asking the enclave for payments on Diem, and what becomes of them there. */
import { readPaidRelease } from "@pdiem/bridge/deposit/destination";
import { initialLightClientState } from "@pdiem/bridge/facts/light-client-state";
import type { ProofBundle } from "@pdiem/bridge/facts/proof-bundle";
import type { PaymentRequest } from "@pdiem/bridge/payout/payment-request";
import type { History } from "@pdiem/bridge-client/journal/history";
import { call, eventually, rpcError } from "@pdiem/devnet/testing/rpc";
import type { RequestOf } from "@pdiem/enclave/routes";
import type { SignedPayment } from "@pdiem/enclave/wire/signing";
import { toHex } from "@pdiem/light-client/bytes";
import { readPayment } from "@pdiem/light-client/diem/state/event-data";
import { createDiemClient } from "@pdiem/relayer/chains/diem/client";
import { proveCustody, provePayments } from "@pdiem/relayer/chains/diem/payments";
import { createEndpoints } from "@pdiem/relayer/chains/rpc/endpoints";
import { prove } from "./proofs.js";
import { RPC_BOUNDS } from "./rpc.js";
import type { TestBridge } from "./test-bridge.js";

/** Names one release with its proof. */
export const paymentOf = ({ releases, trees }: History, index: number): PaymentRequest => {
  const leaf = releases[index];
  if (leaf === undefined) throw new RangeError(`expected release ${index}`);
  return { index: BigInt(index), leaf, path: trees.releases.path(BigInt(index)) };
};

export const payoutRequest = (
  history: History,
  proofs: ProofBundle,
  indexes: readonly number[],
): RequestOf<"payout"> => ({
  ledger: history.ledger,
  governance: history.governance,
  proofs,
  payments: indexes.map((index) => paymentOf(history, index)),
  sessions: [],
});

/** What paying any of the releases looks up, as it is now. */
export const provePayout = (bridge: TestBridge, { ledger }: History): Promise<ProofBundle> => prove(bridge, { ledger });

const submission = ({ transaction }: SignedPayment): readonly string[] => [toHex(transaction)];

/** Hands a payment to the node, which takes it. */
export const submit = ({ devnet: { diem } }: TestBridge, payment: SignedPayment): Promise<unknown> =>
  call(diem.url, "submit", submission(payment));

/** Waits until a payment's number is used. @returns how the transaction ended there */
export const included = async ({ devnet, config }: TestBridge, payment: SignedPayment): Promise<string> => {
  const { store } = devnet.diem.chain;
  const version = await eventually(() => store.transactionOf(config.diem.custody, payment.sequenceNumber));
  return store.infoAt(version).status.type;
};

/** Hands a payment to the node and waits until it is on the ledger. @returns how it ended there */
export const pay = async (bridge: TestBridge, payment: SignedPayment): Promise<string> => {
  await submit(bridge, payment);
  return included(bridge, payment);
};

/** Why the node, by its rules, doesn't take a payment. */
export const whyNotTaken = ({ devnet: { diem } }: TestBridge, payment: SignedPayment): Promise<unknown> =>
  rpcError(diem.url, "submit", submission(payment));

/**
 * What custody has paid, each proven in its place: release by release, in the order of the ledger.
 */
export const provePaid = async ({ devnet, config }: TestBridge): Promise<readonly (bigint | undefined)[]> => {
  const client = createDiemClient(createEndpoints([devnet.diem.url]), RPC_BOUNDS);
  const { chainId } = config.diem;
  const { state, account } = await proveCustody(client, initialLightClientState(config).diem, config.diem);
  const { key, count } = account.sentEvents;
  const events = count === 0n ? [] : await provePayments(client, state, chainId, key, { from: 0n, to: count });
  return events.map(({ event }) => readPaidRelease(readPayment(event).metadata));
};
