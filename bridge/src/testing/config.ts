import { publicKeyOf } from "@pdiem/light-client/crypto/ed25519";
import { STATEMINE_900 } from "@pdiem/light-client/polkadot/extrinsics/shipped-profiles";
import type { BridgeConfig } from "../config/bridge-config.js";
import type { CurrencyConfig } from "../config/currency-config.js";

/** An array of one repeated byte. */
export const filled = (length: number, value: number): Uint8Array => new Uint8Array(length).fill(value);

export const HOUR = 3_600_000n;

const windowOf = (amount: bigint) => ({ length: HOUR, amount });

export const XUS: CurrencyConfig = {
  code: "XUS",
  assetId: 7,
  minBalance: 10n,
  minimum: 100n,
  maximum: 10_000n,
  fees: { deposit: 5n, withdrawal: 6n, refund: 7n },
  windows: { mint: windowOf(15_000n), release: windowOf(15_000n), refund: windowOf(12_000n) },
};

export const XDX: CurrencyConfig = { ...XUS, code: "XDX", assetId: 8 };

/** A configuration that is accepted. */
export const exampleConfig: BridgeConfig = {
  diem: { chainId: 4, waypoint: { version: 0n, value: filled(32, 1) }, custody: filled(16, 0xcc), hrp: "tdm" },
  relay: {
    setId: 3n,
    authorities: [{ id: publicKeyOf(filled(32, 3)), weight: 1n }],
    finalized: { number: 7, hash: filled(32, 4) },
  },
  rootsTime: 999n * HOUR,
  parachain: { paraId: 1000, genesisHash: filled(32, 5), profile: STATEMINE_900 },
  currencies: [XUS, XDX],
  feeAccount: filled(32, 0xfe),
  maxSkew: 300_000n,
  batchInterval: 60_000n,
  reserve: 1_000_000n,
  genesisCost: 50_000n,
  guardians: { keys: [publicKeyOf(filled(32, 7)), publicKeyOf(filled(32, 8))], threshold: 2, freezer: filled(32, 9) },
  decisionDelay: 24n * HOUR,
  measurements: [{ tee: "simulated", value: filled(32, 10) }],
  attestation: { dcap: undefined, sevSnp: undefined },
  secondHolder: false,
};

/** The enclave's key, whose public half is the issuer. */
export const ENCLAVE_SEED: Uint8Array = filled(32, 0xee);
export const ISSUER: Uint8Array = publicKeyOf(ENCLAVE_SEED);
