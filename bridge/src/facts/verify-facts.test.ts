import { equal, toHex } from "@pdiem/light-client/bytes";
import { decode, encode } from "@pdiem/light-client/codec/codec";
import { epochChangeProof } from "@pdiem/light-client/diem/epochs/epoch-change";
import { ledgerInfoWithSignatures } from "@pdiem/light-client/diem/epochs/ledger-info";
import { epochStateOf, validators } from "@pdiem/light-client/diem/testing/validators";
import { headerHash } from "@pdiem/light-client/polkadot/finality/header";
import { voters } from "@pdiem/light-client/polkadot/testing/chain";
import { systemAccount, timestampNow } from "@pdiem/light-client/polkadot/trie/storage-key";
import { outcome } from "@pdiem/light-client/testing/outcome";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bridgeId } from "../config/bridge-config.js";
import { anchorOf } from "../ledger/anchor.js";
import { exampleConfig, filled, ISSUER, XUS } from "../testing/config.js";
import { CUSTODY, RECEIVED_KEY } from "../testing/diem-world.js";
import { changed, proveDiem, provenConfig, proveParachain, proveWorld } from "../testing/proof-bundle.js";
import { BENEFICIARY, createWorld, exampleLedger, paymentOf, SENDER, type World } from "../testing/world.js";
import { advance } from "./advance.js";
import { initialLightClientState } from "./light-client-state.js";
import type { OwnSets } from "./own-sets.js";
import { NO_DIEM_PROOFS, type ProofBundle } from "./proof-bundle.js";
import { EMPTY_SET_HISTORY } from "./set-history.js";
import { verifyBlock, verifyFacts } from "./verify-facts.js";

const start = initialLightClientState(provenConfig);
const fresh: OwnSets = { lightClients: start, setHistory: EMPTY_SET_HISTORY };
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
const bundle = proveWorld(world, { absent: [ABSENT] });
const verify = (shown: ProofBundle, from = fresh) => verifyFacts(provenConfig, from, shown);

describe("verified facts", () => {
  const { facts, own: next, signers } = verify(bundle);

  it("are those of one block and one ledger info", () => {
    expect(facts.parachain.time).toBe(world.parachain.time);
    expect(facts.diem.time).toBe(world.diem.time);
    expect(facts.parachain.hash).toEqual(headerHash(proveParachain(world.parachain).head));
    expect(facts.diem.account(CUSTODY)).toHaveLength(world.diem.custodyState().length);
    expect(facts.diem.account(ABSENT)).toBeUndefined();
    expect(facts.diem.event(RECEIVED_KEY, 1n).event.sequenceNumber).toBe(1n);
    expect(facts.parachain.storage(systemAccount(filled(32, 0x42)))).toBeUndefined();
    expect(next.lightClients.relay.finalized.number).toBe(17);
  });

  it("don't take for absent what wasn't shown", () => {
    expect(outcome(() => facts.diem.account(filled(16, 0x98)))).toBe("proof/not-shown");
    expect(outcome(() => facts.diem.event(RECEIVED_KEY, 2n))).toBe("proof/not-shown");
    expect(outcome(() => facts.diem.event(filled(24, 1), 0n))).toBe("proof/not-shown");
    const { nodes, needed } = storageNodesWithout(systemAccount(ISSUER));
    const { facts: fewer } = verify({ ...bundle, parachain: { ...bundle.parachain, storageProof: nodes } });
    expect(needed).toBeGreaterThan(0);
    expect(outcome(() => fewer.parachain.storage(systemAccount(ISSUER)))).toBe("proof/not-shown");
  });

  it("are verified again, and older ones too, while their signers are the present ones (PROTOCOL 6)", () => {
    expect(verify(bundle, next).own).toEqual(next);
    const later = provenWorld();
    later.diem.received.push(paymentOf({}));
    const newer = { diem: proveDiem(later.diem), parachain: proveParachain(later.parachain, 12).proofs };
    const ahead = verify(newer, next).own;
    expect(ahead.lightClients.relay.finalized.number).toBe(19);
    const older = verify(bundle, ahead);
    expect(older.facts.parachain.hash).toEqual(facts.parachain.hash);
    expect(older.own).toEqual(ahead);
    expect(older.signers).toEqual(signers);
  });

  it("tell who signed them, not who was named", () => {
    expect(signers).toEqual({ epoch: 1n, setId: provenConfig.relay.setId });
  });

  it("are refused by signers that aren't of the own chain", () => {
    const foreign = epochStateOf(1n, validators(4, 77));
    const shown = { ...bundle, diem: { ...bundle.diem, signers: foreign } };
    expect(outcome(() => verify(shown, next))).toBe("proof/foreign-set");
    const [step] = bundle.parachain.finality;
    if (step === undefined) throw new Error("expected a step");
    const { authorities } = voters(4, 3n, "others");
    const earlier = { step, signers: { setId: 3n, authorities } };
    expect(outcome(() => verify({ ...bundle, parachain: { ...bundle.parachain, earlier } }, next))).toBe(
      "proof/foreign-set",
    );
  });

  it("are taken by signers shown that are of the own chain", () => {
    const { diem, relay } = next.lightClients;
    const [step] = bundle.parachain.finality;
    if (diem.type !== "epochState" || step === undefined) throw new Error("expected validators and a step");
    const shown: ProofBundle = {
      diem: { ...bundle.diem, epochChanges: new Uint8Array(), signers: diem.value.epochState },
      parachain: { ...bundle.parachain, finality: [], earlier: { step, signers: relay } },
    };
    expect(verify(shown, next)).toMatchObject({ signers, own: next });
  });
});

