import { readPeerToPeer } from "@pdiem/chain-formats/diem/transactions/peer-to-peer";
import { rawTransaction } from "@pdiem/chain-formats/diem/transactions/raw-transaction";
import { toHex } from "@pdiem/light-client/bytes";
import { decode, encode } from "@pdiem/light-client/codec/bcs";
import { withResource } from "@pdiem/light-client/diem/state/account-state";
import { diemVersion, readDiemVersion } from "@pdiem/light-client/diem/state/resources/on-chain-config";
import { readVmConfig } from "@pdiem/light-client/diem/state/resources/vm-config";
import { metadata } from "@pdiem/light-client/diem/transactions/metadata";
import { outcome } from "@pdiem/light-client/testing/outcome";
import { describe, expect, it } from "vitest";
import { releaseSubaddress } from "../deposit/subaddress.js";
import { governanceHash } from "../governance/governance-state.js";
import { RELEASES } from "../ledger/lists.js";
import type { Release } from "../ledger/release.js";
import type { BridgeState } from "../settlement/bridge-state.js";
import { exampleConfig, filled, XUS } from "../testing/config.js";
import { CUSTODY, DUAL_ATTESTATION_LIMIT, rootState, START_SEQUENCE } from "../testing/diem-world.js";
import { pathOf } from "../testing/leaf-path.js";
import { owing, releaseOf } from "../testing/payouts.js";
import { bridgeWith, createWorld, exampleGovernance, SENDER, type World } from "../testing/world.js";
import { DIEM_ROOT } from "../withdrawal/payable.js";
import { PAYOUT_WINDOW, type PaymentRequest } from "./payment-request.js";
import { payments } from "./payout.js";

const OWED: readonly Release[] = Array.from({ length: 80 }, (_, i) =>
  releaseOf({
    amount: 500n + BigInt(i),
    subaddress: i === 1 ? filled(8, 5) : undefined,
    ...(i === 2 ? { origin: { type: "deposit", value: { number: 77n } } as const } : {}),
  }),
);
const LEDGER = owing(OWED);

type Change = (world: World) => void;

const requestFor = (index: number, leaf: Partial<Release> = {}): PaymentRequest => ({
  index: BigInt(index),
  leaf: { ...(OWED[index] ?? releaseOf()), ...leaf },
  path: index < OWED.length ? pathOf(RELEASES, OWED, BigInt(index)) : [],
});

const payIn = (changes: readonly Change[], requests = [requestFor(1)], bridge: BridgeState = bridgeWith(LEDGER)) => {
  const world = createWorld(bridge.ledger);
  for (const change of changes) change(world);
  return payments(bridge, world.facts(), requests);
};

const used =
  (count: number): Change =>
  ({ diem }) => {
    diem.custody = { ...diem.custody, account: { sequenceNumber: START_SEQUENCE + BigInt(count) } };
  };

const custodyIs =
  (traits: World["diem"]["custody"]): Change =>
  ({ diem }) => {
    diem.custody = { ...diem.custody, ...traits };
  };

const gas =
  (constants: Parameters<typeof rootState>[3]): Change =>
  ({ diem }) =>
    diem.others.set(toHex(DIEM_ROOT), rootState(DUAL_ATTESTATION_LIMIT, undefined, undefined, constants));

const only = (changes: readonly Change[], index = 1) => {
  const [payment] = payIn(changes, [requestFor(index)]);
  if (payment === undefined) throw new RangeError("expected a payment");
  return payment;
};

