/**
 * The configuration of a bridge for trying out: real rules, small amounts, keys that anyone can
 * make.
 */
import { toHex, utf8 } from "@pdiem/light-client/bytes";
import { publicKeyOf } from "@pdiem/light-client/crypto/ed25519";
import { sha3_256 } from "@pdiem/light-client/crypto/sha3";
import type { AccountAddress } from "@pdiem/light-client/diem/address/account-address";
import { devAccount } from "../asset-hub/operator.js";
import type { RelayTrustRoot } from "../relay/relay.js";
import { type HoldersOption, holdersJson } from "./holders-json.js";
import { type ParachainJson, STATEMINE_900 } from "./parachain-json.js";

/** A fixed part as a decimal string, and millionths of the amount. */
export interface FeeJson {
  readonly fixed: string;
  readonly millionths: number;
}

/** A bridged currency as the configuration's JSON has it; amounts as decimal strings. */
export interface CurrencyJson {
  readonly code: string;
  readonly assetId: number;
  readonly minBalance: string;
  readonly minimum: string;
  readonly maximum: string;
  readonly fees: { readonly deposit: FeeJson; readonly withdrawal: FeeJson; readonly refund: FeeJson };
  readonly windows: Readonly<
    Record<"mint" | "release" | "refund", { readonly length: string; readonly amount: string }>
  >;
}

/** The part of the configuration that tests vary. */
export interface BridgeLimits {
  readonly currencies: readonly CurrencyJson[];
  readonly maxSkew: string;
  readonly batchInterval: string;
  /** The most calls and bytes of a batch. */
  readonly batch: { readonly calls: number; readonly bytes: number };
  readonly reserve: string;
  readonly genesisCost: string;
  readonly decisionDelay: string;
  /** Decimal string of ms; the present where it is left out. */
  readonly rootsTime?: string;
  readonly secondHolder: boolean;
  /** Left out, one enclave holds the key whole. */
  readonly holders?: HoldersOption;
  /**
   * The runtime's; `parachainJson`'s where they are left out, or statemine 900's. No profile is
   * pinned where it is undefined.
   */
  readonly parachain?: Partial<ParachainJson>;
}

/** What the chains and the custody account say of themselves. */
export interface BridgeRoots {
  readonly diem: { readonly chainId: number; readonly waypoint: string; readonly custody: AccountAddress };
  readonly relay: RelayTrustRoot;
  readonly parachain: { readonly paraId: number; readonly genesisHash: Uint8Array };
}

const HOUR = "3600000";

const fixed = (amount: string): FeeJson => ({ fixed: amount, millionths: 0 });

const currency = (code: string, assetId: number): CurrencyJson => ({
  code,
  assetId,
  minBalance: "10000",
  minimum: "100000",
  maximum: "500000000",
  fees: { deposit: fixed("10000"), withdrawal: fixed("20000"), refund: fixed("20000") },
  windows: {
    mint: { length: HOUR, amount: "100000000000" },
    release: { length: HOUR, amount: "100000000000" },
    refund: { length: HOUR, amount: "10000000000" },
  },
});

/** 6 decimals for XUS and XDX, 12 for the parachain's own token. */
export const DEFAULT_LIMITS: BridgeLimits = {
  currencies: [currency("XUS", 1984), currency("XDX", 1985)],
  maxSkew: "300000",
  batchInterval: "6000",
  // Half a block of the devnet's: 187 ms of 0.28 ms each, and 1.9 MB.
  batch: { calls: 600, bytes: 1_800_000 },
  reserve: "1000000000000",
  genesisCost: "100000000000",
  decisionDelay: HOUR,
  secondHolder: false,
};

/** Seeds of the guardians' keys, two of which must sign. */
export const GUARDIAN_SEEDS: readonly Uint8Array[] = ["one", "two", "three"].map((name) =>
  sha3_256(utf8(`pdiem local guardian ${name}`)),
);

/** Secret URIs of the guardians' account and of the one that fees go to. */
export const FREEZER_URI = "//Guardians";
export const FEES_URI = "//Fees";

const SIMULATED_MEASUREMENT = sha3_256(utf8("pdiem simulated enclave"));

const hex = (bytes: Uint8Array): string => `0x${toHex(bytes)}`;

/** Makes a JSON value as the bridge's configuration is written. */
export const bridgeConfigJson = (
  { diem, relay, parachain }: BridgeRoots,
  { parachain: runtime, holders, ...limits }: BridgeLimits,
) => ({
  diem: { chainId: diem.chainId, waypoint: diem.waypoint, custody: hex(diem.custody), hrp: "tdm" },
  relay: {
    setId: relay.setId.toString(),
    authorities: relay.authorities.map(({ id, weight }) => ({ id: hex(id), weight: weight.toString() })),
    finalized: { number: relay.finalized.number, hash: hex(relay.finalized.hash) },
  },
  parachain: { paraId: parachain.paraId, genesisHash: hex(parachain.genesisHash), ...STATEMINE_900, ...runtime },
  rootsTime: Date.now().toString(),
  ...limits,
  feeAccount: hex(devAccount(FEES_URI).publicKey),
  guardians: {
    keys: GUARDIAN_SEEDS.map((seed) => hex(publicKeyOf(seed))),
    threshold: 2,
    freezer: hex(devAccount(FREEZER_URI).publicKey),
  },
  attestation: {},
  ...(holders === undefined
    ? { measurements: [{ tee: "simulated", value: hex(SIMULATED_MEASUREMENT) }] }
    : holdersJson(holders)),
});
