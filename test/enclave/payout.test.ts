import { copyFile } from "node:fs/promises";
import type { ProofBundle } from "@pdiem/bridge/facts/proof-bundle";
import { verifyFacts } from "@pdiem/bridge/facts/verify-facts";
import { anchorOf } from "@pdiem/bridge/ledger/anchor";
import { paymentRequest } from "@pdiem/bridge/payout/payment-request";
import { type Payment, payments } from "@pdiem/bridge/payout/payout";
import { ENCLAVE_SEED, ISSUER, XUS } from "@pdiem/bridge/testing/config";
import { START_SEQUENCE } from "@pdiem/bridge/testing/diem-world";
import { governed } from "@pdiem/bridge/testing/guardians";
import { signedTransaction, verifySignedTransaction } from "@pdiem/chain-formats/diem/transactions/signed-transaction";
import { signedTransactionHash } from "@pdiem/chain-formats/diem/transactions/transaction";
import { routes } from "@pdiem/enclave/routes";
import { initialSets } from "@pdiem/enclave/state/kept";
import { ask, askFor, createMachine, type Machine, sendBytes } from "@pdiem/enclave/testing/machine";
import { decode, encode } from "@pdiem/light-client/codec/bcs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { OWING, payableWorld, paymentRequestOf, payoutRequest } from "./payout-requests.js";
import { asOlder, provableConfig, prove } from "./proofs.js";
import { BRIDGE_ID, refusal, startActivated, startSealed } from "./requests.js";

let machine: Machine;
beforeEach(async () => {
  machine = await createMachine();
});
afterEach(() => machine.clear());

const simulate = (proofs: ProofBundle): readonly Payment[] => {
  const { facts } = verifyFacts(provableConfig, initialSets(provableConfig), proofs);
  const bridge = { config: provableConfig, issuer: ISSUER, ...OWING };
  return payments(bridge, facts, [paymentRequestOf(0), paymentRequestOf(1)]);
};

describe("payouts by the enclave", () => {
  it("are exactly the payments that anyone can simulate, each for its own sequence number", async () => {
    const enclave = await startSealed(machine);
    const proofs = prove(payableWorld(), 5);
    const { payments: signed, lightClients } = await askFor(enclave, "payout", payoutRequest(proofs));
    expect(lightClients).toMatchObject({ diem: { version: 5n } });
    for (const [i, { transaction }] of simulate(proofs).entries()) {
      const payment = signed[i];
      if (payment === undefined) throw new Error("expected a payment of each release");
      const read = decode(signedTransaction, payment.transaction);
      expect(read.rawTransaction).toEqual(transaction);
      verifySignedTransaction(read);
      expect(read.authenticator).toMatchObject({ type: "ed25519", value: { publicKey: ISSUER } });
      expect(payment).toMatchObject({
        index: BigInt(i),
        sequenceNumber: START_SEQUENCE + BigInt(i),
        expirationTimestampSecs: transaction.expirationTimestampSecs,
        hash: signedTransactionHash(read),
      });
    }
    expect(signed).toHaveLength(2);
  });

  it("are the same asked together or one by one, twice, after a restart, of clones, and with the file put back", async () => {
    await machine.sealKey(provableConfig, ENCLAVE_SEED.slice());
    const clone = await machine.clone();
    const copy = `${machine.sealed}.copy`;
    await copyFile(machine.sealed, copy);
    const proofs = prove(payableWorld(), 5);
    const enclave = await startActivated(machine);
    const both = await askFor(enclave, "payout", payoutRequest(proofs));
    const second = await askFor(enclave, "payout", payoutRequest(asOlder(proofs), [1]));
    expect(second.payments).toEqual(both.payments.slice(1));
    await enclave.stop();
    await copyFile(copy, machine.sealed);
    for (const on of [machine, clone])
      expect(await askFor(await startActivated(on), "payout", payoutRequest(proofs))).toEqual(both);
  });

  it("PROTOCOL 4: aren't signed for a sequence number that is used, nor for one too far ahead", async () => {
    const enclave = await startSealed(machine);
    const used = prove(payableWorld(1), 5);
    expect(await ask(enclave, "payout", payoutRequest(used))).toEqual(refusal(409, "refused/number-used"));
    expect((await askFor(enclave, "payout", payoutRequest(asOlder(used), [1]))).payments).toMatchObject([
      { index: 1n, sequenceNumber: START_SEQUENCE + 1n },
    ]);
    const behind = payableWorld();
    behind.diem.custody = { ...behind.diem.custody, account: { sequenceNumber: 0n } };
    const ledger = { ...OWING.ledger, start: 64n };
    const far = { ...OWING, ledger };
    behind.parachain.approve(anchorOf(BRIDGE_ID, ledger));
    const request = { ...payoutRequest(prove(behind, 9), [0]), ...far };
    expect(await ask(enclave, "payout", request)).toEqual(refusal(409, "refused/number-ahead"));
  });

  it("PROTOCOL 4: aren't signed from a block at which the first asset is frozen, nor while paused", async () => {
    const enclave = await startSealed(machine);
    const world = payableWorld();
    world.parachain.setAsset(XUS.assetId, { status: "frozen" });
    expect(await ask(enclave, "payout", payoutRequest(prove(world, 5)))).toEqual(refusal(409, "refused/asset-frozen"));
    const paused = governed({ paused: true }, OWING);
    const stopped = payableWorld();
    stopped.parachain.approve(anchorOf(BRIDGE_ID, paused.ledger));
    const request = { ...payoutRequest(prove(stopped, 7)), ...paused };
    expect(await ask(enclave, "payout", request)).toEqual(refusal(409, "refused/paused"));
  });

  it("aren't signed of a release that was never owed", async () => {
    const enclave = await startSealed(machine);
    const request = payoutRequest(prove(payableWorld(), 5));
    const [first] = request.payments;
    if (first === undefined) throw new Error("expected a request");
    const more = { ...request, payments: [{ ...first, leaf: { ...first.leaf, amount: first.leaf.amount + 1n } }] };
    expect(await ask(enclave, "payout", more)).toEqual(refusal(422, expect.stringMatching(/^proof\//)));
  });

  it("aren't signed by an enclave whose key isn't custody's", async () => {
    const stranger = await startActivated(machine);
    expect(await ask(stranger, "payout", payoutRequest(prove(payableWorld(), 5)))).toEqual(
      refusal(409, "refused/not-in-force"),
    );
  });

  it("are bounded: no more than the window, none twice, one at least", async () => {
    const enclave = await startSealed(machine);
    const request = payoutRequest(prove(payableWorld(), 5));
    const [first] = request.payments;
    if (first === undefined) throw new Error("expected a request");
    expect(await ask(enclave, "payout", { ...request, payments: [] })).toEqual(refusal(409, "refused/payments"));
    expect(await ask(enclave, "payout", { ...request, payments: [first, first] })).toEqual(
      refusal(409, "refused/duplicate"),
    );
    const many = encode(routes.payout.request, { ...request, payments: Array(64).fill(first) });
    // Behind them stands one byte: no sessions.
    const count = many.length - 64 * encode(paymentRequest, first).length - 2;
    expect(many[count]).toBe(64);
    expect(await sendBytes(enclave, "payout", many.with(count, 65))).toEqual(refusal(400, "decode/length"));
  });
});
