import { toHex } from "@pdiem/light-client/bytes";
import { decode } from "@pdiem/light-client/codec/bcs";
import { withResource } from "@pdiem/light-client/diem/state/account-state";
import { diemVersion, readDiemVersion } from "@pdiem/light-client/diem/state/resources/on-chain-config";
import { metadata } from "@pdiem/light-client/diem/transactions/metadata";
import { readPeerToPeer } from "@pdiem/light-client/diem/transactions/peer-to-peer";
import { signedTransaction, verifySignedTransaction } from "@pdiem/light-client/diem/transactions/signed-transaction";
import { signedTransactionHash } from "@pdiem/light-client/diem/transactions/transaction";
import { ProofError } from "@pdiem/light-client/error";
import { assetApproval } from "@pdiem/light-client/polkadot/trie/storage-key";
import { describe, expect, it } from "vitest";
import { bridgeId } from "../config/bridge-config.js";
import { signPayout } from "../custody/signing.js";
import { releaseSubaddress } from "../deposit/subaddress.js";
import type { Facts } from "../facts/facts.js";
import { anchorOf } from "../ledger/anchor.js";
import { type Ledger, MAX_OPEN_RANGES } from "../ledger/ledger.js";
import { proveLeaf, RELEASES } from "../ledger/list.js";
import type { Release } from "../ledger/release.js";
import type { PayoutItem } from "../settlement/items.js";
import { ENCLAVE_SEED, exampleConfig, filled, ISSUER, XUS } from "../testing/config.js";
import { CUSTODY, DUAL_ATTESTATION_LIMIT, rootState } from "../testing/diem-world.js";
import { owing, releaseOf, sentFor } from "../testing/payouts.js";
import { refusal } from "../testing/refusal.js";
import { bridgeWith, createWorld, SENDER, type World } from "../testing/world.js";
import { DIEM_ROOT } from "../withdrawal/payable.js";
import { payout } from "./payout.js";

const RELEASE_ONE = releaseOf({ amount: 994n, subaddress: filled(8, 5) });
const OWED: readonly Release[] = [
  releaseOf({ amount: 500n }),
  RELEASE_ONE,
  releaseOf({ origin: { type: "deposit", value: { number: 77n } } }),
];
const LEDGER = owing(OWED);

const ANCHOR_SLOT = toHex(assetApproval(XUS.assetId, ISSUER, anchorOf(bridgeId(exampleConfig), LEDGER)));

type Change = (world: World) => void;

const itemFor = (index: number, leaf: Partial<Release> = {}): PayoutItem => {
  const release = proveLeaf(RELEASES, OWED, index);
  return { index: BigInt(index), release: { ...release, leaf: { ...release.leaf, ...leaf } } };
};

/** A world in which any of the releases could be paid at custody's sequence number 9. */
const payableWorld = (ledger: Ledger): World => {
  const world = createWorld(ledger);
  world.diem.custody = { balances: { XUS: 10_000n, XDX: 0n }, account: { sequenceNumber: 9n } };
  world.diem.setAccount(SENDER, {});
  return world;
};

const payIn = (changes: readonly Change[], item = itemFor(1), ledger = LEDGER) => {
  const world = payableWorld(ledger);
  for (const change of changes) change(world);
  return payout(bridgeWith(ledger), world.facts(), item);
};

const custodyIs =
  (traits: World["diem"]["custody"]): Change =>
  ({ diem }) => {
    diem.custody = { ...diem.custody, ...traits };
  };

const sent =
  (...indices: (bigint | undefined)[]): Change =>
  ({ diem }) =>
    void diem.sent.push(...indices.map((index) => sentFor(index)));

