import { equal, toHex } from "@pdiem/light-client/bytes";
import { decode, encode } from "@pdiem/light-client/codec/codec";
import { epochChangeProof } from "@pdiem/light-client/diem/epochs/epoch-change";
import { ledgerInfoWithSignatures } from "@pdiem/light-client/diem/epochs/ledger-info";
import { headerHash } from "@pdiem/light-client/polkadot/finality/header";
import { systemAccount, timestampNow } from "@pdiem/light-client/polkadot/trie/storage-key";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { advance } from "./advance.js";
import { anchorOf } from "../ledger/anchor.js";
import { bridgeId } from "../config/bridge-config.js";
import type { Evidence } from "./proof-bundle.js";
import { initialHeads } from "./light-client-state.js";
import { NO_ITEMS } from "../settlement/items.js";
import { settle } from "../settlement/settle.js";
import { exampleConfig, filled, ISSUER, XUS } from "../testing/config.js";
import { CUSTODY, RECEIVED_KEY } from "../testing/diem-world.js";
import { changed, proveDiem, provenConfig, proveParachain, proveWorld } from "../testing/evidence.js";
import { refusal } from "../testing/refusal.js";
import {
  BENEFICIARY,
  bridgeWith,
  createWorld,
  exampleLedger,
  itemOf,
  paymentOf,
  SENDER,
  type World,
} from "../testing/world.js";
import { verifyBlock, verifyFacts } from "./verify-facts.js";

const bridge = { ...bridgeWith(exampleLedger), config: provenConfig };
const heads = initialHeads(provenConfig);
const ABSENT = filled(16, 0x99);

const provenWorld = (): World => {
  const world = createWorld();
  world.diem.setAccount(SENDER, {});
  world.parachain.setAccount(BENEFICIARY, {});
  world.parachain.approve(anchorOf(bridgeId(provenConfig), exampleLedger));
  world.diem.received.push(paymentOf({}), paymentOf({ metadata: new Uint8Array() }));
  return world;
};

const world = provenWorld();
const evidence = proveWorld(world, { absent: [ABSENT] });
const verify = (shown: Evidence, from = heads) => verifyFacts(provenConfig, from, shown);

describe("verified facts", () => {
  const { facts, heads: next } = verify(evidence);

  it("are those of one block and one ledger info", () => {
    expect(facts.parachain.time).toBe(world.parachain.time);
    expect(facts.diem.time).toBe(world.diem.time);
    expect(facts.parachain.hash).toEqual(headerHash(proveParachain(world.parachain).head));
    expect(facts.diem.account(CUSTODY)).toHaveLength(world.diem.custodyState().length);
    expect(facts.diem.account(ABSENT)).toBeUndefined();
    expect(facts.diem.event(RECEIVED_KEY, 1n).event.sequenceNumber).toBe(1n);
    expect(facts.parachain.storage(systemAccount(filled(32, 0x42)))).toBeUndefined();
    expect(next.relay.finalized.number).toBe(17);
  });

  it("settle the same as what they are of", () => {
    const items = { ...NO_ITEMS, deposits: [itemOf(0n), itemOf(1n)] };
    const proven = settle(bridge, facts, items);
    expect(proven.deposits.map(({ type }) => type)).toEqual(["minted", "refunded"]);
    expect(proven.ledger).toEqual(settle(bridge, { ...world.facts(), diem: facts.diem }, items).ledger);
  });

  it("settle a deposit by its own event alone, however often that is shown", () => {
    const both = provenWorld();
    both.diem.sent.push(paymentOf({}), paymentOf({}));
    const whole = proveWorld(both);
    const [first, second, ...sent] = whole.diem.events;
    if (first === undefined || second === undefined) throw new Error("expected two received payments");
    const settleBy = (events: readonly Uint8Array[]) =>
      settle(bridge, verify({ ...whole, diem: { ...whole.diem, events } }).facts, {
        ...NO_ITEMS,
        deposits: [itemOf(0n)],
      });
    for (const others of [[], [second], sent, [second, ...sent]])
      expect(refusal(() => settleBy(others))).toBe("proof/not-shown");
    expect(settleBy([first, ...sent, first]).deposits).toMatchObject([{ number: 0n, type: "minted" }]);
  });

  it("don't take for absent what wasn't shown", () => {
    expect(refusal(() => facts.diem.account(filled(16, 0x98)))).toBe("proof/not-shown");
    expect(refusal(() => facts.diem.event(RECEIVED_KEY, 2n))).toBe("proof/not-shown");
    expect(refusal(() => facts.diem.event(filled(24, 1), 0n))).toBe("proof/not-shown");
    const { nodes, needed } = storageNodesWithout(systemAccount(ISSUER));
    const { facts: fewer } = verify({ ...evidence, parachain: { ...evidence.parachain, storageProof: nodes } });
    expect(needed).toBeGreaterThan(0);
    expect(refusal(() => fewer.parachain.storage(systemAccount(ISSUER)))).toBe("proof/not-shown");
  });

  it("are verified again from the heads that they lead to, and not from older evidence", () => {
    expect(verify(evidence, next).heads).toEqual(next);
    const later = provenWorld();
    later.diem.received.push(paymentOf({}));
    const newer = { diem: proveDiem(later.diem), parachain: proveParachain(later.parachain, 12).evidence };
    const ahead = verify(newer, next).heads;
    expect(refusal(() => verify({ ...newer, parachain: evidence.parachain }, ahead))).toBe("refused/behind-heads");
    expect(refusal(() => verify({ ...newer, diem: evidence.diem }, ahead))).toBe("refused/behind-heads");
  });
});

