import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Evidence } from "@pdiem/enclave-verifier/evidence";
import { issueCrl } from "@pdiem/enclave-verifier/testing/certificates";
import { createSnpPlatform, TEST_MEASUREMENT, TEST_TCB } from "@pdiem/enclave-verifier/testing/snp-platform";
import { verifyEvidence } from "@pdiem/enclave-verifier/verify-evidence";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { keyDistribution } from "../testing/amd-service.js";
import { missingFrom, serveCollateral, testSources } from "../testing/collateral-services.js";
import type { Service } from "../testing/intel-service.js";
import { createLoopback } from "../testing/loopback.js";
import type { CollateralSources } from "./collateral-sources.js";
import { fetchCollateral } from "./fetch-collateral.js";

const HOUR = 3_600_000;

let folder = "";
const loopback = createLoopback();
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pdiem-collateral-"));
});
afterEach(() => {
  loopback.close();
  rmSync(folder, { recursive: true, force: true });
});

const serve = (service: Service, asked?: string[]): Promise<string> => serveCollateral(loopback, service, asked);
const sourcesOf = (changes: Partial<CollateralSources>): CollateralSources => testSources(folder, changes);

describe("collateral of an SEV-SNP report", () => {
  const now = Date.parse("2026-06-10T00:00:00Z");
  const LEVELS = "blSPL=09&teeSPL=01&snpSPL=23&ucodeSPL=72";

  test.each([
    ["genoa", 3, "Genoa", `${"c1".repeat(64)}?${LEVELS}`],
    ["genoa", 2, "Genoa", `${"c1".repeat(64)}?${LEVELS}`],
    ["milan", 2, "Milan", `${"c1".repeat(64)}?${LEVELS}`],
    ["turin", 3, "Turin", `${"c1".repeat(8)}?fmcSPL=07&${LEVELS}`],
    ["turin", 2, "Turin", `${"c1".repeat(8)}?fmcSPL=07&${LEVELS}`],
  ] as const)(
    "of %s, version %i, comes from AMD's service and verifies the report",
    async (family, version, product, chip) => {
      const tcb = family === "turin" ? { ...TEST_TCB, fmc: 7 } : TEST_TCB;
      const machine = await createSnpPlatform({ family, tcb });
      const evidence: Evidence = { kind: "sev-snp", report: machine.report({ version }) };
      const kds = await serve((await keyDistribution(machine, product, chip)).service);
      const collateral = await fetchCollateral(evidence, sourcesOf({ kds: [`${kds}/`] }), {
        now,
        roots: machine.roots,
      });
      const measurements = [{ measurement: Buffer.from(TEST_MEASUREMENT).toString("hex") }];
      const policy = {
        reportData: "any",
        "sev-snp": {
          measurements,
          platforms: "any",
          maximumAge: 365 * 24 * HOUR,
          maximumRootCrlAge: 365 * 24 * HOUR,
          minimumTcb: { [family]: tcb },
        },
      } as const;
      const { kind, platform: id } = verifyEvidence(evidence, { policy, collateral, now, roots: machine.roots });
      expect([kind, id?.slice(0, 16)]).toEqual(["sev-snp", "c1".repeat(8)]);
      expect(collateral).toMatchObject({ crl: expect.any(Uint8Array) });
    },
  );

  test("is asked for once only, as a chip's certificate stays", async () => {
    const machine = await createSnpPlatform();
    const asked: string[] = [];
    const kds = await serve((await keyDistribution(machine, "Genoa", `${"c1".repeat(64)}?${LEVELS}`)).service, asked);
    const evidence: Evidence = { kind: "sev-snp", report: machine.report() };
    const fetchAt = (time: number) =>
      fetchCollateral(evidence, sourcesOf({ kds: [kds] }), { now: time, roots: machine.roots });
    await fetchAt(now);
    await fetchAt(now + 25 * HOUR);
    expect(asked.filter((path) => path.includes("?"))).toHaveLength(1);
    expect(asked.filter((path) => path.endsWith("/crl"))).toHaveLength(2);
  });

  test("is missing where the ASK is revoked, the host hides its chip, or the chip is another's", async () => {
    const machine = await createSnpPlatform();
    const chip = `${"c1".repeat(64)}?${LEVELS}`;
    const { service } = await keyDistribution(machine, "Genoa", chip);
    const revoking = await issueCrl({ issuer: machine.ark, revoked: ["a5"] });
    const kds = await serve((path) => (path.endsWith("/crl") ? { status: 200, body: revoking } : service(path)));
    const fetchOf = (report: Uint8Array, by: string) =>
      fetchCollateral({ kind: "sev-snp", report }, sourcesOf({ kds: [by] }), { now, roots: machine.roots });
    expect(await missingFrom(fetchOf(machine.report(), kds))).toContain("not to be revoked");
    const asked: string[] = [];
    const honest = await serve(service, asked);
    await expect(fetchOf(machine.report({ chipId: new Uint8Array(64) }), honest)).rejects.toMatchObject({
      code: "evidence/binding-chip-id",
    });
    expect(asked).toEqual([]);
    const other = await serve((path) => (path.includes("?") ? service(`/vcek/v1/Genoa/${chip}`) : service(path)));
    expect(await missingFrom(fetchOf(machine.report({ chipId: new Uint8Array(64).fill(2) }), other))).toContain(
      "VCEK of the reported chip",
    );
  });
});