describe("PROTOCOL 4: a payment", () => {
  it("has its release's own sequence number, price 0 and a fixed gas currency", () => {
    const { index, release, transaction } = only([]);
    expect({ index, release }).toEqual({ index: 1n, release: OWED[1] });
    const { payload, ...rest } = transaction;
    const { diem } = createWorld(LEDGER);
    expect(rest).toEqual({
      sender: CUSTODY,
      sequenceNumber: START_SEQUENCE + 1n,
      maxGasAmount: 1_000_000n,
      gasUnitPrice: 0n,
      gasCurrencyCode: "XUS",
      expirationTimestampSecs: (diem.time + exampleConfig.maxSkew) / 1_000n,
      chainId: exampleConfig.diem.chainId,
    });
    expect(readPeerToPeer(payload)).toMatchObject({ currency: "XUS", payee: SENDER, amount: 501n });
    expect(payload.type).toBe("scriptFunction");
  });

  it("says which release it pays, to which subaddress, and which deposit it refunds", () => {
    const saidBy = (index: number) => {
      const payment = readPeerToPeer(only([], index).transaction.payload);
      return decode(metadata, payment?.metadata ?? new Uint8Array()).value;
    };
    expect(saidBy(1)).toEqual({
      toSubaddress: filled(8, 5),
      fromSubaddress: Uint8Array.of(0x80, 0, 0, 0, 0, 0, 0, 1),
      referencedEvent: undefined,
    });
    expect(saidBy(2)).toEqual({
      toSubaddress: undefined,
      fromSubaddress: releaseSubaddress(2n),
      referencedEvent: 77n,
    });
  });

  it("asks for the network's maximum of gas where that is less", () => {
    expect(only([gas({ maximumNumberOfGasUnits: 500_000n })]).transaction.maxGasAmount).toBe(500_000n);
    expect(only([gas({ maximumNumberOfGasUnits: 1_000_001n })]).transaction.maxGasAmount).toBe(1_000_000n);
  });

  it("expires maxSkew after the minute of the earlier of both times, so that a minute's are the same bytes", () => {
    const at = (diemTime: bigint, parachainTime: bigint) =>
      only([
        ({ diem, parachain }) => {
          diem.time = diemTime;
          parachain.time = parachainTime;
        },
      ]).transaction;
    const minute = 60_000n * 60_001n;
    const expiry = (minute + exampleConfig.maxSkew) / 1_000n;
    expect(at(minute, minute + 90_000n).expirationTimestampSecs).toBe(expiry);
    expect(at(minute + 90_000n, minute + 59_999n).expirationTimestampSecs).toBe(expiry);
    expect(at(minute + 60_000n, minute + 60_000n).expirationTimestampSecs).toBe(expiry + 60n);
    const bytes = [minute + 1n, minute + 30_000n].map((time) => encode(rawTransaction, at(time, time)));
    expect(bytes[0]).toEqual(bytes[1]);
  });

  it("is a legacy script on a network that knows no script functions yet", () => {
    const old: Change = ({ diem }) =>
      diem.others.set(toHex(DIEM_ROOT), withResource(rootState(1_000_000n), diemVersion, { major: 1n }));
    const { payload } = only([old]).transaction;
    expect(payload.type).toBe("script");
    expect(readPeerToPeer(payload)).toMatchObject({ amount: 501n, payee: SENDER });
  });

  it("doesn't ask whether the payee can be paid, nor what custody has: it aborts, and nothing waits behind it", () => {
    const unpayable: Change = ({ diem }) => diem.setAccount(SENDER, undefined);
    const balances = { balances: { XUS: 0n, XDX: 0n } };
    expect(only([unpayable, custodyIs(balances)])).toEqual(only([]));
  });
});