describe("a verified block", () => {
  const noDiem = { ...evidence.diem, latest: new Uint8Array(), accounts: [], events: [] };
  const verifyAt = (shown: Evidence, from = heads) => verifyBlock(provenConfig, from, shown);

  it("needs nothing of Diem, whose heads stay where they are", () => {
    const { parachain, heads: next } = verifyAt({ ...evidence, diem: noDiem });
    expect(parachain).toMatchObject({ time: world.parachain.time, number: world.parachain.number });
    expect(parachain.storage(systemAccount(filled(32, 0x42)))).toBeUndefined();
    expect(next.diem).toEqual(heads.diem);
    expect(next.relay.finalized.number).toBe(17);
  });

  it("moves Diem's heads where it is shown, however far apart the chains' times are", () => {
    const late = provenWorld();
    late.diem.time -= exampleConfig.maxSkew + 1n;
    expect(verifyAt(proveWorld(late)).heads.diem.type).toBe("epochState");
  });

  it("is refused where it has no time, or its time isn't shown", () => {
    const { parachain: timed } = provenWorld();
    const entries = () => timed.entries().filter(([key]) => !equal(key, timestampNow));
    const timeless = proveParachain({ ...timed, entries }).evidence;
    expect(refusal(() => verifyAt({ ...evidence, parachain: timeless }))).toBe("proof/no-time");
    expect(refusal(() => verifyAt({ ...evidence, parachain: { ...evidence.parachain, storageProof: [] } }))).toBe(
      "proof/not-shown",
    );
  });

  it("is refused without a finalized relay block as new as the heads", () => {
    expect(refusal(() => verifyAt({ ...evidence, parachain: { ...evidence.parachain, finality: [] } }))).toBe(
      "refused/behind-heads",
    );
  });
});

/** The storage proof without the one node that holds a key's value. */
const storageNodesWithout = (key: Uint8Array) => {
  const value = world.parachain.storage.get(toHex(key)) ?? new Uint8Array();
  const holds = (node: Uint8Array) => toHex(node).includes(toHex(value));
  const { storageProof } = evidence.parachain;
  return { nodes: storageProof.filter((node) => !holds(node)), needed: storageProof.filter(holds).length };
};

