/** PROTOCOL 7a: holders sign together what each has proven by itself. */
import { readFile } from "node:fs/promises";
import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import { batchToSign, paymentToSign, type ToSign } from "@pdiem/bridge/custody/signing";
import { decisionBatch } from "@pdiem/bridge/governance/decision-batch";
import { NO_SETS } from "@pdiem/bridge/governance/known-sets";
import type { Session } from "@pdiem/bridge/holders/session";
import { payments as paymentsOf } from "@pdiem/bridge/payout/payout";
import { NO_ITEMS } from "@pdiem/bridge/settlement/items";
import { filled, ISSUER } from "@pdiem/bridge/testing/config";
import { START_SEQUENCE } from "@pdiem/bridge/testing/diem-world";
import { decided, type Governed, PAUSE, sign } from "@pdiem/bridge/testing/guardians";
import { owing } from "@pdiem/bridge/testing/payouts";
import { SENDER } from "@pdiem/bridge/testing/world";
import type { RequestOf } from "@pdiem/enclave/routes";
import { concat, toHex } from "@pdiem/light-client/bytes";
import { extrinsicSigner } from "@pdiem/light-client/polkadot/extrinsics/extrinsic-signer";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Actor, createStage, governedBy, refused, type Stage, worldOf } from "./handover-actors.js";
import { type Committed, commit, FIRST, HELD, sessionsOf, shareOf, signTogether, startHolder } from "./held.js";
import { depositWorld, factsOf, settlement } from "./held-settlement.js";
import { OWED, paymentRequestOf } from "./payout-requests.js";
import { prove } from "./proofs.js";
import { depositItems, ENCODING } from "./requests.js";

type Three = readonly [Actor, Actor, Actor];

/** Each three see one world only: no true chain has two blocks at one height. */
let stage: Stage;
let settlers: Three;
let payers: Three;
beforeAll(async () => {
  stage = createStage(HELD);
  const start = () => Promise.all([startHolder(stage, 1), startHolder(stage, 2), startHolder(stage, 3)]);
  [settlers, payers] = await Promise.all([start(), start()]);
});
afterAll(() => stage.clear());

const slotOf = (three: Three, slot: number): Actor => {
  const holder = three[slot - 1];
  if (holder === undefined) throw new RangeError("expected one of three slots");
  return holder;
};
const holderOf = (slot: number): Actor => slotOf(settlers, slot);
const payerOf = (slot: number): Actor => slotOf(payers, slot);
const commitBoth = async (slots: readonly number[] = [1, 2], of = holderOf) =>
  (await Promise.all(slots.map((slot) => commit(of(slot), slot)))).flat();

const askToSettle =
  ({ request }: ReturnType<typeof settlement>) =>
  async ({ actor }: Committed, session: Session) =>
    (await actor.ask("settle", request([session]))).share;

const { request, toSign } = settlement();
const PAYABLE = { balances: { XUS: 10_000n, XDX: 10_000n }, account: { sequenceNumber: START_SEQUENCE } };
const PAID: Governed = { ...FIRST, ledger: owing(OWED, FIRST.ledger) };
const payoutProofs = (() => {
  const world = worldOf(HELD, PAID);
  world.diem.custody = PAYABLE;
  world.diem.setAccount(SENDER, {});
  return prove(world, 5);
})();
const payoutRequest = (sessions: readonly Session[], proofs = payoutProofs, told = PAID): RequestOf<"payout"> => ({
  ...told,
  ...{ proofs, payments: OWED.map((_, i) => paymentRequestOf(i)), sessions },
});
const PAYMENTS = paymentsOf(
  { config: HELD, issuer: ISSUER, ...PAID },
  factsOf(payoutProofs),
  payoutRequest([]).payments,
).map((payment) => paymentToSign(ISSUER, payment));

/** Slot 1's isn't among them any more. */
const RETIRED = { measurements: HELD.measurements.slice(1) };

const settles = (signers: readonly Committed[], sessions: readonly Session[], which = 0) =>
  signers[which]?.actor.ask("settle", request(sessions));

