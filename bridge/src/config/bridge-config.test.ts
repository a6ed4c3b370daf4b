import { STATEMINE_900 } from "@pdiem/chain-formats/polkadot/extrinsics/statemine-900";
import { equal } from "@pdiem/light-client/bytes";
import { decode, encode } from "@pdiem/light-client/codec/bcs";
import { publicKeyOf } from "@pdiem/light-client/crypto/ed25519";
import type { PinnedProfile } from "@pdiem/light-client/polkadot/extrinsics/pinned-profile";
import { outcome } from "@pdiem/light-client/testing/outcome";
import { describe, expect, it } from "vitest";
import { genuineConfig } from "../testing/attestation.js";
import { exampleConfig, filled, XDX, XUS } from "../testing/config.js";
import { type BridgeConfig, bridgeConfig, bridgeId } from "./bridge-config.js";
import { checkConfig } from "./config-check.js";
import type { CurrencyConfig } from "./currency-config.js";

const withXus = (change: Partial<CurrencyConfig>): BridgeConfig => ({
  ...exampleConfig,
  currencies: [{ ...XUS, ...change }],
});
const { diem, relay, parachain, guardians } = exampleConfig;
const [authority] = relay.authorities;
const withParachain = (change: Partial<BridgeConfig["parachain"]>): BridgeConfig => ({
  ...exampleConfig,
  parachain: { ...parachain, ...change },
});
const guardedBy = (count: number, threshold: number, config: BridgeConfig = genuineConfig): BridgeConfig => ({
  ...config,
  guardians: {
    ...guardians,
    keys: Array.from({ length: count }, (_, i) => publicKeyOf(filled(32, i + 1))),
    threshold,
  },
});
const least = XUS.fees.deposit.fixed + XUS.fees.withdrawal.fixed + XUS.fees.refund.fixed + XUS.minBalance;
/** Fees of which each takes a tenth besides. */
const TENTHS: CurrencyConfig["fees"] = {
  deposit: { fixed: 5n, millionths: 100_000 },
  withdrawal: { fixed: 6n, millionths: 100_000 },
  refund: { fixed: 7n, millionths: 100_000 },
};
const whole = (amount: bigint) => ({ length: 1n, amount });

const checking: PinnedProfile = { ...STATEMINE_900, extensions: [...STATEMINE_900.extensions, "CheckMetadataHash"] };

