/** PROTOCOL 7a: a relayer has two of three holders sign, whatever the third does. */

import { paymentToSign } from "@pdiem/bridge/custody/signing";
import { payments as paymentsOf } from "@pdiem/bridge/payout/payout";
import { settle as settleItems } from "@pdiem/bridge/settlement/settle";
import { filled, ISSUER } from "@pdiem/bridge/testing/config";
import { START_SEQUENCE } from "@pdiem/bridge/testing/diem-world";
import type { Governed } from "@pdiem/bridge/testing/guardians";
import { owing } from "@pdiem/bridge/testing/payouts";
import { SENDER } from "@pdiem/bridge/testing/world";
import { EnclaveError } from "@pdiem/bridge-client/enclave/enclave-error";
import type { ResponseOf } from "@pdiem/enclave/routes";
import { concat } from "@pdiem/light-client/bytes";
import { verifyStrict } from "@pdiem/light-client/crypto/ed25519";
import { extrinsicSigner } from "@pdiem/light-client/polkadot/extrinsics/extrinsic-signer";
import type { Patience } from "@pdiem/relayer/signing/signing-task";
import { spareHolders } from "@pdiem/relayer/sync/enclave/holding";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Actor, activate, createStage, type Stage, worldOf } from "../enclave/handover-actors.js";
import { FIRST, HELD, startHolder } from "../enclave/held.js";
import { depositWorld, factsOf } from "../enclave/held-settlement.js";
import { OWED, paymentRequestOf } from "../enclave/payout-requests.js";
import { prove } from "../enclave/proofs.js";
import { depositItems, ENCODING } from "../enclave/requests.js";
import { type Host, hostOf, type Meddling, signersFor } from "./support/held-relayer.js";

let stage: Stage;
/** Each three see one world only: no true chain has two blocks at one height. */
let settlers: readonly Actor[];
let payers: readonly Actor[];
beforeAll(async () => {
  stage = createStage(HELD);
  const three = () => Promise.all([1, 2, 3].map((slot) => startHolder(stage, slot)));
  [settlers, payers] = await Promise.all([three(), three()]);
});
afterAll(() => stage.clear());

let hosts: readonly Host[];
let relayer: Awaited<ReturnType<typeof signersFor>>;
beforeEach(() => {
  hosts = settlers.map(hostOf);
});
afterEach(() => relayer.stop());

const begin = async (patience?: Patience): Promise<void> => {
  relayer = await signersFor(hosts, patience);
};

const settlement = (() => {
  const proofs = prove(depositWorld(), 5);
  const items = depositItems(1);
  const facts = factsOf(proofs);
  const batch = settleItems({ config: HELD, issuer: ISSUER, ...FIRST }, facts, items, []);
  return { request: { ...FIRST, encoding: ENCODING, proofs, items }, simulated: { facts: facts.parachain, batch } };
})();
const settle = () => relayer.signers.settle(settlement.request, settlement.simulated);

const PAID: Governed = { ...FIRST, ledger: owing(OWED, FIRST.ledger) };
const payout = (() => {
  const world = worldOf(HELD, PAID);
  world.diem.custody = { balances: { XUS: 10_000n, XDX: 10_000n }, account: { sequenceNumber: START_SEQUENCE } };
  world.diem.setAccount(SENDER, {});
  const proofs = prove(world, 5);
  const asked = OWED.map((_, i) => paymentRequestOf(i));
  const made = paymentsOf({ config: HELD, issuer: ISSUER, ...PAID }, factsOf(proofs), asked);
  return { request: { ...PAID, proofs, payments: asked }, made };
})();

const expectSigned = async (): Promise<void> => {
  const { extrinsic, anchor, birth } = await settle();
  expect(extrinsicSigner(extrinsic)).toEqual(ISSUER);
  expect({ anchor, birth: birth.number }).toEqual({
    anchor: settlement.simulated.batch.anchor,
    birth: settlement.simulated.facts.number,
  });
  const handles = hosts.flatMap(({ asked }) => asked);
  expect(new Set(handles).size).toBe(handles.length);
};

const failuresOf = (slot: number) => Object.fromEntries(relayer.signers.blame().get(slot)?.failures ?? []);
const lastShareOf = (slot: number) => relayer.signers.blame().get(slot)?.lastShareAt;
const hostOfSlot = (slot: number): Host => {
  const host = hosts[slot - 1];
  if (host === undefined) throw new RangeError("expected one of three slots");
  return host;
};

