import type { Checkpoint } from "@pdiem/bridge/checkpoint/checkpoint";
import { type SignedCheckpoint, signCheckpoint } from "@pdiem/bridge/checkpoint/signed-checkpoint";
import { checkAttestation } from "@pdiem/bridge/config/attestation-check";
import { type BridgeConfig, bridgeId } from "@pdiem/bridge/config/bridge-config";
import type { Action } from "@pdiem/bridge/governance/action";
import { exampleConfig, filled } from "@pdiem/bridge/testing/config";
import { GUARDIAN_SEEDS } from "@pdiem/bridge/testing/guardians";
import type { World } from "@pdiem/bridge/testing/world";
import { shownEnclaveOf } from "@pdiem/bridge-client/examine/shown-enclave";
import { simulatedTee } from "@pdiem/enclave/tee/simulated";
import type { Collateral } from "@pdiem/enclave-verifier/evidence";
import { TCB_STATUSES } from "@pdiem/enclave-verifier/result";
import { utf8 } from "@pdiem/light-client/bytes";
import { sha3_256 } from "@pdiem/light-client/crypto/sha3";
import { ed25519AuthenticationKey } from "@pdiem/light-client/diem/transactions/authentication-key";
import { PdiemError } from "@pdiem/light-client/error";
import { examine } from "@pdiem/relayer/cli/verify-enclave/examine";
import { reportOf, reportText } from "@pdiem/relayer/cli/verify-enclave/report";
import type { ToldLedger } from "@pdiem/relayer/cli/verify-enclave/state-checks";
import { describe, expect, it } from "vitest";
import { activate, attestedConfig, attestedWorld, NOW } from "./support/attested-bridge.js";
import {
  CHALLENGE,
  examinationOf,
  findingsOf,
  JUST_NOW,
  KINDS,
  LONG_AGO,
  retireSgx,
  SETS,
  settled,
  shownBy,
  vendors,
} from "./support/examination.js";

/** SHA3-256("pdiem simulated enclave"). */
const SIMULATED = [{ tee: "simulated", value: sha3_256(utf8("pdiem simulated enclave")) }];
const otherGuardians: Action = {
  type: "guardians",
  value: { ...attestedConfig.guardians, freezer: filled(32, 0x77) },
};

const STATED: Checkpoint = {
  diem: { epoch: 7n, hash: filled(32, 1) },
  relay: { setId: 9n, hash: filled(32, 2) },
  time: BigInt(NOW) - 86_400_000n,
  nonces: undefined,
  specVersions: [attestedConfig.parachain.specVersion],
  signers: [{ keys: attestedConfig.guardians.keys, threshold: attestedConfig.guardians.threshold }],
};

/** What an enclave goes by, signed by these guardians. */
const going = (
  checkpoint: Checkpoint,
  seeds: readonly Uint8Array[] = GUARDIAN_SEEDS,
  config: BridgeConfig = attestedConfig,
) => {
  const signatures = seeds.map((seed) => signCheckpoint(seed, bridgeId(config), checkpoint));
  const signed: SignedCheckpoint = { checkpoint, signatures };
  return { checkpoints: { checkpoint: signed, changes: [] } };
};

