import { copyFile } from "node:fs/promises";
import { initialHeads } from "@pdiem/bridge/facts/light-client-state";
import { payout } from "@pdiem/bridge/payout/payout";
import { release } from "@pdiem/bridge/ledger/release";
import { ENCLAVE_SEED, ISSUER, XUS } from "@pdiem/bridge/testing/config";
import { releaseOf, sentFor } from "@pdiem/bridge/testing/payouts";
import { verifyFacts } from "@pdiem/bridge/facts/verify-facts";
import { createMachine, type Machine, post, type Reply } from "@pdiem/enclave/testing/machine";
import { fromHex, toHex } from "@pdiem/light-client/bytes";
import { decode, encode } from "@pdiem/light-client/codec/bcs";
import {
  type SignedTransaction,
  signedTransaction,
  verifySignedTransaction,
} from "@pdiem/light-client/diem/transactions/signed-transaction";
import { signedTransactionHash } from "@pdiem/light-client/diem/transactions/transaction";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { provableConfig, prove } from "./evidence.js";
import { itemOf, LEDGER, payableWorld, payoutRequest } from "./payout-requests.js";
import { refusal, startActivated, startSealed } from "./requests.js";

const transactionOf = ({ status, body }: Reply): SignedTransaction => {
  expect({ status, code: body.code }).toEqual({ status: 200, code: undefined });
  return decode(signedTransaction, fromHex(String(body.transaction)));
};

let machine: Machine;
beforeEach(async () => {
  machine = await createMachine();
});
afterEach(() => machine.clear());

describe("a payout by the enclave", () => {
  it("signs exactly the payment that anyone can foretell", async () => {
    const enclave = await startSealed(machine);
    const evidence = prove(payableWorld(9n), 5);
    const reply = await post(enclave, "/v1/payout", payoutRequest(evidence));
    const signed = transactionOf(reply);
    const { facts } = verifyFacts(provableConfig, initialHeads(provableConfig), evidence);
    const foretold = payout(
      { config: provableConfig, issuer: ISSUER, ledger: LEDGER, decisions: [] },
      facts,
      itemOf(0),
    );
    expect(signed.rawTransaction).toEqual(foretold.transaction);
    verifySignedTransaction(signed);
    expect(signed.authenticator).toMatchObject({ type: "ed25519", value: { publicKey: ISSUER } });
    expect(reply.body).toMatchObject({
      hash: `0x${toHex(signedTransactionHash(signed))}`,
      index: "0",
      sequenceNumber: "9",
      expirationTimestampSecs: foretold.transaction.expirationTimestampSecs.toString(),
      heads: { diem: { version: "5" } },
    });
  });

  it("is the same asked twice, after a restart, of clones, and with the enclave's file put back", async () => {
    const request = payoutRequest(prove(payableWorld(9n), 5));
    await machine.sealKey(provableConfig, ENCLAVE_SEED.slice());
    const clone = await machine.clone();
    const copy = `${machine.sealed}.copy`;
    await copyFile(machine.sealed, copy);
    const enclave = await startActivated(machine);
    const replies = [await post(enclave, "/v1/payout", request), await post(enclave, "/v1/payout", request)];
    await enclave.stop();
    await copyFile(copy, machine.sealed);
    for (const on of [machine, clone]) replies.push(await post(await startActivated(on), "/v1/payout", request));
    expect(new Set(replies.map((reply) => toHex(encode(signedTransaction, transactionOf(reply))))).size).toBe(1);
  });

  it("for two releases takes the same sequence number, so that one of them executes", async () => {
    const enclave = await startSealed(machine);
    const evidence = prove(payableWorld(9n), 5);
    const [first, second] = [
      transactionOf(await post(enclave, "/v1/payout", payoutRequest(evidence, 0))),
      transactionOf(await post(enclave, "/v1/payout", payoutRequest(evidence, 1))),
    ];
    expect(first.rawTransaction.payload).not.toEqual(second.rawTransaction.payload);
    expect([first, second].map(({ rawTransaction }) => rawTransaction.sequenceNumber)).toEqual([9n, 9n]);
  });

  it("is refused once paid, and goes to the next sequence number after one that aborted", async () => {
    const enclave = await startSealed(machine);
    const world = payableWorld(10n);
    world.diem.sent.push(sentFor(0n));
    const evidence = prove(world, 5);
    expect(await post(enclave, "/v1/payout", payoutRequest(evidence))).toEqual(refusal(409, "refused/paid-since"));
    const aborted = transactionOf(await post(enclave, "/v1/payout", payoutRequest(evidence, 1)));
    expect(aborted.rawTransaction.sequenceNumber).toBe(10n);
  });

  it("is refused while a sent event is withheld, or comes from another stream", async () => {
    const enclave = await startSealed(machine);
    const world = payableWorld(10n);
    world.diem.sent.push(sentFor(0n), sentFor(1n));
    const { diem, parachain } = prove(world, 5);
    const without = { diem: { ...diem, events: diem.events.slice(0, 1) }, parachain };
    expect(await post(enclave, "/v1/payout", payoutRequest(without))).toEqual(refusal(422, "proof/not-shown"));
    world.diem.received.push(sentFor(0n), sentFor(1n));
    const received = prove(world, 7);
    const others = { ...received, diem: { ...received.diem, events: received.diem.events.slice(0, 2) } };
    expect(await post(enclave, "/v1/payout", payoutRequest(others))).toEqual(refusal(422, "proof/not-shown"));
  });

  it("is refused from a block at which the asset is frozen", async () => {
    const enclave = await startSealed(machine);
    const world = payableWorld(9n);
    world.parachain.setAsset(XUS.assetId, { status: "frozen" });
    expect(await post(enclave, "/v1/payout", payoutRequest(prove(world, 5)))).toEqual(
      refusal(409, "refused/asset-frozen"),
    );
  });

  it("is refused by an enclave whose key isn't custody's", async () => {
    const stranger = await startActivated(machine);
    expect(await post(stranger, "/v1/payout", payoutRequest(prove(payableWorld(9n), 5)))).toEqual(
      refusal(409, "refused/not-in-force"),
    );
  });

  it("is not understood with anything missing, more or too long", async () => {
    const enclave = await startSealed(machine);
    const request = payoutRequest(prove(payableWorld(9n), 5));
    const siblings = Array.from({ length: 64 }, () => `0x${"00".repeat(32)}`);
    const leaf = `0x${toHex(encode(release, releaseOf()))}`;
    for (const body of [
      { ...request, payout: undefined },
      { ...request, profile: "statemine-900" },
      { ...request, payout: { ...Object(request.payout), index: "-1" } },
      { ...request, payout: { ...Object(request.payout), index: (1n << 64n).toString() } },
      { ...request, payout: { index: "0", release: { leaf, siblings } } },
      { ...request, payout: { index: "0", release: { leaf: `0x${"00".repeat(257)}`, siblings: [] } } },
    ])
      expect(await post(enclave, "/v1/payout", body)).toEqual(refusal(400, "decode/json"));
    const junk = { ...request, payout: { index: "0", release: { leaf: "0x00", siblings: [] } } };
    expect(await post(enclave, "/v1/payout", junk)).toEqual(refusal(400, expect.stringMatching(/^decode\//)));
  });
});