describe("a verified block", () => {
  const verifyAt = (shown: ProofBundle, from = fresh) => verifyBlock(provenConfig, from, shown);

  it("needs nothing of Diem, whose light client stays where it is", () => {
    const { facts: parachain, own: next } = verifyAt({ ...bundle, diem: NO_DIEM_PROOFS });
    expect(parachain).toMatchObject({ time: world.parachain.time, number: world.parachain.number });
    expect(parachain.storage(systemAccount(filled(32, 0x42)))).toBeUndefined();
    expect(next.lightClients.diem).toEqual(start.diem);
    expect(next.lightClients.relay.finalized.number).toBe(17);
  });

  it("moves Diem's light client where it is shown, however far apart the chains' times are", () => {
    const late = provenWorld();
    late.diem.time -= exampleConfig.maxSkew + 1n;
    expect(verifyAt(proveWorld(late)).own.lightClients.diem.type).toBe("epochState");
  });

  it("is refused where it has no time, or its time isn't shown", () => {
    const { parachain: timed } = provenWorld();
    const entries = () => timed.entries().filter(([key]) => !equal(key, timestampNow));
    const timeless = proveParachain({ ...timed, entries }).proofs;
    expect(outcome(() => verifyAt({ ...bundle, parachain: timeless }))).toBe("proof/no-time");
    expect(outcome(() => verifyAt({ ...bundle, parachain: { ...bundle.parachain, storageProof: [] } }))).toBe(
      "proof/not-shown",
    );
  });

  it("is refused without a finalized relay block", () => {
    expect(outcome(() => verifyAt({ ...bundle, parachain: { ...bundle.parachain, finality: [] } }))).toBe(
      "refused/behind",
    );
  });
});

/** The storage proof without the one node that holds a key's value. */
const storageNodesWithout = (key: Uint8Array) => {
  const value = world.parachain.storage.get(toHex(key)) ?? new Uint8Array();
  const holds = (node: Uint8Array) => toHex(node).includes(toHex(value));
  const { storageProof } = bundle.parachain;
  return { nodes: storageProof.filter((node) => !holds(node)), needed: storageProof.filter(holds).length };
};