const GONE = new EnclaveError("enclave/unreachable", "expected the enclave", "backoff");
const changed = (share: Uint8Array | undefined): Uint8Array | undefined =>
  share?.map((byte, i) => (i === 0 ? byte ^ 1 : byte));
const never = <T>(): Promise<T> => new Promise(() => undefined);

type Settled = ResponseOf<"settle">;

describe("two of three holders", () => {
  it("sign what was simulated, each with handles of its own, and nobody more is asked", async () => {
    await begin();
    await expectSigned();
    await expectSigned();
    expect(hosts.flatMap(({ asked }) => asked)).toHaveLength(4);
    const signed = hosts.map(({ asked }) => asked.length > 0);
    expect([1, 2, 3].map((slot) => lastShareOf(slot) !== undefined)).toEqual(signed);
    expect(relayer.key).toEqual(ISSUER);
  });

  it("sign all payments of a request", async () => {
    hosts = payers.map(hostOf);
    await begin();
    const signed = await relayer.signers.payout(payout.request, payout.made);
    expect(signed.map(({ index }) => index)).toEqual([0n, 1n]);
    for (const [i, { transaction }] of signed.entries()) {
      const made = payout.made[i];
      if (made === undefined) throw new Error("expected a payment");
      const { message, complete } = paymentToSign(ISSUER, made);
      const empty = complete(filled(64, 0)).transaction;
      const signature = transaction.subarray(transaction.length - 64);
      expect(concat(transaction.subarray(0, -64), filled(64, 0))).toEqual(empty);
      expect(verifyStrict(ISSUER, message, signature)).toBe(true);
    }
  });

  const wrongs: readonly (readonly [string, string, Meddling])[] = [
    [
      "gives a wrong share",
      "holders/wrong-share",
      {
        settle: async (request, pass): Promise<Settled> =>
          pass(request).then((one) => ({ ...one, share: changed(one.share) })),
      },
    ],
    [
      "gives none",
      "holders/wrong-share",
      { settle: async (request, pass) => ({ ...(await pass(request)), share: undefined }) },
    ],
    [
      "is killed while it signs",
      "enclave/unreachable",
      {
        settle: async (request, pass) => {
          await pass(request);
          throw GONE;
        },
      },
    ],
    [
      "is asked about another message by its host",
      "refused/session-message",
      {
        settle: ({ sessions, ...request }, pass) =>
          pass({ ...request, sessions: sessions.map((one) => ({ ...one, message: filled(32, 1) })) }),
      },
    ],
    [
      "is shown other proofs by its host",
      "refused/skew",
      {
        settle: async () => {
          throw new EnclaveError("refused/skew", "expected both facts near each other", "later");
        },
      },
    ],
    [
      "commits to what isn't its own",
      "refused/session-commitments",
      {
        commit: async (request, pass) => ({
          commitments: (await pass(request)).commitments.map(({ handle, nonces: { hiding, binding } }) => ({
            handle,
            nonces: { hiding: binding, binding: hiding },
          })),
        }),
      },
    ],
    [
      "commits to what nobody may sign with",
      "holders/bad-commitments",
      {
        commit: async (request, pass) => ({
          commitments: (await pass(request)).commitments.map((one) => ({
            ...one,
            nonces: { ...one.nonces, hiding: concat(Uint8Array.of(1), filled(31, 0)) },
          })),
        }),
      },
    ],
    ["commits to nothing", "enclave/form", { commit: async () => ({ commitments: [] }) }],
  ];
  it.each(wrongs)("sign though one %s, which is told of its slot alone", async (_, code, meddling) => {
    hostOfSlot(1).meddle(meddling);
    await begin();
    // Whoever has committed first is asked first.
    while (relayer.signers.blame().get(1)?.lastFailure === undefined) await expectSigned();
    expect(failuresOf(1)).toEqual({ [code]: 1 });
    expect([failuresOf(2), failuresOf(3)]).toEqual([{}, {}]);
    const told = relayer.lines.filter(({ msg }) => msg === "a holder was left out of a signature");
    expect(told).toMatchObject([{ slot: 1, code, verb: "settle" }]);
    hostOfSlot(1).meddle({});
    await expectSigned();
    expect(hosts.slice(1).map(({ asked }) => asked.length > 0)).toEqual([true, true]);
  });

  it("sign though one never answers, which is told of its slot, whoever else is slow", async () => {
    hostOfSlot(1).meddle({ settle: () => never() });
    await begin({ least: 100, most: 500 });
    while (relayer.signers.blame().get(1)?.lastFailure === undefined) await expectSigned();
    expect(failuresOf(1)).toEqual({ "holders/slow": 1 });
    expect(relayer.lines).toContainEqual(expect.objectContaining({ slot: 1, code: "holders/slow", verb: "settle" }));
    expect(lastShareOf(1)).toBeUndefined();
  });

  it("lose nothing to a restart, which ends all that was committed to ahead", async () => {
    await begin();
    await expectSigned();
    const again = await Promise.all([1, 2].map((slot) => startHolder(stage, slot)));
    for (const [i, actor] of again.entries()) {
      await activate(actor, HELD);
      hostOfSlot(i + 1).replace(actor);
    }
    await expectSigned();
    expect([failuresOf(1), failuresOf(2), failuresOf(3)]).toEqual([{}, {}, {}]);
  });

  it("are missed where they are gone: what is missing is told by slots, for another try", async () => {
    await begin();
    for (const slot of [1, 3])
      hostOfSlot(slot).meddle({ settle: () => Promise.reject(GONE), commit: () => Promise.reject(GONE) });
    await expect(settle()).rejects.toMatchObject({
      code: "holders/too-few",
      retry: "backoff",
      message: expect.stringMatching(
        /^expected 2 of 3 holders to sign: slot 1: enclave\/unreachable.*slot 3: enclave\//,
      ),
    });
    hostOfSlot(3).meddle({});
    await expectSigned();
  });

  it("are told by their slots, who is wrong too, though nothing adds up as another is gone", async () => {
    let tell: (lie: Promise<Settled>) => void = () => undefined;
    const lie = new Promise<Settled>((resolve) => {
      tell = resolve;
    });
    hostOfSlot(1).meddle({
      settle: (request, pass) => {
        tell(pass(request).then((one) => ({ ...one, share: changed(one.share) })));
        return lie;
      },
    });
    hostOfSlot(2).meddle({
      settle: async () => {
        await lie;
        await new Promise(setImmediate);
        throw GONE;
      },
    });
    hostOfSlot(3).meddle({ commit: () => Promise.reject(GONE) });
    await begin();
    await expect(settle()).rejects.toMatchObject({
      code: "holders/too-few",
      message: expect.stringMatching(/slot 1: holders\/wrong-share.*slot 2: enclave\/unreachable.*slot 3: enclave\//),
    });
    expect(failuresOf(1)).toEqual({ "holders/wrong-share": 1 });
  });

  it("say by the bridge's own code what all of them refuse", async () => {
    await begin();
    const request = { ...settlement.request, governance: { ...FIRST.governance, count: FIRST.governance.count + 1n } };
    await expect(relayer.signers.settle(request, settlement.simulated)).rejects.toMatchObject({
      code: expect.stringMatching(/^refused\//),
    });
    expect(hosts.flatMap(({ asked }) => asked)).toHaveLength(2);
  });

  it("hold one key: who tells another public package, or slot, isn't believed", async () => {
    await begin();
    const status: Meddling["status"] = async (request, pass) => {
      const told = await pass(request);
      const { role } = told;
      if (role.type !== "holder" || role.value.share === undefined) return told;
      const { slot, publicPackage } = role.value.share;
      const share = { slot, publicPackage: { ...publicPackage, roll: filled(32, 9) } };
      return { ...told, role: { ...role, value: { ...role.value, share } } };
    };
    hostOfSlot(3).meddle({ status });
    await expect(relayer.watch.look(2)).rejects.toMatchObject({ code: "enclave/other-package" });
    expect(spareHolders(relayer.watch.holding())).toBe(0);
    hostOfSlot(3).meddle({ status: () => hostOfSlot(2).enclave.status() });
    await expect(relayer.watch.look(2)).rejects.toMatchObject({ code: "enclave/other-slot" });
    await expectSigned();
  });
});
