/** Masks hide hashes and signatures, and nothing that a client acts on. */

import { handleRequest } from "@pdiem/devnet/diem/json-rpc/handler";
import { createTestNetwork } from "@pdiem/devnet/diem/test-network";
import { fromHex, toHex, utf8 } from "@pdiem/light-client/bytes";
import { decode, encode } from "@pdiem/light-client/codec/bcs";
import { ledgerInfoWithSignatures } from "@pdiem/light-client/diem/epochs/ledger-info";
import { type EventWithProof, eventWithProof } from "@pdiem/light-client/diem/proofs/event-proof";
import { expect, test } from "vitest";
import { maskAnswer } from "./masking.js";

const network = createTestNetwork();
const bob = network.fund("bob", 0n);
network.pay(network.fund("alice", 100n), { payee: bob.address, amount: 5n, metadata: utf8("for tea") });

const ask = (method: string, ...params: readonly unknown[]): string =>
  handleRequest(network.chain, JSON.stringify({ jsonrpc: "2.0", id: 1, method, params })).body;

const event = (): EventWithProof => {
  const key = `0200000000000000${toHex(bob.address)}`;
  const hex = /"event_with_proof":"([0-9a-f]+)"/.exec(ask("get_events_with_proofs", key, 0, 1))?.[1];
  return decode(eventWithProof, fromHex(hex ?? ""));
};
const masked = (value: EventWithProof): string =>
  maskAnswer(`{"event_with_proof":"${toHex(encode(eventWithProof, value))}"}`);

test("hashes and signatures of two networks look alike, and the same answer looks the same", () => {
  const shown = event();
  const info = shown.proof.transactionInfoWithProof;
  const other = { ...info.transactionInfo, stateRootHash: new Uint8Array(32).fill(7) };
  const changed = { ...shown.proof, transactionInfoWithProof: { ...info, transactionInfo: other } };
  expect(masked({ ...shown, proof: changed })).toBe(masked(shown));
  const latest = network.chain.latest();
  const state = (value: typeof latest): string =>
    maskAnswer(`{"ledger_info_with_signatures":"${toHex(encode(ledgerInfoWithSignatures, value))}"}`);
  const signatures = latest.signatures.map(([address]) => [address, new Uint8Array(64)] as const);
  expect(state({ ...latest, signatures })).toBe(state(latest));
  expect(state({ ...latest, signatures: signatures.slice(1) })).not.toBe(state(latest));
});

test("a changed amount, version, number of siblings or status shows", () => {
  const shown = event();
  const info = shown.proof.transactionInfoWithProof;
  const { siblings } = info.ledgerInfoToTransactionInfoProof;
  const withInfo = (value: Partial<typeof info>): EventWithProof => ({
    ...shown,
    proof: { ...shown.proof, transactionInfoWithProof: { ...info, ...value } },
  });
  const variants = [
    { ...shown, transactionVersion: shown.transactionVersion + 1n },
    { ...shown, event: { ...shown.event, eventData: shown.event.eventData.with(0, 6) } },
    withInfo({ ledgerInfoToTransactionInfoProof: { siblings: siblings.slice(1) } }),
    withInfo({ transactionInfo: { ...info.transactionInfo, gasUsed: 1n } }),
    withInfo({ transactionInfo: { ...info.transactionInfo, status: { type: "outOfGas", value: undefined } } }),
  ];
  for (const variant of variants) expect(masked(variant)).not.toBe(masked(shown));
});

test("the order of members and the form of numbers show", () => {
  const answer = ask("get_currencies");
  expect(maskAnswer(answer)).toBe(answer);
  expect(maskAnswer(ask("get_metadata"))).not.toContain(toHex(network.chain.store.accumulator.root(1)));
});