describe("a bridge's configuration", () => {
  it("is the same after a round through BCS", () => {
    const encoded = encode(bridgeConfig, exampleConfig);
    expect(encode(bridgeConfig, decode(bridgeConfig, encoded))).toEqual(encoded);
  });

  it("has an id of its own for each value of each field", () => {
    const variants: BridgeConfig[] = [
      exampleConfig,
      { ...exampleConfig, diem: { ...diem, chainId: 5 } },
      { ...exampleConfig, diem: { ...diem, custody: filled(16, 0xcd) } },
      { ...exampleConfig, diem: { ...diem, waypoint: { ...diem.waypoint, version: 1n } } },
      { ...exampleConfig, relay: { ...relay, setId: 4n } },
      { ...exampleConfig, rootsTime: 1n },
      withParachain({ paraId: 1001 }),
      withParachain({ assetsPallet: "ForeignAssets" }),
      withParachain({ specVersion: 901 }),
      withParachain({ mortalPeriod: 32 }),
      withParachain({ maxConsumers: 15 }),
      withParachain({ profile: undefined }),
      withXus({}),
      withXus({ maximum: 9_999n }),
      withXus({ fees: TENTHS }),
      { ...exampleConfig, batch: { calls: 64, bytes: 65_536 } },
      { ...exampleConfig, maxSkew: 1n },
      { ...exampleConfig, decisionDelay: 1n },
      { ...exampleConfig, secondHolder: true },
      { ...exampleConfig, guardians: { ...guardians, threshold: 1 } },
      { ...exampleConfig, measurements: [{ tee: "simulated", value: filled(32, 11) }] },
    ];
    const ids = variants.map(bridgeId);
    for (const [i, a] of ids.entries()) for (const b of ids.slice(i + 1)) expect(equal(a, b)).toBe(false);
  });

  it("is accepted at the edge of each rule", () => {
    checkConfig(withXus({ minimum: least, maximum: 2n * least }));
    // 40 = 5 + 6 + 7 + 3 tenths of 40 + 10.
    checkConfig(withXus({ minimum: 40n, fees: TENTHS }));
    checkConfig(withXus({ windows: { mint: whole(10_000n), release: whole(10_000n), refund: whole(10_000n) } }));
    checkConfig(withXus({ minBalance: 1n }));
    checkConfig({ ...exampleConfig, batch: { calls: 64, bytes: 65_536 } });
    checkConfig({ ...exampleConfig, batch: { calls: 4_096, bytes: 65_536 } });
    for (const mortalPeriod of [4, 4_096]) checkConfig(withParachain({ mortalPeriod }));
    for (const threshold of [1, guardians.keys.length])
      checkConfig({ ...exampleConfig, guardians: { ...guardians, threshold } });
    for (const [count, threshold] of [
      [3, 2],
      [5, 3],
    ] as const)
      checkConfig(guardedBy(count, threshold));
  });

  it("takes a relay chain's set as it is: any keys, and repeats", () => {
    const odd = { id: filled(32, 2), weight: 0n };
    checkConfig({ ...exampleConfig, relay: { ...relay, authorities: authority ? [authority, authority, odd] : [] } });
  });

  it("may be looser where every TEE is simulated", () => {
    checkConfig(guardedBy(1, 1, exampleConfig));
    checkConfig({ ...exampleConfig, decisionDelay: 1n });
    checkConfig(withParachain({ profile: checking }));
  });

  it.each<[string, BridgeConfig]>([
    ["refused/config-min-balance", withXus({ minBalance: 0n })],
    ["refused/config-minimum", withXus({ minimum: least - 1n })],
    ["refused/config-maximum", withXus({ maximum: 2n * XUS.minimum - 1n })],
    ["refused/config-window", withXus({ windows: { ...XUS.windows, mint: { length: 1n, amount: XUS.maximum - 1n } } })],
    [
      "refused/config-window",
      withXus({ windows: { ...XUS.windows, release: { length: 1n, amount: XUS.maximum - 1n } } }),
    ],
    [
      "refused/config-window",
      withXus({ windows: { ...XUS.windows, refund: { length: 1n, amount: XUS.maximum - 1n } } }),
    ],
    [
      "refused/config-window-length",
      withXus({ windows: { ...XUS.windows, mint: { length: 0n, amount: XUS.maximum } } }),
    ],
    ["refused/config-currencies", { ...exampleConfig, currencies: [] }],
    ["refused/config-currencies", { ...exampleConfig, currencies: [XUS, { ...XDX, code: XUS.code }] }],
    ["refused/config-currencies", { ...exampleConfig, currencies: [XUS, { ...XDX, assetId: XUS.assetId }] }],
    ["refused/config-chain-id", { ...exampleConfig, diem: { ...diem, chainId: 0 } }],
    [
      "refused/config-waypoint",
      { ...exampleConfig, diem: { ...diem, waypoint: { version: 0n, value: filled(32, 0) } } },
    ],
    ["refused/config-custody", { ...exampleConfig, diem: { ...diem, custody: filled(16, 0) } }],
    ["refused/config-genesis-hash", { ...exampleConfig, parachain: { ...parachain, genesisHash: filled(32, 0) } }],
    [
      "refused/config-relay-root",
      { ...exampleConfig, relay: { ...relay, finalized: { number: 1, hash: filled(32, 0) } } },
    ],
    ["refused/config-authorities", { ...exampleConfig, relay: { ...relay, authorities: [] } }],
    [
      "refused/config-authorities",
      { ...exampleConfig, relay: { ...relay, authorities: [{ id: filled(32, 0), weight: 1n }] } },
    ],
    [
      "refused/config-authorities",
      { ...exampleConfig, relay: { ...relay, authorities: authority ? [{ ...authority, weight: 0n }] : [] } },
    ],
    ["refused/config-roots-time", { ...exampleConfig, rootsTime: 0n }],
    ["refused/config-fee-account", { ...exampleConfig, feeAccount: filled(32, 0) }],
    ["refused/config-max-skew", { ...exampleConfig, maxSkew: 0n }],
    ["refused/config-batch-interval", { ...exampleConfig, batchInterval: 0n }],
    ["refused/config-decision-delay", { ...exampleConfig, decisionDelay: 0n }],
    ["refused/config-guardians", { ...exampleConfig, guardians: { ...guardians, keys: [] } }],
    [
      "refused/config-guardians",
      { ...exampleConfig, guardians: { ...guardians, keys: [filled(32, 0)], threshold: 1 } },
    ],
    [
      "refused/config-guardians",
      { ...exampleConfig, guardians: { ...guardians, keys: [...guardians.keys, ...guardians.keys] } },
    ],
    ["refused/config-threshold", { ...exampleConfig, guardians: { ...guardians, threshold: 0 } }],
    ["refused/config-threshold", { ...exampleConfig, guardians: { ...guardians, threshold: 4 } }],
    ["refused/config-threshold", guardedBy(1, 1)],
    ["refused/config-threshold", guardedBy(2, 2)],
    ["refused/config-threshold", guardedBy(4, 3)],
    ["refused/config-decision-delay", { ...genuineConfig, decisionDelay: 86_399_999n }],
    ["refused/config-profile", { ...genuineConfig, parachain: { ...parachain, profile: checking } }],
    ["refused/config-batch", { ...exampleConfig, batch: { calls: 63, bytes: 65_536 } }],
    ["refused/config-batch", { ...exampleConfig, batch: { calls: 4_097, bytes: 65_536 } }],
    ["refused/config-batch", { ...exampleConfig, batch: { calls: 64, bytes: 65_535 } }],
    ...[0, 2, 3, 63, 8_192].map((mortalPeriod): [string, BridgeConfig] => [
      "refused/config-mortal-period",
      withParachain({ mortalPeriod }),
    ]),
    ...["", "Assets/2", "A".repeat(65)].map((assetsPallet): [string, BridgeConfig] => [
      "refused/config-assets-pallet",
      withParachain({ assetsPallet }),
    ]),
    ...["", "DM", "d1m", "d".repeat(17)].map((hrp): [string, BridgeConfig] => [
      "refused/config-hrp",
      { ...exampleConfig, diem: { ...diem, hrp } },
    ]),
    ["refused/config-currencies", withXus({ code: "X US" })],
    ["refused/config-minimum", withXus({ minimum: 39n, fees: TENTHS })],
    ["refused/config-fee", withXus({ fees: { ...XUS.fees, refund: { fixed: 0n, millionths: 1_000_000 } } })],
    ["refused/config-freezer", { ...exampleConfig, guardians: { ...guardians, freezer: filled(32, 0) } }],
    ["refused/config-measurements", { ...exampleConfig, measurements: [] }],
    [
      "refused/config-measurements",
      { ...exampleConfig, measurements: [{ tee: "simulated", value: new Uint8Array() }] },
    ],
    ["refused/config-measurements", { ...exampleConfig, measurements: [{ tee: "simulated", value: filled(32, 0) }] }],
  ])("PROTOCOL 5: is refused otherwise: %s (%#)", (code, config) => {
    expect(outcome(() => checkConfig(config))).toBe(code);
  });
});
