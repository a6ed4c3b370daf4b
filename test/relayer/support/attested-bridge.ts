/**
 * A bridge whose enclave shows evidence of a genuine TEE, on chains without proofs. Vendors of the
 * tests' own making vouch for it.
 */
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BridgeConfig, bridgeId } from "@pdiem/bridge/config/bridge-config";
import type { Action } from "@pdiem/bridge/governance/action";
import { type GovernanceState, governanceHash, initialGovernance } from "@pdiem/bridge/governance/governance-state";
import { takeDecision } from "@pdiem/bridge/governance/take-decision";
import { anchorOf } from "@pdiem/bridge/ledger/anchor";
import type { Ledger } from "@pdiem/bridge/ledger/ledger";
import { anchorAsset } from "@pdiem/bridge/ledger/ledger-in-force";
import { exampleConfig, filled } from "@pdiem/bridge/testing/config";
import { createWorld, exampleLedger, type World } from "@pdiem/bridge/testing/world";
import type { TakenDecision } from "@pdiem/bridge-client/journal/history";
import { createEnclave } from "@pdiem/enclave/enclave";
import type { ResponseOf } from "@pdiem/enclave/routes";
import { createSealedStore } from "@pdiem/enclave/sealing/sealed-store";
import type { Tee } from "@pdiem/enclave/tee/tee";
import type { Collateral } from "@pdiem/enclave-verifier/evidence";
import type { Roots } from "@pdiem/enclave-verifier/roots";
import {
  createDcapPlatform,
  dcapCollateral,
  dcapQuote,
  TEST_PPID,
} from "@pdiem/enclave-verifier/testing/dcap-platform";
import { sgxReport, tdReport } from "@pdiem/enclave-verifier/testing/dcap-reports";
import { TEST_NOW } from "@pdiem/enclave-verifier/testing/dcap-statements";
import { createSnpPlatform, TEST_MEASUREMENT, TEST_TCB } from "@pdiem/enclave-verifier/testing/snp-platform";
import { concat, fromHex, toHex } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/scale";
import { ed25519AuthenticationKey } from "@pdiem/light-client/diem/transactions/authentication-key";
import { assetApproval } from "@pdiem/light-client/polkadot/trie/storage-key";
import { approval } from "@pdiem/light-client/polkadot/trie/storage-value";

const DAY = 24n * 3_600_000n;
export const NOW = TEST_NOW;

export type GenuineKind = "sgx" | "tdx" | "sev-snp";

/** What the vendors hand out, and what their platforms make of report data. */
export interface Vendors {
  readonly roots: Roots;
  readonly collateral: Readonly<Record<GenuineKind, Collateral>>;
  readonly evidence: (kind: GenuineKind, reportData: Uint8Array, change?: Change) => Uint8Array;
}

/** What a platform is made to say otherwise. */
export interface Change {
  readonly isDebug?: boolean;
}

const DEBUG_ATTRIBUTES = { sgx: fromHex("0700000000000000e700000000000000"), tdx: fromHex("0100001000000000") };
const SNP_DEBUG_POLICY = 0xb0000n;

export const createVendors = async (): Promise<Vendors> => {
  const intel = await createDcapPlatform();
  const amd = await createSnpPlatform();
  return {
    roots: { ...intel.roots, amd: amd.roots.amd },
    collateral: { sgx: dcapCollateral(intel, "sgx"), tdx: dcapCollateral(intel, "tdx"), "sev-snp": amd.collateral },
    evidence: (kind, given, { isDebug = false } = {}) => {
      const reportData = concat(given, new Uint8Array(64 - given.length));
      switch (kind) {
        case "sgx":
          return dcapQuote(intel, kind, {
            body: sgxReport({ reportData, ...(isDebug ? { attributes: DEBUG_ATTRIBUTES.sgx } : {}) }),
          });
        case "tdx":
          return dcapQuote(intel, kind, {
            body: tdReport({ reportData, ...(isDebug ? { tdAttributes: DEBUG_ATTRIBUTES.tdx } : {}) }),
          });
        case "sev-snp":
          return amd.report({ reportData, ...(isDebug ? { policy: SNP_DEBUG_POLICY } : {}) });
      }
    },
  };
};

const TDX_REGISTERS = concat(...[0xd0, 0xd1, 0xd2, 0xd3, 0xd4].map((byte) => filled(48, byte)));

