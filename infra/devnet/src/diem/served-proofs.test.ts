/**
 * Everything that the node proves is verified by the light client, from the genesis waypoint on.
 */

import { accumulatorRangeProof } from "@pdiem/chain-formats/diem/proofs/accumulator-range";
import { verifyEventByVersion } from "@pdiem/chain-formats/diem/proofs/event-by-version";
import { verifyTransactionList } from "@pdiem/chain-formats/diem/proofs/transaction-list";
import { transactionWithProof } from "@pdiem/chain-formats/diem/proofs/transaction-proof";
import { readValidatorSet } from "@pdiem/chain-formats/diem/state/resources/validator-set";
import { verifyAccountTransactions } from "@pdiem/chain-formats/diem/transactions/account-transactions";
import { transaction } from "@pdiem/chain-formats/diem/transactions/transaction";
import { fromHex, toHex } from "@pdiem/light-client/bytes";
import { bytes, type Codec, decode, vector } from "@pdiem/light-client/codec/bcs";
import type { AccountAddress } from "@pdiem/light-client/diem/address/account-address";
import { epochChangeProof } from "@pdiem/light-client/diem/epochs/epoch-change";
import { ledgerInfoWithSignatures } from "@pdiem/light-client/diem/epochs/ledger-info";
import {
  type Ratcheted,
  ratchet,
  type TrustedState,
  trustedStateOf,
  trustedVersion,
} from "@pdiem/light-client/diem/epochs/trusted-state";
import { verifyAccountState } from "@pdiem/light-client/diem/proofs/account-state-proof";
import { accumulatorProof } from "@pdiem/light-client/diem/proofs/accumulator";
import { accumulatorConsistencyProof } from "@pdiem/light-client/diem/proofs/accumulator-append";
import { type EventWithProof, eventWithProof, verifyEvent } from "@pdiem/light-client/diem/proofs/event-proof";
import { sparseMerkleProof } from "@pdiem/light-client/diem/proofs/sparse-merkle";
import { transactionInfo } from "@pdiem/light-client/diem/proofs/transaction-info";
import { contractEvent, type EventKey } from "@pdiem/light-client/diem/state/event";
import { readBalance, readDiemAccount } from "@pdiem/light-client/diem/state/resources/diem-account";
import { beforeAll, describe, expect, test } from "vitest";
import { handleRequest } from "./json-rpc/handler.js";
import { createTestNetwork, type TestAccount, type TestNetwork, testAccount } from "./test-network.js";
import { DIEM_ROOT } from "./well-known-addresses.js";

type Result = Readonly<Record<string, string>>;

const EPOCHS = 130;
const PAYMENTS = 20;

let network: TestNetwork;
let alice: TestAccount;
let bob: TestAccount;
let verified: Ratcheted["verified"];

const call = <T>(method: string, ...params: readonly unknown[]): T => {
  const text = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
  return (JSON.parse(handleRequest(network.chain, text).body) as { readonly result: T }).result;
};
const read = <T>(codec: Codec<T>, hex: string | undefined): T => decode(codec, fromHex(hex ?? ""));

const step = (state: TrustedState): Ratcheted => {
  const proof = call<Result>("get_state_proof", Number(trustedVersion(state)));
  const changes = read(epochChangeProof, proof.epoch_change_proof);
  const genesisRoot = changes.ledgerInfos[0]?.ledgerInfo.commitInfo.executedStateId ?? new Uint8Array(32);
  return ratchet(state, {
    latest: read(ledgerInfoWithSignatures, proof.ledger_info_with_signatures),
    epochChangeProof: changes,
    consistencyProof: read(accumulatorConsistencyProof, proof.ledger_consistency_proof),
    initialAccumulator: { frozenSubtreeRoots: [genesisRoot], numLeaves: 1n },
  });
};

const accountState = (address: AccountAddress, version?: number) => {
  const result = call<{ version: number; blob: string | null; proof: Result }>(
    "get_account_state_with_proof",
    toHex(address),
    version ?? null,
  );
  const { proof } = result;
  return {
    version: BigInt(result.version),
    blob: result.blob === null ? undefined : read(bytes(), result.blob),
    proof: {
      transactionInfoWithProof: {
        ledgerInfoToTransactionInfoProof: read(accumulatorProof, proof.ledger_info_to_transaction_info_proof),
        transactionInfo: read(transactionInfo, proof.transaction_info),
      },
      transactionInfoToAccountProof: read(sparseMerkleProof, proof.transaction_info_to_account_proof),
    },
  };
};

const receivedKey = (account: TestAccount): EventKey => {
  const state = network.chain.store.accountAt(account.address, network.chain.store.version()) ?? [];
  return readDiemAccount(state)?.receivedEvents.key ?? new Uint8Array();
};

const readEvent = (item: Result | undefined): EventWithProof => read(eventWithProof, item?.event_with_proof);

