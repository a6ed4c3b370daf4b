import { STATEMINE_900 } from "@pdiem/chain-formats/polkadot/extrinsics/statemine-900";
import { publicKeyOf } from "@pdiem/light-client/crypto/ed25519";
import { type BridgeConfig, bridgeId } from "../config/bridge-config.js";
import type { CurrencyConfig } from "../config/currency-config.js";

/** Makes an array of one repeated byte. */
export const filled = (length: number, value: number): Uint8Array => new Uint8Array(length).fill(value);

export const HOUR = 3_600_000n;

const windowOf = (amount: bigint) => ({ length: HOUR, amount });

export const XUS: CurrencyConfig = {
  code: "XUS",
  assetId: 7,
  minBalance: 10n,
  minimum: 100n,
  maximum: 10_000n,
  fees: {
    deposit: { fixed: 5n, millionths: 0 },
    withdrawal: { fixed: 6n, millionths: 0 },
    refund: { fixed: 7n, millionths: 0 },
  },
  windows: { mint: windowOf(15_000n), release: windowOf(15_000n), refund: windowOf(12_000n) },
};

/** Like XUS, but that a hundredth of what is deposited or withdrawn is part of its fees. */
export const XDX: CurrencyConfig = {
  ...XUS,
  code: "XDX",
  assetId: 8,
  fees: {
    deposit: { fixed: 5n, millionths: 10_000 },
    withdrawal: { fixed: 6n, millionths: 10_000 },
    refund: { fixed: 7n, millionths: 0 },
  },
};

/** Keys of the example configuration's guardians, two of whom must sign. */
export const GUARDIAN_SEEDS: readonly Uint8Array[] = [filled(32, 7), filled(32, 8), filled(32, 0x17)];

/** A configuration that is accepted. */
export const exampleConfig: BridgeConfig = {
  diem: { chainId: 4, waypoint: { version: 0n, value: filled(32, 1) }, custody: filled(16, 0xcc), hrp: "tdm" },
  relay: {
    setId: 3n,
    authorities: [{ id: publicKeyOf(filled(32, 3)), weight: 1n }],
    finalized: { number: 7, hash: filled(32, 4) },
  },
  rootsTime: 999n * HOUR,
  parachain: {
    paraId: 1000,
    genesisHash: filled(32, 5),
    assetsPallet: "Assets",
    specVersion: 900,
    mortalPeriod: 64,
    maxConsumers: 14,
    profile: STATEMINE_900,
  },
  currencies: [XUS, XDX],
  feeAccount: filled(32, 0xfe),
  maxSkew: 300_000n,
  batchInterval: 60_000n,
  batch: { calls: 1_000, bytes: 2_000_000 },
  reserve: 1_000_000n,
  genesisCost: 50_000n,
  guardians: { keys: GUARDIAN_SEEDS.map(publicKeyOf), threshold: 2, freezer: filled(32, 9) },
  decisionDelay: 24n * HOUR,
  measurements: [{ tee: "simulated", value: filled(32, 10) }],
  attestation: { dcap: undefined, sevSnp: undefined },
  secondHolder: false,
  holders: undefined,
};

/** The enclave's key, whose public half is the issuer. */
export const ENCLAVE_SEED: Uint8Array = filled(32, 0xee);
export const ISSUER: Uint8Array = publicKeyOf(ENCLAVE_SEED);

export const EXAMPLE_ID: Uint8Array = bridgeId(exampleConfig);
