import { join } from "node:path";
import { CollateralError } from "@pdiem/bridge-client/collateral/collateral-error";
import { collectCollateral } from "@pdiem/bridge-client/collateral/collect-collateral";
import type { FetchDocument } from "@pdiem/bridge-client/collateral/document-request";
import { SHARED_ATTESTATION } from "@pdiem/enclave-verifier/testing/shared-evidence";
import { expect, test } from "vitest";
import { z } from "zod";
import { verdictOf } from "./attestation/expectation.js";
import { snpItem } from "./attestation/schema.js";
import { snpInput } from "./attestation/snp-reports.js";
import { readText } from "./fixture-files.js";

const text = await readText(join(SHARED_ATTESTATION, "manifest.json"));
const items = text === undefined ? [] : z.object({ snp: z.array(snpItem) }).parse(JSON.parse(text)).snp;
const real = items.find(({ expected, file }) => verdictOf(expected) === "accept" && file.includes("milan"));

test.skipIf(real === undefined)(
  "a real report's certificates are asked for by AMD's paths, and taken (skipped without the shared folder)",
  async () => {
    if (real === undefined) return;
    const { evidence, collateral, now } = snpInput(SHARED_ATTESTATION, real);
    if (collateral.kind !== "sev-snp") throw new Error("expected SEV-SNP collateral");
    const asked: string[] = [];
    const fetch: FetchDocument = async (request) => {
      const path = request.places[0]?.path ?? "";
      asked.push(path);
      if (path.endsWith("/cert_chain")) return request.read({ body: new TextEncoder().encode(collateral.chain) }, now);
      if (path.includes("?")) return request.read({ body: collateral.vcek }, now);
      throw new CollateralError("collateral/unavailable", `nobody has ${path}`, "backoff");
    };
    const { chip_id: chip, reported_tcb: tcb } = real.fields;
    const level = (at: number): string =>
      `${Number.parseInt(String(tcb).slice(2 * at, 2 * at + 2), 16)}`.padStart(2, "0");
    await expect(collectCollateral(evidence, fetch, { now })).rejects.toMatchObject({
      code: "collateral/missing",
      message: expect.stringContaining("nobody has /vcek/v1/Milan/crl"),
    });
    expect(asked.slice(0, 3)).toEqual([
      "/vcek/v1/Milan/cert_chain",
      `/vcek/v1/Milan/${chip}?blSPL=${level(0)}&teeSPL=${level(1)}&snpSPL=${level(6)}&ucodeSPL=${level(7)}`,
      "/vcek/v1/Milan/crl",
    ]);
  },
);
