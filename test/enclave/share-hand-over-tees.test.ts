/** PROTOCOL 7a: a share is given to no machine that another slot's has been given to. */
import { ed25519, ed25519_FROST } from "@noble/curves/ed25519.js";
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import type { PublicPackage } from "@pdiem/bridge/holders/public-package";
import { ENCLAVE_SEED, filled, HOUR, ISSUER } from "@pdiem/bridge/testing/config";
import {
  createDcapPlatform,
  dcapCollateral,
  dcapQuote,
  TEST_PPID,
} from "@pdiem/enclave-verifier/testing/dcap-platform";
import { sgxReport } from "@pdiem/enclave-verifier/testing/dcap-reports";
import { concat, fromHex } from "@pdiem/light-client/bytes";
import { outcomeOf } from "@pdiem/light-client/testing/outcome";
import { afterEach, beforeEach, expect, it } from "vitest";
import {
  accept,
  activate,
  createStage,
  handoverConfig,
  introduce,
  type Platform,
  prepare,
  release,
  type Stage,
} from "./handover-actors.js";

const dcap = await createDcapPlatform();
const { roots } = dcap;

const config: BridgeConfig = {
  ...handoverConfig,
  rootsTime: BigInt(Date.parse("2026-05-25T00:00:00Z")),
  measurements: [
    { tee: "sgx", value: filled(32, 0xe1) },
    { tee: "sev-snp", value: filled(48, 0xe2) },
  ],
  attestation: {
    dcap: {
      platforms: "any",
      maximumAge: 20n * 24n * HOUR,
      maximumRootCrlAge: 400n * 24n * HOUR,
      statuses: ["UpToDate"],
      advisories: [],
      minimumEvaluationNumber: 17,
    },
    sevSnp: handoverConfig.attestation.sevSnp ?? {
      platforms: "any",
      maximumAge: 20n * 24n * HOUR,
      maximumRootCrlAge: 400n * 24n * HOUR,
      minimumTcb: {
        milan: undefined,
        genoa: { bootloader: 1, tee: 1, snp: 1, microcode: 1, fmc: undefined },
        turin: undefined,
      },
    },
  },
  holders: {
    threshold: 3,
    classes: [
      { name: "intel", tees: ["sgx"], simulated: [] },
      { name: "amd", tees: ["sev-snp"], simulated: [] },
    ],
    slots: ["intel", "intel", "amd", "amd"],
  },
};

const SGX: Platform = {
  tee: () => ({
    kind: "sgx",
    evidence: async (reportData) => ({
      bytes: dcapQuote(dcap, "sgx", { body: sgxReport({ reportData: concat(reportData, new Uint8Array(32)) }) }),
    }),
    sealingKey: async () => filled(32, 0x5e),
  }),
  collateral: dcapCollateral(dcap, "sgx"),
  roots: { ...roots },
};

const MACHINE = fromHex(TEST_PPID);
const id = (slot: number): string => ed25519_FROST.Identifier.fromNumber(slot);
const dealt = ed25519_FROST.trustedDealer(
  { min: 3, max: 4 },
  undefined,
  ed25519.Point.Fn.toBytes(ed25519.utils.getExtendedPublicKey(ENCLAVE_SEED).scalar),
);
const packageOn = (machines: readonly number[]): PublicPackage => ({
  roll: filled(32, 0x70),
  groupKey: ISSUER,
  slots: machines.map((byte, i) => ({
    verifyingShare: dealt.public.verifyingShares[id(i + 1)] ?? filled(32, 0),
    platform: byte === 0 ? MACHINE : filled(16, byte),
  })),
});

let stage: Stage;
beforeEach(() => {
  stage = createStage(config);
});
afterEach(() => stage.clear());

it.each<[string, string, readonly number[], readonly (readonly Uint8Array[])[]]>([
  ["where no slot is", "accepted", [1, 2, 3, 4], [[], [], [], []]],
  ["where its own slot was made", "accepted", [0, 2, 3, 4], [[], [], [], []]],
  ["where its own slot has been given", "accepted", [1, 2, 3, 4], [[MACHINE], [], [], []]],
  ["where another slot was made", "refused/platform-of-another-slot", [1, 0, 3, 4], [[], [], [], []]],
  ["where another slot has been given", "refused/platform-of-another-slot", [1, 2, 3, 4], [[], [MACHINE], [], []]],
])("a share goes to a machine %s: %s", async (_, code, machines, platforms) => {
  const share = { slot: 1, publicPackage: packageOn(machines) };
  const secret = dealt.secretShares[id(1)]?.signingShare.slice();
  const giver = await stage.start(SGX, secret, share);
  await activate(giver, config);
  const receiver = await stage.start(SGX);
  const transcript = await introduce(giver, receiver, config, MACHINE);
  const decided = (name: Uint8Array) => ({ handovers: [name], platforms });
  const prepared = await prepare(config, giver, receiver, { transcript, decided });
  const given = release(giver, prepared);
  expect(await outcomeOf(given)).toBe(code);
  if (code === "accepted") expect((await accept(receiver, prepared, (await given).box)).share).toEqual(share);
});

it("a share stays where the transcript names another machine than the evidence, or none", async () => {
  for (const named of [undefined, filled(16, 9)]) {
    const share = { slot: 1, publicPackage: packageOn([1, 2, 3, 4]) };
    const giver = await stage.start(SGX, dealt.secretShares[id(1)]?.signingShare.slice(), share);
    await activate(giver, config);
    const receiver = await stage.start(SGX);
    const transcript = await introduce(giver, receiver, config, named);
    const prepared = await prepare(config, giver, receiver, { transcript });
    expect(await outcomeOf(release(giver, prepared))).toBe("refused/handover-platform");
  }
});
