import { equal } from "@pdiem/light-client/bytes";
import { decode, encode } from "@pdiem/light-client/codec/bcs";
import { describe, expect, it } from "vitest";
import { type BridgeConfig, bridgeConfig, bridgeId } from "./bridge-config.js";
import { checkConfig } from "./config-check.js";
import { formatBridgeConfig, parseBridgeConfig } from "@pdiem/bridge-client/json/config-json";
import type { CurrencyConfig } from "./currency-config.js";
import { exampleConfig, filled, XDX, XUS } from "../testing/config.js";
import { refusal } from "../testing/refusal.js";

const withXus = (change: Partial<CurrencyConfig>): BridgeConfig => ({
  ...exampleConfig,
  currencies: [{ ...XUS, ...change }],
});
const { diem, relay, parachain, guardians } = exampleConfig;
const [authority] = relay.authorities;
const least = XUS.fees.deposit + XUS.fees.withdrawal + XUS.fees.refund + XUS.minBalance;

describe("a bridge's configuration", () => {
  it("is the same after a round through JSON text, and through BCS", () => {
    const text = JSON.stringify(formatBridgeConfig(exampleConfig));
    expect(encode(bridgeConfig, parseBridgeConfig(JSON.parse(text)))).toEqual(encode(bridgeConfig, exampleConfig));
    expect(encode(bridgeConfig, decode(bridgeConfig, encode(bridgeConfig, exampleConfig)))).toEqual(
      encode(bridgeConfig, exampleConfig),
    );
  });

  it("writes a profile that doesn't ship in full", () => {
    const other = {
      ...exampleConfig,
      parachain: { ...parachain, profile: { ...parachain.profile, mortalPeriod: 128 } },
    };
    const read = parseBridgeConfig(formatBridgeConfig(other));
    expect(read.parachain.profile.mortalPeriod).toBe(128);
    expect(formatBridgeConfig(exampleConfig)).toMatchObject({ parachain: { profile: "statemine-900" } });
  });

  it("has an id of its own for each value of each field", () => {
    const variants: BridgeConfig[] = [
      exampleConfig,
      { ...exampleConfig, diem: { ...diem, chainId: 5 } },
      { ...exampleConfig, diem: { ...diem, custody: filled(16, 0xcd) } },
      { ...exampleConfig, diem: { ...diem, waypoint: { ...diem.waypoint, version: 1n } } },
      { ...exampleConfig, relay: { ...relay, setId: 4n } },
      { ...exampleConfig, rootsTime: 1n },
      { ...exampleConfig, parachain: { ...parachain, paraId: 1001 } },
      { ...exampleConfig, parachain: { ...parachain, profile: { ...parachain.profile, maxConsumers: 14 } } },
      withXus({}),
      withXus({ maximum: 9_999n }),
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
    const window = { length: 1n, amount: XUS.maximum };
    checkConfig(withXus({ windows: { mint: window, release: window, refund: window } }));
    checkConfig(withXus({ minBalance: 1n }));
    for (const threshold of [1, guardians.keys.length])
      checkConfig({ ...exampleConfig, guardians: { ...guardians, threshold } });
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
      { ...exampleConfig, relay: { ...relay, authorities: authority ? [authority, authority] : [] } },
    ],
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
    ["refused/config-threshold", { ...exampleConfig, guardians: { ...guardians, threshold: 3 } }],
    ["refused/config-freezer", { ...exampleConfig, guardians: { ...guardians, freezer: filled(32, 0) } }],
    ["refused/config-measurements", { ...exampleConfig, measurements: [] }],
    [
      "refused/config-measurements",
      { ...exampleConfig, measurements: [{ tee: "simulated", value: new Uint8Array() }] },
    ],
    ["refused/config-measurements", { ...exampleConfig, measurements: [{ tee: "simulated", value: filled(32, 0) }] }],
  ])("is refused otherwise: %s (%#)", (code, config) => {
    expect(refusal(() => checkConfig(config))).toBe(code);
    expect(refusal(() => parseBridgeConfig(formatBridgeConfig(config)))).toBe(code);
  });
});