describe("an enclave checked from outside", () => {
  it.each(KINDS)("of kind %s holds where its evidence and both chains say the same", (kind) => {
    expect(findingsOf({ kind })).toEqual({ verdict: "holds", failed: [], unseen: [] });
  });

  it.each(KINDS)("of kind %s fails when its evidence is over another key, hand-over key or challenge", async (kind) => {
    const replayed = await shownBy(kind, attestedConfig, filled(32, 0xc5));
    const { evidence } = replayed;
    const fails = { verdict: "fails", failed: ["report data"], unseen: [] };
    expect(findingsOf({ kind, shown: { evidence } })).toEqual(fails);
    expect(findingsOf({ kind, shown: { handoverKey: filled(32, 1) } })).toEqual(fails);
    const { failed } = findingsOf({ kind, shown: { custodyKey: filled(32, 1) } });
    expect(failed).toContain("report data");
    expect(failed).toContain("custody's authentication key");
    expect(failed).toContain("Owner of asset 7 (XUS)");
  });

  it("fails when it serves another bridge, also where it says that it doesn't", async () => {
    const other = { ...attestedConfig, maxSkew: attestedConfig.maxSkew + 1n };
    const { bridgeId: id, evidence, handoverKey } = await shownBy("sgx", other);
    const named = findingsOf({ shown: { bridgeId: id } });
    expect(named).toEqual({ verdict: "fails", failed: ["bridge"], unseen: [] });
    const hidden = findingsOf({ shown: { bridgeId: bridgeId(attestedConfig), evidence, handoverKey } });
    expect(hidden).toEqual({ verdict: "fails", failed: ["report data"], unseen: [] });
  });

  it.each(KINDS)("of kind %s fails when its host can debug it", async (kind) => {
    const { evidence } = await shownBy(kind, attestedConfig, CHALLENGE, { isDebug: true });
    const findings = examine(examinationOf({ kind, shown: { evidence } }));
    expect(findings.checks.find(({ name }) => name === "TEE")).toMatchObject({
      outcome: "failed",
      found: expect.stringContaining("evidence/policy-debug"),
    });
    expect(findingsOf({ kind, shown: { evidence } })).toEqual({
      verdict: "fails",
      failed: ["TEE"],
      unseen: ["measurement", "report data"],
    });
  });

  it.each(KINDS)("of kind %s fails when what the vendor says has expired", (kind) => {
    const { failed } = findingsOf({ kind, examination: { now: NOW + 20 * 365 * 86_400_000 } });
    expect(failed).toContain("TEE");
  });

  it("fails with collateral of another vendor, and with roots that aren't the vendors'", () => {
    const snp: Collateral = vendors.collateral["sev-snp"];
    expect(findingsOf({ examination: { collateral: snp } }).failed).toEqual(["TEE"]);
    const { roots: _, ...genuine } = examinationOf({});
    const { checks } = examine(genuine);
    expect(checks.filter(({ outcome }) => outcome === "failed").map(({ name }) => name)).toEqual(["TEE"]);
  });

  it("fails once its measurement is retired, and not before the decision's delay has run out", () => {
    expect(findingsOf({ decisions: [settled(retireSgx, LONG_AGO)] })).toEqual({
      verdict: "fails",
      failed: ["measurement"],
      unseen: ["TEE", "report data"],
    });
    expect(findingsOf({ decisions: [settled(retireSgx, JUST_NOW)] }).verdict).toBe("holds");
  });

  it.each<[string, (world: World, key: Uint8Array) => void]>([
    [
      "custody's authentication key",
      ({ diem }) => {
        diem.custody = { account: { authenticationKey: ed25519AuthenticationKey(filled(32, 1)) } };
      },
    ],
    [
      "custody's withdrawal capability",
      ({ diem }) => {
        diem.custody = { ...diem.custody, account: { ...diem.custody.account, withdrawCapability: undefined } };
      },
    ],
    [
      "custody's key rotation capability",
      ({ diem }) => {
        diem.custody = { ...diem.custody, account: { ...diem.custody.account, keyRotationCapability: undefined } };
      },
    ],
    [
      "custody",
      ({ diem }) => {
        diem.custody = { ...diem.custody, frozen: true };
      },
    ],
    ["Owner of asset 8 (XDX)", ({ parachain }, key) => parachain.setAsset(8, { issuer: key, admin: key })],
    ["Issuer of asset 7 (XUS)", ({ parachain }, key) => parachain.setAsset(7, { owner: key, admin: key })],
    ["Admin of asset 7 (XUS)", ({ parachain }, key) => parachain.setAsset(7, { owner: key, issuer: key })],
    [
      "Freezer of asset 8 (XDX)",
      ({ parachain }, key) => parachain.setAsset(8, { owner: key, issuer: key, admin: key, freezer: filled(32, 1) }),
    ],
    [
      "time",
      (world) => {
        world.setTime(BigInt(NOW) - attestedConfig.maxSkew - 1n);
      },
    ],
    [
      "time",
      (world) => {
        world.diem.time = BigInt(NOW) + attestedConfig.maxSkew + 1n;
      },
    ],
  ])("fails where the chains say otherwise: %s (%#)", (name, change) => {
    expect(findingsOf({ change })).toEqual({ verdict: "fails", failed: [name], unseen: [] });
  });

  it("fails where the Freezer isn't that of the guardians in force, who may have followed others", () => {
    const decisions = [settled(otherGuardians, LONG_AGO)];
    const freezers = ["Freezer of asset 7 (XUS)", "Freezer of asset 8 (XDX)"];
    expect(findingsOf({ decisions }).failed).toEqual(freezers);
    const made = (world: World, key: Uint8Array): void => {
      for (const id of [7, 8])
        world.parachain.setAsset(id, { owner: key, issuer: key, admin: key, freezer: filled(32, 0x77) });
    };
    expect(findingsOf({ decisions, change: made }).verdict).toBe("holds");
    expect(findingsOf({ change: made }).failed).toEqual(freezers);
  });

  it("fails where the ledger isn't in force, or stands for another governance state", () => {
    const { state } = examinationOf({});
    if (state instanceof PdiemError || state.told === undefined) throw new Error("expected a ledger");
    const ours = state.told;
    const told = (change: Partial<ToldLedger>) => ({
      examination: { state: { ...state, told: { ...ours, ...change } } },
    });
    const paused = { ...ours.governance, paused: true };
    expect(findingsOf(told({ anchor: filled(32, 1) })).failed).toEqual(["ledger"]);
    expect(findingsOf(told({ ledger: { ...ours.ledger, nonce: 7 } })).failed).toEqual(["ledger"]);
    expect(findingsOf(told({ governance: paused })).failed).toEqual(["ledger"]);
    expect(findingsOf({ examination: { state: { ...state, told: undefined } } }).failed).toEqual(["ledger"]);
  });

  it("holds before genesis, by the configuration alone, and says so", () => {
    const examination = examinationOf({ change: (world, key) => world.parachain.setAccount(key, { nonce: 0 }) });
    if (examination.state instanceof PdiemError) throw new Error("expected a state");
    const before = { ...examination, state: { ...examination.state, told: undefined } };
    const findings = examine(before);
    expect(findings.checks.find(({ name }) => name === "ledger")).toMatchObject({
      outcome: "ok",
      found: expect.stringContaining("before genesis"),
    });
    expect(reportOf(before, findings).verdict).toBe("holds");
  });

  it("fails under a checkpoint that lapsed, or that nobody signed", () => {
    const config = { ...attestedConfig, rootsTime: BigInt(NOW) - 15n * 86_400_000n };
    expect(findingsOf({ examination: { config } }).failed).toContain("checkpoint");
    expect(findingsOf({ shown: going(STATED, []) }).failed).toEqual(["checkpoint"]);
  });

  it("goes on under a checkpoint that enough guardians have signed, and fails under one that too few have", () => {
    const config = { ...attestedConfig, rootsTime: BigInt(NOW) - 15n * 86_400_000n };
    const outcomeOf = (seeds: readonly Uint8Array[]) => {
      const { checks } = examine(examinationOf({ shown: going(STATED, seeds, config), examination: { config } }));
      return checks.find(({ name }) => name === "checkpoint");
    };
    expect(outcomeOf(GUARDIAN_SEEDS)).toMatchObject({
      outcome: "ok",
      found: expect.stringContaining("Diem's epoch 7, authority set 9, runtimes 900"),
    });
    expect(outcomeOf(GUARDIAN_SEEDS.slice(2))).toMatchObject({ outcome: "failed" });
  });

  it("goes on under a checkpoint that guardians of before have signed, until the next", () => {
    const decisions = [settled(otherGuardians, LONG_AGO)];
    expect(findingsOf({ decisions, shown: going(STATED) }).failed).not.toContain("checkpoint");
  });

  it.each<[string, Partial<Checkpoint>]>([
    ["a set which Diem never went through", { diem: { epoch: 7n, hash: filled(32, 6) } }],
    ["a set which Diem had left by then", { diem: { epoch: 6n, hash: filled(32, 6) } }],
    ["a set that the relay chain never went through", { relay: { setId: 8n, hash: filled(32, 2) } }],
    ["a set that the relay chain hasn't come to", { relay: { setId: 10n, hash: filled(32, 2) } }],
    ["another runtime than the one that runs", { specVersions: [899, 901] }],
  ])("fails under a checkpoint of %s, whoever signed it", (_, change) => {
    expect(findingsOf({ shown: going({ ...STATED, ...change }) }).failed).toEqual(["checkpoint"]);
  });

  it("is undecided where the chains or the vendor couldn't be asked", () => {
    const down = new PdiemError("rpc/unreachable", "expected a node", "backoff");
    expect(findingsOf({ examination: { state: down } })).toEqual({
      verdict: "undecided",
      failed: [],
      unseen: ["measurement", "custody", "assets", "ledger", "time", "checkpoint"],
    });
    expect(findingsOf({ examination: { collateral: down } })).toEqual({
      verdict: "undecided",
      failed: [],
      unseen: ["TEE", "measurement", "report data"],
    });
  });

  it("fails where it is simulated and the configuration isn't for such, and says so loudly where it is", async () => {
    const config = { ...exampleConfig, rootsTime: attestedConfig.rootsTime, measurements: SIMULATED };
    const tee = simulatedTee("unused");
    const shown = shownEnclaveOf(await activate(tee, config, CHALLENGE));
    const none: Collateral = { kind: "none" };
    const among = findingsOf({
      shown: { tee: "simulated", evidence: shown.evidence },
      examination: { collateral: none },
    });
    expect(among).toEqual({ verdict: "fails", failed: ["TEE"], unseen: ["measurement", "report data"] });
    const { world, ...told } = attestedWorld(shown.custodyKey, [], config);
    const state = { facts: world.facts(), told, sets: SETS };
    const examination = { ...examinationOf({}), config, shown, state, collateral: none };
    const report = reportOf(examination, examine(examination));
    expect(report.verdict).toBe("simulated");
    expect(reportText(report).split("\n")[0]).toMatch(/^SIMULATED: this enclave proves nothing/);
    expect(reportText(report).split("\n").at(-1)).toMatch(/SIMULATED: this enclave proves nothing/);
  });
});

it.each(TCB_STATUSES)("a configuration may accept machines that Intel calls %s, unless they are revoked", (status) => {
  const { dcap } = attestedConfig.attestation;
  if (dcap === undefined) throw new Error("expected rules for Intel's machines");
  const accepting = () => checkAttestation({ dcap: { ...dcap, statuses: [status] }, sevSnp: undefined });
  if (status === "Revoked") expect(accepting).toThrow(/expected one of UpToDate/);
  else expect(accepting).not.toThrow();
});