describe("two of three holders", () => {
  it.each([[[1, 2]], [[1, 3]], [[2, 3]]])("sign a settlement, slots %j", async (slots) => {
    const { extrinsic } = await signTogether(await commitBoth(slots), toSign, askToSettle(settlement()));
    expect(extrinsicSigner(extrinsic)).toEqual(ISSUER);
    const templates = await Promise.all(
      slots.map(async (slot) => {
        const both = await commitBoth(slots);
        const session = sessionsOf(both, toSign)[slots.indexOf(slot)];
        return holderOf(slot).ask("settle", request(session === undefined ? [] : [session]));
      }),
    );
    for (const one of templates) expect(one.extrinsic).toEqual(toSign.complete(new Uint8Array(64)).extrinsic);
  });

  it("sign all payments of a request, each with a handle of its own", async () => {
    const pairs = await Promise.all([1, 3].map((slot) => commit(payerOf(slot), slot, PAYMENTS.length)));
    const sessions = PAYMENTS.map((payment, i) =>
      sessionsOf(
        pairs.flatMap((given) => given[i] ?? []),
        payment,
      ),
    );
    const answers = await Promise.all(
      [1, 3].map((slot, which) =>
        payerOf(slot).ask("payout", payoutRequest(sessions.flatMap((both) => both[which] ?? []))),
      ),
    );
    for (const [i, payment] of PAYMENTS.entries()) {
      const signers = pairs.flatMap((given) => given[i] ?? []);
      const shares = answers.map(({ payments }) => payments[i]?.share);
      const { transaction } = await signTogether(signers, payment, async ({ slot }) => shares[slot === 1 ? 0 : 1]);
      expect(transaction).toHaveLength(answers[0]?.payments[i]?.transaction.length ?? 0);
    }
  });

  it.each([
    ["sign a decision", {}],
    ["sign a decision though the measurement of one of them was retired", RETIRED],
  ])("%s", async (_, state) => {
    const told = governedBy(HELD, state);
    const three = await Promise.all([1, 2].map((slot) => startHolder(stage, slot)));
    const signers = (await Promise.all(three.map((actor, i) => commit(actor, i + 1)))).flat();
    const proofs = prove(worldOf(HELD, told), 5);
    const decision = sign(decided(told, PAUSE), undefined, bridgeId(HELD));
    const facts = factsOf(proofs);
    const batch = decisionBatch({ config: HELD, issuer: ISSUER, ...told }, facts.parachain, NO_SETS, decision);
    const message = batchToSign(HELD, ISSUER, ENCODING, facts.parachain, batch);
    const decide = (sessions: readonly Session[]): RequestOf<"decide"> => ({
      ...told,
      ...{ encoding: ENCODING, proofs, decision, sets: NO_SETS, sessions },
    });
    const ask = async ({ actor }: Committed, session: Session) => (await actor.ask("decide", decide([session]))).share;
    const { extrinsic } = await signTogether(signers, message, ask);
    expect(extrinsicSigner(extrinsic)).toEqual(ISSUER);
  });
});