beforeAll(() => {
  network = createTestNetwork(7);
  alice = network.fund("alice", 1_000_000n);
  bob = network.fund("bob", 0n);
  const leaver = network.validators[0]?.owner.address ?? DIEM_ROOT;
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    if (epoch < PAYMENTS) network.pay(alice, { payee: bob.address, amount: BigInt(1 + epoch) });
    if (epoch === 3) network.association.removeValidator(leaver);
    else if (epoch === 7) network.association.addValidator(leaver);
    else network.association.nextEpoch();
  }
  network.chain.produceBlock();
});

describe("from the genesis waypoint", () => {
  test("state proofs lead over pages of a hundred epochs to the latest ledger info", () => {
    const first = step(trustedStateOf(network.chain.waypoint));
    expect(first.isLatest).toBe(false);
    const second = step(first.state);
    expect(second.isLatest).toBe(true);
    const { version, executedStateId } = network.chain.latest().ledgerInfo.commitInfo;
    expect(second.verified.ledgerInfo.commitInfo).toMatchObject({ version, executedStateId });
    expect(step(second.state).change).toBe("noChange");
    verified = second.verified;
  });

  test("a validator that leaves is out of the set until it is back", () => {
    const sizes = network.chain
      .epochEnds()
      .map(({ ledgerInfo }) => ledgerInfo.commitInfo.nextEpochState?.verifier.validators.length);
    expect(sizes.slice(0, 10)).toEqual([7, 7, 7, 7, 6, 6, 6, 6, 7, 7]);
    const root = verifyAccountState(verified, DIEM_ROOT, accountState(DIEM_ROOT)) ?? [];
    expect(readValidatorSet(root)?.validators).toHaveLength(7);
  });

  test("accounts are proved as they are, as they were, and as absent", () => {
    const now = verifyAccountState(verified, bob.address, accountState(bob.address)) ?? [];
    expect(readBalance(now, "XUS")).toBe(BigInt((PAYMENTS * (PAYMENTS + 1)) / 2));
    const paid = network.chain.store.eventPlaces(receivedKey(bob))[2]?.version ?? 0;
    const then = verifyAccountState(verified, bob.address, accountState(bob.address, paid), BigInt(paid)) ?? [];
    expect(readBalance(then, "XUS")).toBe(6n);
    expect(verifyAccountState(verified, bob.address, accountState(bob.address, 1), 1n)).toBeUndefined();
    const nobody = testAccount("nobody").address;
    expect(verifyAccountState(verified, nobody, accountState(nobody))).toBeUndefined();
  });

  test("a stream's events are proved, each with its place", () => {
    const key = receivedKey(bob);
    const items = call<readonly Result[]>("get_events_with_proofs", toHex(key), 0, 100);
    expect(items).toHaveLength(PAYMENTS);
    for (const [i, item] of items.entries())
      expect(verifyEvent(verified, readEvent(item), { key, sequenceNumber: BigInt(i) }).status.type).toBe("executed");
  });

  test("the events before and after a version are proved", () => {
    const key = receivedKey(bob);
    const version = network.chain.store.eventPlaces(key)[4]?.version ?? 0;
    const answer = call<Readonly<Record<string, Result>>>("get_event_by_version_with_proof", toHex(key), version + 1);
    const bounds = {
      lowerBoundIncl: readEvent(answer.lower_bound_incl),
      upperBoundExcl: readEvent(answer.upper_bound_excl),
    };
    const query = { key, version: BigInt(version + 1), count: BigInt(PAYMENTS) };
    expect(verifyEventByVersion(verified, query, bounds).lowerBound?.event.sequenceNumber).toBe(4n);
  });

  test("runs of transactions are proved with their events", () => {
    const first = 3;
    const answer = call<{ serialized_transactions: readonly string[]; serialized_events: string; proofs: Result }>(
      "get_transactions_with_proofs",
      first,
      50,
      true,
    );
    const list = {
      transactions: answer.serialized_transactions.map((hex) => read(transaction, hex)),
      events: read(vector(vector(contractEvent)), answer.serialized_events),
      firstTransactionVersion: BigInt(first),
      proof: {
        ledgerInfoToTransactionInfosProof: read(
          accumulatorRangeProof,
          answer.proofs.ledger_info_to_transaction_infos_proof,
        ),
        transactionInfos: read(vector(transactionInfo), answer.proofs.transaction_infos),
      },
    };
    const query = { first: BigInt(first), limit: 50, includeEvents: true };
    expect(verifyTransactionList(verified, query, list)).toHaveLength(50);
  });

  test("an account's transactions are proved by their sequence numbers", () => {
    const answer = call<{ serialized_txns_with_proofs: readonly string[] }>(
      "get_account_transactions_with_proofs",
      toHex(alice.address),
      5,
      10,
      true,
    );
    const proofs = answer.serialized_txns_with_proofs.map((hex) => read(transactionWithProof, hex));
    const query = { sender: alice.address, start: 5n, limit: 10, includeEvents: true };
    expect(verifyAccountTransactions(verified, query, proofs)).toHaveLength(10);
  });
});