describe("PROTOCOL 4: several payments in one request", () => {
  it("come in its order, each with its own number, within the window of 64", () => {
    const requests = [40, 3, 66].map((index) => requestFor(index));
    const numbers = payIn([used(3)], requests).map(({ transaction }) => transaction.sequenceNumber - START_SEQUENCE);
    expect(numbers).toEqual([40n, 3n, 66n]);
    const whole = Array.from({ length: PAYOUT_WINDOW }, (_, i) => requestFor(i));
    expect(payIn([], whole)).toHaveLength(64);
  });

  it("are refused beyond the window, once their number is used, and once folded", () => {
    expect(outcome(() => payIn([used(3)], [requestFor(3), requestFor(67)]))).toBe("refused/number-ahead");
    expect(outcome(() => payIn([used(3)], [requestFor(3), requestFor(2)]))).toBe("refused/number-used");
    const folded = bridgeWith({ ...LEDGER, paid: { releases: 2n, events: 0n } });
    expect(outcome(() => payIn([], [requestFor(1)], folded))).toBe("refused/number-used");
  });

  it("must be different, at least one and at most 64", () => {
    expect(outcome(() => payIn([], []))).toBe("refused/payments");
    const many = Array.from({ length: PAYOUT_WINDOW + 1 }, (_, i) => requestFor(i));
    expect(outcome(() => payIn([], many))).toBe("refused/payments");
    expect(outcome(() => payIn([], [requestFor(1), requestFor(1)]))).toBe("refused/duplicate");
  });

  it("must each be shown as the ledger has it", () => {
    for (const wrong of [requestFor(1, { amount: 502n }), requestFor(1, { payee: filled(16, 1) })])
      expect(outcome(() => payIn([], [requestFor(0), wrong]))).toBe("proof/list-leaf");
    expect(outcome(() => payIn([], [{ ...requestFor(1), index: 0n }]))).toBe("proof/list-leaf");
    expect(outcome(() => payIn([], [requestFor(80)]))).toBe("proof/list-bounds");
  });
});

/** Each condition, broken, in the order in which they are checked. */
const CONDITIONS: readonly (readonly [code: string, Change])[] = [
  ["refused/skew", ({ diem }) => (diem.time += exampleConfig.maxSkew + 1n)],
  ["refused/asset-frozen", ({ parachain }) => parachain.setAsset(XUS.assetId, { status: "frozen" })],
  ["refused/custody-key", custodyIs({ account: { authenticationKey: filled(32, 1) } })],
  ["refused/gas-price", gas({ minPricePerGasUnit: 1n })],
];

describe("PROTOCOL 4: a payout is refused", () => {
  it.each(CONDITIONS)("%s", (code, change) => {
    expect(outcome(() => payIn([change]))).toBe(code);
  });

  it("for the first of several reasons", () => {
    for (const [i, [code]] of CONDITIONS.entries())
      expect(outcome(() => payIn(CONDITIONS.slice(i).map(([, change]) => change)))).toBe(code);
  });

  it("under a ledger that isn't in force", () => {
    const facts = createWorld(LEDGER).facts();
    const other = bridgeWith({ ...LEDGER, active: 1n });
    expect(outcome(() => payments(other, facts, [requestFor(1)]))).toBe("refused/not-in-force");
  });

  it("while paused, and under another governance state than the ledger's", () => {
    const paused = { ...exampleGovernance, paused: true };
    const ledger = { ...LEDGER, governance: governanceHash(paused) };
    expect(outcome(() => payIn([], [requestFor(1)], bridgeWith(ledger, paused)))).toBe("refused/paused");
    expect(outcome(() => payIn([], [requestFor(1)], bridgeWith(ledger)))).toBe("refused/governance");
  });

  it.each<[string, World["diem"]["custody"]]>([
    ["refused/custody-withdrawal-capability", { account: { withdrawCapability: undefined } }],
    ["refused/custody-rotation-capability", { account: { keyRotationCapability: undefined } }],
    ["refused/custody-frozen", { frozen: true }],
  ])("unless custody is the enclave's alone and free: %s", (code, custody) => {
    expect(outcome(() => payIn([custodyIs(custody)]))).toBe(code);
  });

  it("where the network's version or gas schedule isn't told", () => {
    const without =
      (read: (state: ReturnType<typeof rootState>) => unknown): Change =>
      ({ diem }) => {
        const state = rootState(DUAL_ATTESTATION_LIMIT).filter((entry) => read([entry]) === undefined);
        diem.others.set(toHex(DIEM_ROOT), state);
      };
    for (const read of [readDiemVersion, readVmConfig])
      expect(outcome(() => payIn([without(read)]))).toBe("refused/diem-root");
  });
});
