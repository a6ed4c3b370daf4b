/**
 * What `verify-enclave` is shown of a bridge with genuine evidence: all in order, but for what a
 * test changes.
 */
import type { Action } from "@pdiem/bridge/governance/action";
import { filled } from "@pdiem/bridge/testing/config";
import type { World } from "@pdiem/bridge/testing/world";
import { type ShownEnclave, shownEnclaveOf } from "@pdiem/bridge-client/examine/shown-enclave";
import { type Examination, examine } from "@pdiem/relayer/cli/verify-enclave/examine";
import { reportOf } from "@pdiem/relayer/cli/verify-enclave/report";
import type { SetsOnTheWay } from "@pdiem/relayer/sync/light-clients/ratchet-chains";
import {
  ACTIVE,
  activate,
  attestedConfig,
  attestedWorld,
  type Change,
  createVendors,
  type Decided,
  type GenuineKind,
  NOW,
} from "./attested-bridge.js";

export const CHALLENGE = filled(32, 0xc4);
export const KINDS: readonly GenuineKind[] = ["sgx", "tdx", "sev-snp"];

export const vendors = await createVendors();

export const shownBy = async (kind: GenuineKind, config = attestedConfig, challenge = CHALLENGE, change: Change = {}) =>
  shownEnclaveOf(
    await activate(
      { kind, evidence: async (data) => ({ bytes: vendors.evidence(kind, data, change) }) },
      config,
      challenge,
    ),
  );

const enclaves = new Map<GenuineKind, ShownEnclave>();
for (const kind of KINDS) enclaves.set(kind, await shownBy(kind));

const enclave = (kind: GenuineKind): ShownEnclave => {
  const found = enclaves.get(kind);
  if (found === undefined) throw new Error(`expected an enclave of ${kind}`);
  return found;
};

/** What both chains went through by this test's own walk. */
export const SETS: SetsOnTheWay = {
  diem: [
    { number: 6n, hash: filled(32, 6), leftAt: BigInt(NOW) - 2n * 86_400_000n },
    { number: 7n, hash: filled(32, 1), leftAt: undefined },
  ],
  relay: [{ number: 9n, hash: filled(32, 2), leftAt: undefined }],
};

export interface Circumstances {
  readonly kind?: GenuineKind;
  readonly shown?: Partial<ShownEnclave>;
  readonly decisions?: readonly Decided[];
  readonly change?: (world: World, key: Uint8Array) => void;
  readonly examination?: Partial<Examination>;
}

export const examinationOf = ({
  kind = "sgx",
  shown,
  decisions = [],
  change,
  examination,
}: Circumstances): Examination => {
  const genuine = enclave(kind);
  const { world, ...told } = attestedWorld(genuine.custodyKey, decisions);
  change?.(world, genuine.custodyKey);
  return {
    config: attestedConfig,
    challenge: CHALLENGE,
    shown: { ...genuine, ...shown },
    state: { facts: world.facts(), told, sets: SETS },
    collateral: vendors.collateral[kind],
    now: NOW,
    roots: vendors.roots,
    ...examination,
  };
};

/** Names of the lines that aren't ok, by their outcome, and the verdict. */
export const findingsOf = (circumstances: Circumstances) => {
  const examination = examinationOf(circumstances);
  const findings = examine(examination);
  const named = (outcome: string) => findings.checks.filter((one) => one.outcome === outcome).map(({ name }) => name);
  return { verdict: reportOf(examination, findings).verdict, failed: named("failed"), unseen: named("not-shown") };
};

export const settled = (action: Action, active: bigint): Decided => ({ action, active });
export const LONG_AGO = 0n;
export const JUST_NOW = ACTIVE;
export const retireSgx: Action = {
  type: "measurement",
  value: { measurement: { tee: "sgx", value: filled(32, 0xe1) }, isAllowed: false },
};
