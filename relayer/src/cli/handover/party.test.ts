import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Party } from "@pdiem/bridge/handover/transcript";
import { filled } from "@pdiem/bridge/testing/config";
import { formatBridgeConfig } from "@pdiem/bridge-client/config/bridge-config-json";
import { createSnpPlatform } from "@pdiem/enclave-verifier/testing/snp-platform";
import { afterAll, expect, it } from "vitest";
import { parseConfig } from "../../config.js";
import { collateralFor, renewedCollateral } from "./party.js";
import { exampleHandOver, simulatedConfig } from "./testing/example-hand-over.js";

const cacheFolder = mkdtempSync(join(tmpdir(), "pdiem-collateral-"));
afterAll(() => rmSync(cacheFolder, { recursive: true }));

const NOW = 1_800_000_000_000;
const NOBODY = "http://127.0.0.1:1";

/** Neither a node nor a vendor's service answers. */
const config = parseConfig({
  diem: { urls: [NOBODY] },
  parachain: { urls: ["ws://127.0.0.1:1"] },
  relay: { urls: ["ws://127.0.0.1:1"] },
  enclave: { url: NOBODY },
  redis: { url: "redis://127.0.0.1:1" },
  attestation: { pccs: [NOBODY], intelCertificates: [NOBODY], kds: [NOBODY], cacheFolder },
  bridge: formatBridgeConfig(simulatedConfig),
});

const told: string[] = [];
const output = { out: (text: string) => told.push(text), err: (text: string) => told.push(text) };

it("a receiver's collateral is what was kept where the vendor can't be reached, and says so", async () => {
  const { report, collateral } = await createSnpPlatform();
  const party: Party = {
    tee: "sev-snp",
    handoverKey: filled(32, 1),
    challenge: filled(32, 2),
    evidence: report(),
  };
  await expect(collateralFor(config, party, NOW, output)).rejects.toMatchObject({ code: "collateral/missing" });
  expect(await renewedCollateral(config, party, NOW, collateral, output)).toBe(collateral);
  expect(told.at(-1)).toMatch(/^going on with what the file holds: /);
});

it("no collateral is asked for where the evidence needs none", async () => {
  const { giver } = exampleHandOver.transcript;
  expect(await collateralFor(config, giver, NOW, output)).toEqual({ kind: "none" });
});
