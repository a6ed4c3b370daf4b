/**
 * A hand-over between genuine TEES of several vendors: what of their evidence keeps the key where
 * it is.
 */

import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { filled, HOUR } from "@pdiem/bridge/testing/config";
import type { Tee, TeeKind } from "@pdiem/enclave/tee/tee";
import type { Sides } from "@pdiem/enclave/wire/handover";
import type { Collateral } from "@pdiem/enclave-verifier/evidence";
import {
  createDcapPlatform,
  dcapCollateral,
  dcapQuote,
  TEST_PPID,
} from "@pdiem/enclave-verifier/testing/dcap-platform";
import { sgxReport, tdReport } from "@pdiem/enclave-verifier/testing/dcap-reports";
import { TEST_NOW, tcbInfo, tcbLevel } from "@pdiem/enclave-verifier/testing/dcap-statements";
import { createSnpPlatform, TEST_MEASUREMENT, TEST_TCB } from "@pdiem/enclave-verifier/testing/snp-platform";
import { concat, fromHex, toHex, utf8 } from "@pdiem/light-client/bytes";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  type Actor,
  accept,
  createStage,
  handoverConfig,
  introduce,
  NOW,
  type Platform,
  prepare,
  refused,
  release,
  type Stage,
  startGiver,
  vouch,
} from "./handover-actors.js";
import { prove, SIMULATED_MEASUREMENT } from "./proofs.js";

const dcap = await createDcapPlatform();
const snp = await createSnpPlatform();
const roots = { ...dcap.roots, amd: snp.roots.amd };

const config: BridgeConfig = {
  ...handoverConfig,
  rootsTime: BigInt(Date.parse("2026-05-25T00:00:00Z")),
  measurements: [
    { tee: "sgx", value: filled(32, 0xe1) },
    { tee: "tdx", value: concat(...[0xd0, 0xd1, 0xd2, 0xd3, 0xd4].map((byte) => filled(48, byte))) },
    { tee: "sev-snp", value: TEST_MEASUREMENT },
  ],
  attestation: {
    dcap: {
      platforms: [fromHex(TEST_PPID)],
      maximumAge: 20n * 24n * HOUR,
      maximumRootCrlAge: 400n * 24n * HOUR,
      statuses: ["UpToDate"],
      advisories: [],
      minimumEvaluationNumber: 17,
    },
    sevSnp: {
      platforms: "any",
      maximumAge: 3_650n * 24n * HOUR,
      maximumRootCrlAge: 400n * 24n * HOUR,
      minimumTcb: { milan: undefined, genoa: { ...TEST_TCB, fmc: undefined }, turin: undefined },
    },
  },
};

type Show = (reportData: Uint8Array) => Uint8Array;

/** A machine whose TEE shows this, sealing with a key of its own. */
const machine = (kind: TeeKind, show: Show, collateral: Collateral): Platform => ({
  tee: (): Tee => ({
    kind,
    evidence: async (reportData) => ({ bytes: show(concat(reportData, new Uint8Array(32))) }),
    sealingKey: async () => filled(32, 0x5e),
  }),
  collateral,
  roots,
});

type Kind = "sgx" | "tdx" | "sev-snp";

const showing: Readonly<Record<Kind, Show>> = {
  sgx: (reportData) => dcapQuote(dcap, "sgx", { body: sgxReport({ reportData }) }),
  tdx: (reportData) => dcapQuote(dcap, "tdx", { body: tdReport({ reportData }) }),
  "sev-snp": (reportData) => snp.report({ reportData }),
};
const collaterals: Readonly<Record<Kind, Collateral>> = {
  sgx: dcapCollateral(dcap, "sgx"),
  tdx: dcapCollateral(dcap, "tdx"),
  "sev-snp": snp.collateral,
};
const genuine = (kind: Kind): Platform => machine(kind, showing[kind], collaterals[kind]);

let stage: Stage;
let giver: Actor;
beforeEach(async () => {
  expect(BigInt(TEST_NOW)).toBe(NOW);
  stage = createStage(config);
  giver = await startGiver(stage, config, genuine("sgx"));
});
afterEach(() => stage.clear());

const releaseTo = async (platform: Platform, collateral = platform.collateral) => {
  const prepared = await prepare(config, giver, await stage.start(platform));
  return release(giver, prepared, { collateral });
};

/** Asks for the key by a transcript that is decided, vouched for, and not what the receiver is. */
const releasedAs = async (under: BridgeConfig, from: Actor, transcript: Sides, collateral: Collateral) => {
  const prepared = await prepare(under, from, from, { transcript, vouchedAt: "never" });
  await vouch(from, under, prepared.proofs, prepared.governed, { nonces: [prepared.nonce] });
  return release(from, prepared, { collateral });
};

describe("the key goes", () => {
  it.each<[Kind, Kind]>([
    ["sgx", "sgx"],
    ["sgx", "tdx"],
    ["tdx", "sev-snp"],
    ["sev-snp", "sgx"],
  ])("from %s to %s, each verified by the other at proven time", async (from, to) => {
    giver = await startGiver(stage, config, genuine(from));
    const receiver = await stage.start(genuine(to));
    const prepared = await prepare(config, giver, receiver);
    const { box } = await release(giver, prepared);
    expect((await accept(receiver, prepared, box)).custodyKey).toEqual(prepared.transcript.custodyKey);
  });
});