describe("a holder", () => {
  it("signs no other message than it derives itself, and leaves the handle unspent", async () => {
    const signers = await commitBoth();
    const other: Pick<ToSign<unknown>, "message"> = { message: concat(toSign.message, Uint8Array.of(0)) };
    await expect(settles(signers, sessionsOf(signers, other).slice(0, 1))).rejects.toThrow(
      refused("refused/session-message"),
    );
    await settles(signers, sessionsOf(signers, toSign).slice(0, 1));
  });

  it("signs nothing that isn't proven: stale facts, or none", async () => {
    const signers = await commitBoth();
    const sessions = sessionsOf(signers, toSign).slice(0, 1);
    const elsewhere = { ...request(sessions), items: { ...NO_ITEMS, admissions: [] } };
    await expect(signers[0]?.actor.ask("settle", elsewhere)).rejects.toThrow(refused("refused/empty-batch"));
    const unproven = { ...request(sessions), proofs: payoutProofs };
    await expect(signers[0]?.actor.ask("settle", unproven)).rejects.toThrow();
  });

  it("takes each handle once, in this request or another", async () => {
    const signers = await commitBoth();
    const sessions = sessionsOf(signers, toSign).slice(0, 1);
    await settles(signers, sessions);
    await expect(settles(signers, sessions)).rejects.toThrow(refused("refused/handle-used"));
    const others = await commitBoth([1, 3]);
    const twice = others.slice(0, 1).concat(signers.slice(1));
    const again = sessionsOf(twice, toSign).map((session) => ({
      ...session,
      handle: signers[0]?.given.handle ?? session.handle,
    }));
    await expect(settles(signers, again.slice(0, 1))).rejects.toThrow(refused("refused/session-commitments"));
  });

  it("answers one of two that come at once with one handle", async () => {
    const signers = await commitBoth();
    const sessions = sessionsOf(signers, toSign).slice(0, 1);
    const replies = await Promise.allSettled([settles(signers, sessions), settles(signers, sessions)]);
    expect(replies.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  });

  it("signs none of a request's payments where one handle comes twice, and spends none", async () => {
    const pairs = await Promise.all([1, 2].map((slot) => commit(payerOf(slot), slot, PAYMENTS.length)));
    const sessions = PAYMENTS.flatMap(
      (payment, i) =>
        sessionsOf(
          pairs.flatMap((given) => given[i] ?? []),
          payment,
        )[0] ?? [],
    );
    const firstOnly = PAYMENTS.flatMap(
      (payment) =>
        sessionsOf(
          pairs.flatMap((given) => given[0] ?? []),
          payment,
        )[0] ?? [],
    );
    await expect(payerOf(1).ask("payout", payoutRequest(firstOnly))).rejects.toThrow(refused("refused/handle-used"));
    await expect(payerOf(1).ask("payout", payoutRequest(sessions.slice(1)))).rejects.toThrow(
      refused("refused/sessions"),
    );
    expect((await payerOf(1).ask("payout", payoutRequest(sessions))).payments).toHaveLength(PAYMENTS.length);
  });

  it("takes exactly as many commitments as sign, of rising slots, its own among them", async () => {
    const signers = await commitBoth([1, 2]);
    const [session] = sessionsOf(signers, toSign);
    const third = (await commitBoth([3]))[0];
    if (session === undefined || third === undefined) throw new Error("expected commitments");
    const [one, two] = session.commitments;
    const three = { slot: 3, nonces: third.given.nonces };
    if (one === undefined || two === undefined) throw new Error("expected two");
    const lists = [
      [],
      [one],
      [one, two, three],
      [two, one],
      [one, one],
      [two, three],
      [{ ...one, slot: 0 }, two],
      [one, { ...two, slot: 4 }],
      [{ ...one, nonces: two.nonces }, two],
      [{ ...one, nonces: { hiding: one.nonces.binding, binding: one.nonces.hiding } }, two],
    ];
    for (const commitments of lists)
      await expect(settles(signers, [{ ...session, commitments }])).rejects.toThrow(
        refused("refused/session-commitments"),
      );
    await settles(signers, [session]);
  });

  it.each([
    ["the identity", concat(Uint8Array.of(1), new Uint8Array(31))],
    [
      "a point with torsion",
      Uint8Array.from(Buffer.from("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05", "hex")),
    ],
    ["an encoding that isn't canonical", Uint8Array.from(Buffer.from(`f0${"ff".repeat(30)}7f`, "hex"))],
  ])("answers no commitments with %s, and spends its handle", async (_, point) => {
    for (const name of ["hiding", "binding"] as const) {
      const signers = await commitBoth([1, 2]);
      const [session] = sessionsOf(signers, toSign);
      if (session === undefined) throw new Error("expected a session");
      const commitments = session.commitments.map((one) =>
        one.slot === 2 ? { ...one, nonces: { ...one.nonces, [name]: point } } : one,
      );
      await expect(settles(signers, [{ ...session, commitments }])).rejects.toThrow(
        refused("refused/session-commitments"),
      );
      await expect(settles(signers, [session])).rejects.toThrow(refused("refused/handle-used"));
    }
  });

  it("needs a session, and knows no handle of another process, slot, or its own before a restart", async () => {
    await expect(holderOf(1).ask("settle", request([]))).rejects.toThrow(refused("refused/sessions"));
    const signers = await commitBoth([2, 3]);
    const sessions = sessionsOf(signers, toSign);
    await expect(holderOf(2).ask("settle", request(sessions.slice(1)))).rejects.toThrow(
      refused("refused/handle-unknown"),
    );
    const restarted = await startHolder(stage, 1);
    const [mine, theirs] = [await commit(restarted, 1), await commitBoth([2])];
    const own = sessionsOf([...mine, ...theirs], toSign).slice(0, 1);
    const after = await restarted.restart();
    await after.ask("activate", { config: HELD, challenge: filled(32, 1) });
    await expect(after.ask("settle", request(own))).rejects.toThrow(refused("refused/handle-unknown"));
  });

  it("commits to as many signatures as payments in a request, and to no more at once", async () => {
    expect((await holderOf(1).ask("commit", { count: 64 })).commitments).toHaveLength(64);
    await expect(holderOf(1).ask("commit", { count: 65 })).rejects.toThrow(refused("refused/commitments"));
  });

  it("whose measurement was retired signs decisions alone", async () => {
    const told = governedBy(HELD, RETIRED);
    const retired = { ...told, ledger: owing(OWED, told.ledger) };
    const world = depositWorld(retired);
    world.diem.custody = PAYABLE;
    const shown = { ...retired, proofs: prove(world, 5), sessions: [] };
    const holder = await startHolder(stage, 1);
    const payments = OWED.map((_, i) => paymentRequestOf(i));
    const settled = holder.ask("settle", { ...shown, encoding: ENCODING, items: depositItems(1) });
    await expect(settled).rejects.toThrow(refused("refused/measurement-retired"));
    const paid = holder.ask("payout", { ...shown, payments });
    await expect(paid).rejects.toThrow(refused("refused/measurement-retired"));
    const decision = sign(decided(retired, PAUSE), undefined, bridgeId(HELD));
    const decide = holder.ask("decide", { ...shown, encoding: ENCODING, decision, sets: NO_SETS });
    await expect(decide).rejects.toThrow(refused("refused/sessions"));
  });

  it("shows no share and no nonce in any answer, log line or file", async () => {
    const signers = await commitBoth();
    const reply = await settles(signers, sessionsOf(signers, toSign).slice(0, 1));
    const texts = [
      JSON.stringify(reply, (_, one) =>
        typeof one === "bigint" ? String(one) : one instanceof Uint8Array ? toHex(one) : one,
      ),
      ...stage.events,
    ];
    for (const slot of [1, 2, 3]) texts.push((await readFile(holderOf(slot).sealed)).toString("hex"));
    for (const slot of [1, 2, 3]) for (const text of texts) expect(text).not.toContain(toHex(shareOf(slot)));
  });
});
