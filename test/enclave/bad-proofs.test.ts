import type { ProofBundle } from "@pdiem/bridge/facts/proof-bundle";
import { items } from "@pdiem/bridge/settlement/items";
import { routes } from "@pdiem/enclave/routes";
import { ask, askFor, createMachine, type Machine, type Reply, sendBytes } from "@pdiem/enclave/testing/machine";
import { encode } from "@pdiem/light-client/codec/bcs";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { prove } from "./proofs.js";
import { ANSWERED, depositItems, refusal, settleRequest, startSealed, worldWith } from "./requests.js";

let machine: Machine;
beforeEach(async () => {
  machine = await createMachine();
});
afterEach(() => machine.clear());

const own = prove(worldWith(2), 5);
const request = settleRequest(own, depositItems(2));
const bytes = encode(routes.settle.request, request);

/**
 * Refused for a reason, or a part was changed that nothing needs, and what is signed is the honest
 * batch.
 */
const expectRefusalOr = (honest: Uint8Array, reply: Reply<"settle">): void => {
  if (!("error" in reply)) {
    expect(reply.body.anchor).toEqual(honest);
    return;
  }
  expect([400, 409, 422]).toContain(reply.status);
  expect(reply.error.code).toMatch(/^(decode|proof|refused)\//);
};

/** Each byte string among the proofs, with what gives proofs that have another one there. */
const parts = ({
  diem,
  parachain,
}: ProofBundle): readonly (readonly [Uint8Array, (part: Uint8Array) => ProofBundle])[] => [
  [diem.ledgerInfo, (ledgerInfo) => ({ parachain, diem: { ...diem, ledgerInfo } })],
  [diem.epochChanges, (epochChanges) => ({ parachain, diem: { ...diem, epochChanges } })],
  ...diem.accounts.map(
    ({ address, proof }, i) =>
      [
        proof,
        (changed: Uint8Array): ProofBundle => ({
          parachain,
          diem: { ...diem, accounts: diem.accounts.with(i, { address, proof: changed }) },
        }),
      ] as const,
  ),
  ...diem.events.map(
    (event, i) =>
      [
        event,
        (changed: Uint8Array): ProofBundle => ({ parachain, diem: { ...diem, events: diem.events.with(i, changed) } }),
      ] as const,
  ),
  ...parachain.finality.flatMap((step, i) => [
    [
      step.proof,
      (proof: Uint8Array): ProofBundle => ({
        diem,
        parachain: { ...parachain, finality: parachain.finality.with(i, { ...step, proof }) },
      }),
    ] as const,
  ]),
  ...parachain.headProof.map(
    (node, i) =>
      [
        node,
        (changed: Uint8Array): ProofBundle => ({
          diem,
          parachain: { ...parachain, headProof: parachain.headProof.with(i, changed) },
        }),
      ] as const,
  ),
  ...parachain.storageProof.map(
    (node, i) =>
      [
        node,
        (changed: Uint8Array): ProofBundle => ({
          diem,
          parachain: { ...parachain, storageProof: parachain.storageProof.with(i, changed) },
        }),
      ] as const,
  ),
];

describe("a request with bad proofs", () => {
  it.each<[string, (part: Uint8Array) => Uint8Array]>([
    ["without their last byte", (part) => part.subarray(0, -1)],
    ["cut to one byte", (part) => part.subarray(0, 1)],
    ["emptied", () => new Uint8Array()],
    ["with a bit changed", (part) => part.with(part.length >> 1, (part[part.length >> 1] ?? 0) ^ 1)],
    ["doubled", (part) => new Uint8Array([...part, ...part])],
  ])("is refused with a code, each of them %s, and the honest one after it served", async (_, change) => {
    const enclave = await startSealed(machine);
    const changed = parts(own);
    expect(changed.length).toBeGreaterThan(10);
    const replies: Reply<"settle">[] = [];
    for (const [part, put] of changed)
      replies.push(await ask(enclave, "settle", { ...request, proofs: put(change(part)) }));
    const honest = await askFor(enclave, "settle", request);
    for (const reply of replies) expectRefusalOr(honest.anchor, reply);
    expect(replies.filter(({ status }) => status !== 200).length).toBeGreaterThan(8);
  });

  it("is refused with a code or signed as it was meant, with any byte before its items another one", async () => {
    const enclave = await startSealed(machine);
    const honest = await askFor(enclave, "settle", request);
    await fc.assert(
      fc.asyncProperty(
        fc.nat(bytes.length - 1 - encode(items, request.items).length),
        fc.integer({ min: 1, max: 255 }),
        async (at, by) => {
          const reply = await sendBytes(enclave, "settle", bytes.with(at, (bytes[at] ?? 0) ^ by));
          expectRefusalOr(honest.anchor, reply);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("is refused as not understood, cut off anywhere or with more after it", async () => {
    const enclave = await startSealed(machine);
    const understood = refusal(400, expect.stringMatching(/^decode\//));
    for (let i = 0; i < 50; i++)
      expect(await sendBytes(enclave, "settle", bytes.subarray(0, Math.floor((bytes.length * i) / 50)))).toEqual(
        understood,
      );
    expect(await sendBytes(enclave, "settle", new Uint8Array([...bytes, 0]))).toEqual(understood);
    expect(await sendBytes(enclave, "settle", bytes)).toEqual(ANSWERED);
  });

  it("is refused where its parts are of two ledger infos", async () => {
    const enclave = await startSealed(machine);
    const other = prove(worldWith(2), 6);
    const mixed = { ...own, diem: { ...own.diem, ledgerInfo: other.diem.ledgerInfo } };
    expect(await ask(enclave, "settle", settleRequest(mixed, depositItems(2)))).toEqual(
      refusal(422, expect.stringMatching(/^proof\//)),
    );
  });

  it("is refused where its parts are of two blocks", async () => {
    const enclave = await startSealed(machine);
    const other = prove(worldWith(2), 6);
    const later = worldWith(2);
    later.parachain.time += 1n;
    const foreign = prove(later, 5).parachain;
    for (const parachain of [
      { ...own.parachain, storageProof: foreign.storageProof },
      { ...own.parachain, headProof: foreign.headProof },
      { ...own.parachain, finality: foreign.finality },
      { ...foreign, finality: other.parachain.finality },
    ])
      expect(await ask(enclave, "settle", settleRequest({ ...own, parachain }, depositItems(2)))).toEqual(
        refusal(422, expect.stringMatching(/^proof\//)),
      );
  });
});