describe("the key stays where it is", () => {
  it.each<[string, string, Platform]>([
    [
      "an SGX enclave that can be debugged",
      "evidence/policy-debug",
      machine(
        "sgx",
        (reportData) =>
          dcapQuote(dcap, "sgx", {
            body: sgxReport({ reportData, attributes: fromHex("0700000000000000e700000000000000") }),
          }),
        collaterals.sgx,
      ),
    ],
    [
      "a TDX guest that can be debugged",
      "evidence/policy-debug",
      machine(
        "tdx",
        (reportData) =>
          dcapQuote(dcap, "tdx", { body: tdReport({ reportData, tdAttributes: fromHex("0100001000000000") }) }),
        collaterals.tdx,
      ),
    ],
    [
      "an SEV-SNP guest that can be debugged",
      "evidence/policy-debug",
      machine("sev-snp", (reportData) => snp.report({ reportData, policy: 0xb0000n }), snp.collateral),
    ],
    [
      "other code",
      "evidence/policy-measurements",
      machine(
        "sgx",
        (reportData) => dcapQuote(dcap, "sgx", { body: sgxReport({ reportData, mrEnclave: filled(32, 0xe2) }) }),
        collaterals.sgx,
      ),
    ],
    [
      "a machine that is out of date",
      "evidence/policy-status",
      machine(
        "sgx",
        showing.sgx,
        dcapCollateral(dcap, "sgx", {
          tcbInfo: tcbInfo("sgx", { tcbLevels: [tcbLevel("sgx", { status: "OutOfDate" })] }),
        }),
      ),
    ],
    ["collateral of another vendor", "evidence/collateral-kind", machine("sgx", showing.sgx, snp.collateral)],
    ["no collateral", "evidence/collateral-kind", machine("sgx", showing.sgx, { kind: "none" })],
  ])("for %s", async (_, code, platform) => {
    await expect(releaseTo(platform)).rejects.toThrow(refused(code));
  });

  it("for a vendor that isn't the enclave's own verifier's, whoever signs in its name", async () => {
    const forger = await createDcapPlatform();
    const show: Show = (reportData) => dcapQuote(forger, "sgx", { body: sgxReport({ reportData }) });
    const forged = machine("sgx", show, dcapCollateral(forger, "sgx"));
    await expect(releaseTo(forged)).rejects.toThrow(refused(expect.stringMatching(/^evidence\/(chain|collateral)-/)));
  });

  it.each([
    ["not yet valid", "2026-05-30T00:00:00Z", "evidence/revocation-stale"],
    ["not valid any more", "2026-07-02T00:00:00Z", "evidence/revocation-stale"],
    ["older than the configuration admits", "2026-06-22T00:00:00Z", "evidence/policy-age"],
  ])("for what the vendor says while it is %s, by the chains' clocks and not the host's", async (_, date, code) => {
    const prepared = await prepare(config, giver, await stage.start(genuine("sgx")), { vouchedAt: "never" });
    const time = BigInt(Date.parse(date));
    prepared.world.setTime(time);
    const proofs = prove(prepared.world, 6);
    await vouch(giver, config, proofs, prepared.governed, { nonces: [prepared.nonce], time });
    await expect(release(giver, prepared, { proofs })).rejects.toThrow(refused(code));
  });

  it("for a simulated enclave, whatever it says; nor does one take a genuine bridge's key", async () => {
    const simulated = await stage.start();
    await expect(introduce(giver, simulated, config)).rejects.toThrow(refused("refused/tee"));
    const said = machine(
      "sgx",
      (reportData) => utf8(JSON.stringify({ measurement: "e1".repeat(32), reportData: toHex(reportData) })),
      { kind: "none" },
    );
    const genuineToo = await introduce(giver, await stage.start(said), config);
    const transcript = { ...genuineToo, receiver: { ...genuineToo.receiver, tee: "simulated" } };
    await expect(releasedAs(config, giver, transcript, { kind: "none" })).rejects.toThrow(
      refused("evidence/policy-kind"),
    );
  });

  it("for a genuine TEE, too, where the bridge is for simulated ones", async () => {
    const development = { ...config, measurements: [SIMULATED_MEASUREMENT], attestation: handoverConfig.attestation };
    const other = createStage(development);
    try {
      const simulated = await startGiver(other, development);
      await expect(introduce(simulated, await other.start(genuine("sgx")), development)).rejects.toThrow(
        refused("refused/tee"),
      );
      const { receiver, ...rest } = await introduce(simulated, await other.start(), development);
      const quote = showing.sgx(new Uint8Array(64).fill(1));
      const transcript = { ...rest, receiver: { ...receiver, tee: "sgx", evidence: quote } };
      await expect(releasedAs(development, simulated, transcript, collaterals.sgx)).rejects.toThrow(
        refused("evidence/policy-kind"),
      );
    } finally {
      await other.clear();
    }
  });
});