describe("evidence that mixes ledger infos or blocks", () => {
  const other = provenWorld();
  other.diem.received.push(paymentOf({}));
  other.parachain.setAccount(filled(32, 0x66), {});
  const otherEvidence = proveWorld(other);

  it.each<[string, Evidence]>([
    ["accounts", { ...evidence, diem: { ...evidence.diem, accounts: otherEvidence.diem.accounts } }],
    ["events", { ...evidence, diem: { ...evidence.diem, events: otherEvidence.diem.events } }],
    ["a ledger info", { ...evidence, diem: { ...evidence.diem, latest: otherEvidence.diem.latest } }],
    [
      "storage",
      { ...evidence, parachain: { ...evidence.parachain, storageProof: otherEvidence.parachain.storageProof } },
    ],
    ["a head", { ...evidence, parachain: { ...evidence.parachain, headProof: otherEvidence.parachain.headProof } }],
    ["finality", { ...evidence, parachain: { ...evidence.parachain, finality: otherEvidence.parachain.finality } }],
  ])("is refused: %s", (_, mixed) => {
    expect(refusal(() => verify(mixed))).toMatch(/^proof\//);
  });

  it("is refused with an account's state under another address", () => {
    const [first, second, ...rest] = evidence.diem.accounts;
    if (first === undefined || second === undefined) throw new Error("expected two accounts");
    const swapped = [{ ...first, address: second.address }, { ...second, address: first.address }, ...rest];
    expect(refusal(() => verify({ ...evidence, diem: { ...evidence.diem, accounts: swapped } }))).toMatch(/^proof\//);
  });

  it("is refused with events of a transaction that failed", () => {
    const failed = proveWorld(world, { status: { type: "miscellaneousError", value: undefined } });
    expect(refusal(() => verify(failed))).toBe("proof/event-status");
  });

  it("is refused without a quorum, and without anything", () => {
    expect(refusal(() => verify(proveWorld(world, { signers: 2 })))).toBe("proof/voting-power");
    const nothing = { ...evidence, diem: { ...evidence.diem, latest: new Uint8Array() } };
    expect(refusal(() => verify(nothing))).toBe("refused/behind-heads");
    expect(refusal(() => verify({ ...evidence, parachain: { ...evidence.parachain, finality: [] } }))).toBe(
      "refused/behind-heads",
    );
  });

  it("is refused where the chains' times are apart", () => {
    const justInTime = provenWorld();
    justInTime.diem.time += exampleConfig.maxSkew;
    expect(verify(proveWorld(justInTime)).facts.diem.time).toBe(justInTime.diem.time);
    for (const skew of [exampleConfig.maxSkew + 1n, -exampleConfig.maxSkew - 1n]) {
      const apart = provenWorld();
      apart.diem.time += skew;
      expect(refusal(() => verify(proveWorld(apart)))).toBe("refused/skew");
    }
  });

  it("is refused with any byte changed, by a typed error", () => {
    const parts: readonly (readonly [Uint8Array, (bytes: Uint8Array) => Evidence])[] = [
      [evidence.diem.latest, (latest) => ({ ...evidence, diem: { ...evidence.diem, latest } })],
      ...evidence.diem.accounts.map(
        (account, i) =>
          [
            account.proof,
            (proof: Uint8Array) => ({
              ...evidence,
              diem: { ...evidence.diem, accounts: evidence.diem.accounts.with(i, { ...account, proof }) },
            }),
          ] as const,
      ),
      ...evidence.parachain.finality.map(
        (step, i) =>
          [
            step.proof,
            (proof: Uint8Array) => ({
              ...evidence,
              parachain: { ...evidence.parachain, finality: evidence.parachain.finality.with(i, { ...step, proof }) },
            }),
          ] as const,
      ),
    ];
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (a, b) => {
        const part = parts[a % parts.length];
        if (part === undefined) return;
        const [original, withBytes] = part;
        expect(refusal(() => verify(withBytes(changed(original, b % original.length))))).toMatch(/^(proof|decode)\//);
      }),
      { numRuns: 300 },
    );
  });
});

describe("advancing", () => {
  it("moves each light client by itself, and looks at nothing else", () => {
    const onlyDiem: Evidence = {
      diem: { ...evidence.diem, accounts: [{ address: ABSENT, proof: filled(9, 9) }], events: [filled(9, 9)] },
      parachain: { finality: [], headProof: [filled(9, 9)], storageProof: [] },
    };
    const diem = advance(heads, onlyDiem);
    expect(diem.heads.relay).toEqual(heads.relay);
    expect(diem.heads.diem.type).toBe("epochState");
    const onlyRelay: Evidence = { ...evidence, diem: { ...evidence.diem, latest: new Uint8Array() } };
    const relay = advance(heads, onlyRelay);
    expect(relay.heads.diem).toEqual(heads.diem);
    expect(relay.heads.relay.finalized.number).toBe(17);
  });

  it("passes over what is known already", () => {
    const ahead = advance(heads, evidence).heads;
    const older = { ...evidence, parachain: proveParachain(world.parachain, 9).evidence };
    expect(advance(ahead, older).heads).toEqual(ahead);
    expect(advance(ahead, older).relayHeader).toBeUndefined();
    const finality = [...evidence.parachain.finality, ...older.parachain.finality];
    const both = advance(heads, { ...evidence, parachain: { ...evidence.parachain, finality } });
    expect(both.heads).toEqual(ahead);
    expect(both.relayHeader).toBeUndefined();
  });

  it("goes a page of epochs, and proves nothing by a ledger info that the page doesn't lead to", () => {
    const signed = decode(ledgerInfoWithSignatures, evidence.diem.latest);
    const { commitInfo } = signed.ledgerInfo;
    const later = { ...signed, ledgerInfo: { ...signed.ledgerInfo, commitInfo: { ...commitInfo, epoch: 7n } } };
    const changes = { ...decode(epochChangeProof, evidence.diem.epochChangeProof), more: true };
    const latest = encode(ledgerInfoWithSignatures, later);
    const page = { ...evidence.diem, latest, epochChangeProof: encode(epochChangeProof, changes) };
    const moved = advance(heads, { ...evidence, diem: page });
    expect(moved.heads.diem).toMatchObject({ value: { epochState: { epoch: 1n }, waypoint: { version: 0n } } });
    expect(moved.ledgerInfo).toBeUndefined();
    expect(refusal(() => verify({ ...evidence, diem: page }))).toBe("refused/behind-heads");
  });

  it("refuses a fork", () => {
    const ahead = advance(heads, evidence).heads;
    const fork = provenWorld();
    fork.parachain.setAsset(XUS.assetId, { supply: 5n });
    expect(refusal(() => advance(ahead, { ...evidence, parachain: proveParachain(fork.parachain).evidence }))).toBe(
      "proof/conflicting-finality",
    );
  });
});