describe("a bundle that mixes ledger infos or blocks", () => {
  const other = provenWorld();
  other.diem.received.push(paymentOf({}));
  other.parachain.setAccount(filled(32, 0x66), {});
  const otherBundle = proveWorld(other);

  it.each<[string, ProofBundle]>([
    ["accounts", { ...bundle, diem: { ...bundle.diem, accounts: otherBundle.diem.accounts } }],
    ["events", { ...bundle, diem: { ...bundle.diem, events: otherBundle.diem.events } }],
    ["a ledger info", { ...bundle, diem: { ...bundle.diem, ledgerInfo: otherBundle.diem.ledgerInfo } }],
    ["storage", { ...bundle, parachain: { ...bundle.parachain, storageProof: otherBundle.parachain.storageProof } }],
    ["a head", { ...bundle, parachain: { ...bundle.parachain, headProof: otherBundle.parachain.headProof } }],
    ["finality", { ...bundle, parachain: { ...bundle.parachain, finality: otherBundle.parachain.finality } }],
  ])("is refused: %s", (_, mixed) => {
    expect(outcome(() => verify(mixed))).toMatch(/^proof\//);
  });

  it("is refused with an account's state under another address", () => {
    const [first, second, ...rest] = bundle.diem.accounts;
    if (first === undefined || second === undefined) throw new Error("expected two accounts");
    const swapped = [{ ...first, address: second.address }, { ...second, address: first.address }, ...rest];
    expect(outcome(() => verify({ ...bundle, diem: { ...bundle.diem, accounts: swapped } }))).toMatch(/^proof\//);
  });

  it("is refused with events of a transaction that failed", () => {
    const failed = proveWorld(world, { status: { type: "miscellaneousError", value: undefined } });
    expect(outcome(() => verify(failed))).toBe("proof/event-status");
  });

  it("is refused without a quorum, and without anything", () => {
    expect(outcome(() => verify(proveWorld(world, { signers: 2 })))).toBe("proof/voting-power");
    const nothing = { ...bundle, diem: { ...bundle.diem, ledgerInfo: new Uint8Array() } };
    expect(outcome(() => verify(nothing))).toBe("refused/behind");
    expect(outcome(() => verify({ ...bundle, parachain: { ...bundle.parachain, finality: [] } }))).toBe(
      "refused/behind",
    );
  });

  it("is refused where the chains' times are apart", () => {
    const justInTime = provenWorld();
    justInTime.diem.time += exampleConfig.maxSkew;
    expect(verify(proveWorld(justInTime)).facts.diem.time).toBe(justInTime.diem.time);
    for (const skew of [exampleConfig.maxSkew + 1n, -exampleConfig.maxSkew - 1n]) {
      const apart = provenWorld();
      apart.diem.time += skew;
      expect(outcome(() => verify(proveWorld(apart)))).toBe("refused/skew");
    }
  });

  it("is refused with any byte changed, by a typed error", () => {
    const parts: readonly (readonly [Uint8Array, (bytes: Uint8Array) => ProofBundle])[] = [
      [bundle.diem.ledgerInfo, (ledgerInfo) => ({ ...bundle, diem: { ...bundle.diem, ledgerInfo } })],
      ...bundle.diem.accounts.map(
        (account, i) =>
          [
            account.proof,
            (proof: Uint8Array) => ({
              ...bundle,
              diem: { ...bundle.diem, accounts: bundle.diem.accounts.with(i, { ...account, proof }) },
            }),
          ] as const,
      ),
      ...bundle.parachain.finality.map(
        (step, i) =>
          [
            step.proof,
            (proof: Uint8Array) => ({
              ...bundle,
              parachain: { ...bundle.parachain, finality: bundle.parachain.finality.with(i, { ...step, proof }) },
            }),
          ] as const,
      ),
    ];
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (a, b) => {
        const part = parts[a % parts.length];
        if (part === undefined) return;
        const [original, withBytes] = part;
        expect(outcome(() => verify(withBytes(changed(original, b % original.length))))).toMatch(/^(proof|decode)\//);
      }),
      { numRuns: 300 },
    );
  });
});

describe("advancing", () => {
  it("moves each light client by itself, and looks at nothing else", () => {
    const onlyDiem: ProofBundle = {
      diem: { ...bundle.diem, accounts: [{ address: ABSENT, proof: filled(9, 9) }], events: [filled(9, 9)] },
      parachain: { finality: [], earlier: undefined, headProof: [filled(9, 9)], storageProof: [] },
    };
    const diem = advance(start, onlyDiem);
    expect(diem.lightClients.relay).toEqual(start.relay);
    expect(diem.lightClients.diem.type).toBe("epochState");
    const onlyRelay: ProofBundle = { ...bundle, diem: { ...bundle.diem, ledgerInfo: new Uint8Array() } };
    const relay = advance(start, onlyRelay);
    expect(relay.lightClients.diem).toEqual(start.diem);
    expect(relay.lightClients.relay.finalized.number).toBe(17);
  });

  it("passes over what is known already", () => {
    const ahead = advance(start, bundle).lightClients;
    const older = { ...bundle, parachain: proveParachain(world.parachain, 9).proofs };
    expect(advance(ahead, older).lightClients).toEqual(ahead);
    expect(advance(ahead, older).relayHeader?.header.number).toBe(16);
    const finality = [...bundle.parachain.finality, ...older.parachain.finality];
    const both = advance(start, { ...bundle, parachain: { ...bundle.parachain, finality } });
    expect(both.lightClients).toEqual(ahead);
    expect(both.relayHeader?.header.number).toBe(16);
  });

  it("goes a page of epochs, and proves nothing by a ledger info that the page doesn't lead to", () => {
    const signed = decode(ledgerInfoWithSignatures, bundle.diem.ledgerInfo);
    const { commitInfo } = signed.ledgerInfo;
    const later = { ...signed, ledgerInfo: { ...signed.ledgerInfo, commitInfo: { ...commitInfo, epoch: 7n } } };
    const changes = { ...decode(epochChangeProof, bundle.diem.epochChanges), more: true };
    const ledgerInfo = encode(ledgerInfoWithSignatures, later);
    const page = { ...bundle.diem, ledgerInfo, epochChanges: encode(epochChangeProof, changes) };
    const moved = advance(start, { ...bundle, diem: page });
    expect(moved.lightClients.diem).toMatchObject({ value: { epochState: { epoch: 1n }, waypoint: { version: 0n } } });
    expect(moved.ledgerInfo).toBeUndefined();
    expect(outcome(() => verify({ ...bundle, diem: page }))).toBe("refused/behind");
  });

  it("refuses a fork", () => {
    const ahead = advance(start, bundle).lightClients;
    const fork = provenWorld();
    fork.parachain.setAsset(XUS.assetId, { supply: 5n });
    expect(outcome(() => advance(ahead, { ...bundle, parachain: proveParachain(fork.parachain).proofs }))).toBe(
      "proof/conflicting-finality",
    );
  });
});