/** Admits the vendors' platforms, and each kind's one program. */
export const attestedConfig: BridgeConfig = {
  ...exampleConfig,
  rootsTime: BigInt(NOW) - DAY,
  measurements: [
    { tee: "sgx", value: filled(32, 0xe1) },
    { tee: "tdx", value: TDX_REGISTERS },
    { tee: "sev-snp", value: TEST_MEASUREMENT },
  ],
  attestation: {
    dcap: {
      platforms: [fromHex(TEST_PPID)],
      maximumAge: 30n * DAY,
      maximumRootCrlAge: 400n * DAY,
      statuses: ["UpToDate"],
      advisories: [],
      minimumEvaluationNumber: 17,
    },
    sevSnp: {
      platforms: "any",
      maximumAge: 3650n * DAY,
      maximumRootCrlAge: 400n * DAY,
      minimumTcb: { milan: undefined, genoa: { ...TEST_TCB, fmc: undefined }, turin: undefined },
    },
  },
};

/**
 * Activates an enclave on a machine of that kind over a challenge: its own key, its own report
 * data.
 */
export const activate = async (
  tee: Pick<Tee, "kind" | "evidence">,
  config: BridgeConfig,
  challenge: Uint8Array,
): Promise<ResponseOf<"activate">> => {
  const folder = await mkdtemp(join(tmpdir(), "pdiem-attested-"));
  const sealingKey = randomBytes(32);
  const machine: Tee = { ...tee, sealingKey: async () => new Uint8Array(sealingKey) };
  const enclave = createEnclave({
    tee: machine,
    store: createSealedStore(machine, join(folder, "sealed")),
    log: () => undefined,
  });
  try {
    return await enclave.handle("activate", { config, challenge });
  } finally {
    await enclave.close();
    await rm(folder, { recursive: true });
  }
};

/** A decision of one action, and the active time at which it was taken, ms. */
export interface Decided {
  readonly action: Action;
  readonly active: bigint;
}

/** Active time of the ledger in force, ms. */
export const ACTIVE = 10n * DAY;

interface Governed {
  readonly governance: GovernanceState;
  readonly decisions: readonly TakenDecision[];
}

const decide = (config: BridgeConfig, decided: readonly Decided[]): Governed => {
  const taken: TakenDecision[] = [];
  let governance = initialGovernance(config);
  for (const { action, active } of decided) {
    const decision = { governance: governanceHash(governance), until: BigInt(NOW), actions: [action] };
    governance = takeDecision(config, governance, decision, { active, isFrozen: false, supplies: [0n, 0n] });
    const time = BigInt(NOW) - 30n * DAY + active;
    const ledger: Ledger = { ...exampleLedger, time, active, governance: governanceHash(governance) };
    taken.push({ decision: { decision, warrant: { type: "signatures", value: [] } }, state: governance, ledger });
  }
  return { governance, decisions: taken };
};

/** A ledger in force with what led to it. */
export interface AttestedWorld extends Governed {
  readonly world: World;
  readonly ledger: Ledger;
  readonly anchor: Uint8Array;
}

/** Makes both chains obey a key, with a ledger in force that stands for the decisions. */
export const attestedWorld = (
  key: Uint8Array,
  decided: readonly Decided[] = [],
  config: BridgeConfig = attestedConfig,
): AttestedWorld => {
  const governed = decide(config, decided);
  const ledger: Ledger = {
    ...exampleLedger,
    time: BigInt(NOW) - 3_600_000n,
    active: ACTIVE,
    governance: governanceHash(governed.governance),
  };
  const world = createWorld(ledger);
  world.setTime(BigInt(NOW));
  world.diem.custody = { account: { authenticationKey: ed25519AuthenticationKey(key) } };
  for (const { assetId } of config.currencies)
    world.parachain.setAsset(assetId, { owner: key, issuer: key, admin: key });
  world.parachain.setAccount(key, { nonce: ledger.nonce });
  const anchor = anchorOf(bridgeId(config), ledger);
  world.parachain.storage.set(
    toHex(assetApproval(config.parachain.assetsPallet, anchorAsset(config), key, anchor)),
    encode(approval, { amount: 1n, deposit: 1n }),
  );
  return { world, ledger, anchor, ...governed };
};