describe("a payout", () => {
  it("pays the release from custody's proven sequence number, for free, and expires", () => {
    const { transaction, index, release } = payIn([]);
    expect({ index, release }).toEqual({ index: 1n, release: RELEASE_ONE });
    const { payload, ...rest } = transaction;
    const world = payableWorld(LEDGER);
    expect(rest).toEqual({
      sender: CUSTODY,
      sequenceNumber: 9n,
      maxGasAmount: 1_000_000n,
      gasUnitPrice: 0n,
      gasCurrencyCode: "XUS",
      expirationTimestampSecs: (world.diem.time + exampleConfig.maxSkew) / 1000n,
      chainId: exampleConfig.diem.chainId,
    });
    expect(readPeerToPeer(payload)).toMatchObject({
      currency: "XUS",
      payee: SENDER,
      amount: 994n,
      metadataSignature: new Uint8Array(),
    });
    expect(payload.type).toBe("scriptFunction");
  });

  it("carries its release's index and the payee's subaddress, and for a refund the deposit's number", () => {
    const metadataOf = (index: number) => {
      const payment = readPeerToPeer(payIn([], itemFor(index)).transaction.payload);
      return decode(metadata, payment?.metadata ?? new Uint8Array()).value;
    };
    expect(metadataOf(1)).toEqual({
      toSubaddress: filled(8, 5),
      fromSubaddress: Uint8Array.of(0x80, 0, 0, 0, 0, 0, 0, 1),
      referencedEvent: undefined,
    });
    expect(metadataOf(2)).toEqual({
      toSubaddress: undefined,
      fromSubaddress: releaseSubaddress(2n),
      referencedEvent: 77n,
    });
  });

  it("expires maxSkew after the earlier of both chains' times", () => {
    const { time } = payableWorld(LEDGER).diem;
    const apart: Change = ({ diem, parachain }) => {
      diem.time = time + 10_999n;
      parachain.time = time + 1_999n;
    };
    const swapped: Change = ({ diem, parachain }) => {
      diem.time = time + 1_999n;
      parachain.time = time + 10_999n;
    };
    for (const change of [apart, swapped])
      expect(payIn([change]).transaction.expirationTimestampSecs).toBe((time + exampleConfig.maxSkew) / 1000n + 1n);
  });

  it("is a legacy script on a network that knows no script functions yet", () => {
    const old: Change = ({ diem }) =>
      diem.others.set(toHex(DIEM_ROOT), withResource(rootState(1_000_000n), diemVersion, { major: 1n }));
    const { payload } = payIn([old]).transaction;
    expect(payload.type).toBe("script");
    expect(readPeerToPeer(payload)).toMatchObject({ amount: 994n, payee: SENDER });
  });

  it("passes over releases that others of custody's payments have paid since", () => {
    expect(payIn([sent(0n, 2n)]).index).toBe(1n);
    const folded: Ledger = { ...LEDGER, paid: { sent: 1n, next: 1n, open: [] } };
    expect(payIn([sent(0n, 2n)], itemFor(1), folded).index).toBe(1n);
  });

  it("is the same for the same facts, and verifies once signed", () => {
    const [one, other] = [signPayout(ENCLAVE_SEED, payIn([])), signPayout(ENCLAVE_SEED, payIn([]))];
    expect(one).toEqual(other);
    const signed = decode(signedTransaction, one.transaction);
    verifySignedTransaction(signed);
    expect(signed.rawTransaction).toEqual(payIn([]).transaction);
    expect(one.hash).toEqual(signedTransactionHash(signed));
  });
});

/** Each condition, broken, in the order in which they are checked. */
const CONDITIONS: readonly (readonly [code: string, Change])[] = [
  ["refused/skew", ({ diem }) => (diem.time += exampleConfig.maxSkew + 1n)],
  ["refused/not-in-force", ({ parachain }) => parachain.storage.delete(ANCHOR_SLOT)],
  ["refused/runtime-changed", ({ parachain }) => (parachain.specVersion = 901)],
  ["refused/asset-frozen", ({ parachain }) => parachain.setAsset(XUS.assetId, { status: "frozen" })],
  ["refused/custody-key", custodyIs({ account: { authenticationKey: filled(32, 1) } })],
  ["refused/custody-balance", custodyIs({ balances: { XUS: 993n } })],
  ["refused/unknown-payment", sent(3n)],
  ["refused/payee-frozen", ({ diem }) => diem.setAccount(SENDER, { frozen: true })],
];

