/** A relayer's configuration to begin with: what has to be found out says where from. */
import type { ConfigFile } from "../../config.js";

/** How a text begins where a value is still to be written. */
export const TO_DO = "TO DO";

/** Writes what is still to be written, and where it comes from. */
export const toDo = (how: string): string => `${TO_DO}: ${how}`;

const HOUR = "3600000";
const DAY = "86400000";

/** Amounts of a currency with 6 decimals; fees are more than a batch's share of the parachain's. */
const currency = (code: string): object => ({
  code,
  assetId: toDo("pdiem assets plan"),
  minBalance: "10000",
  minimum: "1000000",
  maximum: "500000000",
  fees: {
    deposit: { fixed: "10000", millionths: 500 },
    withdrawal: { fixed: "20000", millionths: 500 },
    refund: { fixed: "20000", millionths: 0 },
  },
  windows: {
    mint: { length: HOUR, amount: "100000000000" },
    release: { length: HOUR, amount: "100000000000" },
    refund: { length: HOUR, amount: "10000000000" },
  },
});

const bridge = (codes: readonly string[]): ConfigFile["bridge"] => ({
  diem: {
    chainId: toDo("the network's, a number"),
    waypoint: toDo("<version>:<hex>, from several people who run nodes of the network"),
    custody: toDo("pdiem custody key"),
    hrp: toDo("dm on the main network, tdm on test networks"),
  },
  relay: toDo("pdiem relay-root"),
  rootsTime: toDo("pdiem relay-root; no later than when the waypoint was vouched for"),
  parachain: {
    paraId: toDo("the parachain's, a number; Asset Hub's is 1000"),
    genesisHash: toDo("chain_getBlockHash of block 0, from several nodes"),
    assetsPallet: "Assets",
    specVersion: toDo("of the runtime, once you have compared it: pdiem runtime check"),
    mortalPeriod: 64,
    maxConsumers: 14,
  },
  currencies: codes.map(currency),
  feeAccount: toDo("an account of the parachain that gets the fees, 0x and 32 bytes"),
  maxSkew: "300000",
  batchInterval: "60000",
  batch: { calls: 500, bytes: 1_500_000 },
  reserve: toDo("of the native token's smallest units: what registrations may not touch"),
  genesisCost: toDo("pdiem assets plan"),
  guardians: {
    keys: [toDo("each guardian's public key: pdiem guardian key")],
    threshold: 2,
    freezer: toDo("the guardians' account on the parachain, 0x and 32 bytes"),
  },
  decisionDelay: DAY,
  measurements: [{ tee: toDo("sgx, tdx or sev-snp"), value: toDo("npm run build:enclave, and the TEE's page") }],
  attestation: toDo("what the machines must be, an object: docs/configuration.md"),
  secondHolder: true,
});

/** Makes the bridge's part about those who hold its key together. @param count of slots */
export const heldBy = (count: number): object => ({
  threshold: 2,
  classes: [
    { name: toDo("a class of TEEs whose failure is one failure, such as intel"), tees: [toDo("its kinds of TEEs")] },
  ],
  slots: Array.from({ length: count }, (_, i) => toDo(`the class of slot ${i + 1}, by its name`)),
});

/** Makes a configuration for currencies by Diem's codes. */
export const skeletonConfig = (codes: readonly string[]): ConfigFile => ({
  diem: { urls: [toDo("http(s) URLs of the network's nodes, of several people")] },
  parachain: { urls: [toDo("ws(s) URLs of the parachain's nodes, of several people")] },
  relay: { urls: [toDo("ws(s) URLs of the relay chain's nodes, of several people")] },
  enclave: { url: "http://127.0.0.1:8091" },
  redis: { url: "redis://127.0.0.1:6379" },
  bridge: bridge(codes),
});

/** A value that is still to be written. */
export interface Unwritten {
  /** Such as `bridge.currencies.0.assetId`. */
  readonly field: string;
  readonly how: string;
}

/** Lists what is still to be written in a JSON value. */
export const unwrittenIn = (value: unknown, path: readonly string[] = []): readonly Unwritten[] => {
  if (typeof value === "string")
    return value.startsWith(TO_DO)
      ? [{ field: path.join("."), how: value.slice(TO_DO.length).replace(/^: /, "") }]
      : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => unwrittenIn(inner, [...path, name]));
};