describe("a payout is refused", () => {
  it.each(CONDITIONS)("%s", (code, change) => {
    expect(refusal(() => payIn([change]))).toBe(code);
  });

  it("for the first of several reasons", () => {
    for (const [i, [code]] of CONDITIONS.entries())
      expect(refusal(() => payIn(CONDITIONS.slice(i).map(([, change]) => change)))).toBe(code);
  });

  it("for a ledger that is proven, but not this one", () => {
    const other = { ...LEDGER, worked: 1n };
    expect(refusal(() => payout(bridgeWith(other), payableWorld(LEDGER).facts(), itemFor(1)))).toBe(
      "refused/not-in-force",
    );
  });

  it("for a leaf that isn't the release's, or an index beyond the ledger's", () => {
    expect(refusal(() => payIn([], itemFor(1, { amount: 995n })))).toBe("proof/accumulator-root");
    expect(refusal(() => payIn([], itemFor(1, { payee: filled(16, 1) })))).toBe("proof/accumulator-root");
    expect(refusal(() => payIn([], { ...itemFor(1), index: 0n }))).toBe("proof/accumulator-root");
    expect(refusal(() => payIn([], { ...itemFor(1), index: 3n }))).toBe("proof/accumulator-bounds");
  });

  it("for a release that is paid, by the ledger or since", () => {
    const paid: Ledger = { ...LEDGER, paid: { sent: 1n, next: 2n, open: [{ from: 0n, to: 1n }] } };
    expect(refusal(() => payIn([sent(1n)], itemFor(1), paid))).toBe("refused/already-paid");
    expect(refusal(() => payIn([sent(1n)], itemFor(0), paid))).toBeUndefined();
    expect(refusal(() => payIn([sent(0n, 1n)]))).toBe("refused/paid-since");
    expect(refusal(() => payIn([sent(0n, 1n)], itemFor(2)))).toBeUndefined();
  });

  it("after a payment that names no release, one twice, or one that the ledger doesn't have yet", () => {
    for (const indices of [[undefined], [0n, 0n], [3n]])
      expect(refusal(() => payIn([sent(...indices)]))).toBe("refused/unknown-payment");
  });

  it("at a ledger info with fewer payments or deposits than the ledger knows", () => {
    const paid: Ledger = { ...LEDGER, paid: { sent: 1n, next: 1n, open: [] } };
    expect(refusal(() => payIn([], itemFor(1), paid))).toBe("refused/diem-behind");
    const deposited: Ledger = { ...LEDGER, deposits: { next: 1n, open: [] } };
    expect(refusal(() => payIn([], itemFor(1), deposited))).toBe("refused/diem-behind");
  });

  it("while a payment since isn't shown", () => {
    const world = payableWorld(LEDGER);
    sent(0n, 2n)(world);
    const facts = world.facts();
    const withheld = (number: bigint): Facts => ({
      ...facts,
      diem: {
        ...facts.diem,
        event: (key, sequenceNumber) => {
          if (sequenceNumber === number) throw new ProofError("proof/not-shown", "withheld");
          return facts.diem.event(key, sequenceNumber);
        },
      },
    });
    for (const number of [0n, 1n])
      expect(refusal(() => payout(bridgeWith(LEDGER), withheld(number), itemFor(1)))).toBe("proof/not-shown");
  });

  it.each<[string, World["diem"]["custody"]]>([
    ["refused/custody-withdrawal-capability", { account: { withdrawCapability: undefined } }],
    ["refused/custody-rotation-capability", { account: { keyRotationCapability: undefined } }],
    ["refused/custody-frozen", { frozen: true }],
  ])("unless custody is the enclave's alone and free: %s", (code, custody) => {
    expect(refusal(() => payIn([custodyIs(custody)]))).toBe(code);
  });

  it("where the network doesn't say which version it is of", () => {
    const silent: Change = ({ diem }) =>
      diem.others.set(
        toHex(DIEM_ROOT),
        rootState(DUAL_ATTESTATION_LIMIT).filter((entry) => readDiemVersion([entry]) === undefined),
      );
    expect(refusal(() => payIn([silent]))).toBe("refused/diem-root");
  });

  it("with less in custody than the release, to the last unit", () => {
    expect(refusal(() => payIn([custodyIs({ balances: { XUS: 994n } })]))).toBeUndefined();
    expect(refusal(() => payIn([custodyIs({ balances: { XDX: 10_000n } })]))).toBe("refused/custody-balance");
  });

  it.each<[string, Change]>([
    ["refused/payee-absent", ({ diem }) => diem.setAccount(SENDER, undefined)],
    ["refused/payee-currency", ({ diem }) => diem.setAccount(SENDER, { balances: { XDX: 0n } })],
    [
      "refused/payee-family",
      (world) => {
        custodyIs({ vasp: "parent" })(world);
        world.diem.setAccount(SENDER, { vasp: { childOf: CUSTODY } });
      },
    ],
    [
      "refused/payee-dual-attestation",
      (world) => {
        custodyIs({ vasp: "parent" })(world);
        world.diem.setAccount(SENDER, { vasp: "parent" });
        world.diem.others.set(toHex(DIEM_ROOT), rootState(994n));
      },
    ],
  ])("to a payee who became unpayable: %s", (code, change) => {
    expect(refusal(() => payIn([change]))).toBe(code);
  });

  it("where paying it would leave more open ranges than a ledger holds", () => {
    const releases = Array.from({ length: 2 * MAX_OPEN_RANGES + 3 }, () => releaseOf({ amount: 1n }));
    const open = Array.from({ length: MAX_OPEN_RANGES }, (_, i) => ({ from: 2n * BigInt(i), to: 2n * BigInt(i) + 1n }));
    const ledger: Ledger = { ...owing(releases), paid: { sent: 0n, next: 2n * BigInt(MAX_OPEN_RANGES), open } };
    const pay = (index: number) =>
      payIn([], { index: BigInt(index), release: proveLeaf(RELEASES, releases, index) }, ledger).index;
    expect(refusal(() => pay(2 * MAX_OPEN_RANGES + 1))).toBe("refused/open-ranges");
    expect(pay(2 * MAX_OPEN_RANGES)).toBe(2n * BigInt(MAX_OPEN_RANGES));
    expect(pay(0)).toBe(0n);
  });
});
