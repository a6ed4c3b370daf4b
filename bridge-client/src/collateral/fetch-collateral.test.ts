import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { RequestListener } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Collateral, DcapCollateral, Evidence } from "@pdiem/enclave-verifier/evidence";
import { EvidenceRefusal } from "@pdiem/enclave-verifier/refusal";
import { issueCrl } from "@pdiem/enclave-verifier/testing/certificates";
import {
  createDcapPlatform,
  type DcapKind,
  dcapCollateral,
  dcapPolicy,
  dcapQuote,
} from "@pdiem/enclave-verifier/testing/dcap-platform";
import { qeIdentity, TEST_FMSPC, TEST_NOW, tcbInfo } from "@pdiem/enclave-verifier/testing/dcap-statements";
import { sharedQuotes } from "@pdiem/enclave-verifier/testing/shared-evidence";
import { verifyEvidence } from "@pdiem/enclave-verifier/verify-evidence";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { missingFrom, NOBODY, serveCollateral, testSources } from "../testing/collateral-services.js";
import { certificateStore, provisioningCache, provisioningService, type Service } from "../testing/intel-service.js";
import { createLoopback } from "../testing/loopback.js";
import type { CollateralSources } from "./collateral-sources.js";
import { type FetchCollateralOptions, fetchCollateral } from "./fetch-collateral.js";

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

const platform = await createDcapPlatform();
const { roots } = platform;
const OPTIONS: FetchCollateralOptions = { now: TEST_NOW, roots };

const evidenceOf = (kind: DcapKind): Evidence => ({ kind, quote: dcapQuote(platform, kind) });
// Signatures differ each time they are made.
const COLLATERAL = { sgx: dcapCollateral(platform, "sgx"), tdx: dcapCollateral(platform, "tdx") };
const served = (kind: DcapKind, collateral: DcapCollateral = COLLATERAL[kind]) =>
  ({ kind, fmspc: TEST_FMSPC, ca: "platform", collateral }) as const;

const fetchBy = (pccs: readonly string[], options: FetchCollateralOptions = {}, kind: DcapKind = "sgx") =>
  fetchCollateral(evidenceOf(kind), sourcesOf({ pccs: [...pccs] }), { ...OPTIONS, ...options });

describe.each(["sgx", "tdx"] as const)("collateral of a quote of %s", (kind) => {
  const check = (collateral: Collateral): void =>
    void verifyEvidence(evidenceOf(kind), { policy: dcapPolicy(kind), collateral, now: TEST_NOW, roots });

  test("comes from Intel's service and its certificates, and verifies the quote", async () => {
    const asked: string[] = [];
    const pccs = await serve(provisioningService(served(kind)), asked);
    const intelCertificates = await serve(certificateStore(served(kind)), asked);
    const sources = sourcesOf({ pccs: [`${pccs}/sgx/certification/v4/`], intelCertificates: [intelCertificates] });
    check(await fetchCollateral(evidenceOf(kind), sources, OPTIONS));
    expect([...asked].sort()).toEqual(
      [
        "/IntelSGXRootCA.der",
        "/sgx/certification/v4/rootcacrl",
        "/sgx/certification/v4/pckcrl?ca=platform&encoding=der",
        `/${kind}/certification/v4/qe/identity?update=standard`,
        `/${kind}/certification/v4/tcb?fmspc=${TEST_FMSPC.toUpperCase()}&update=standard`,
      ].sort(),
    );
  });

  test("comes from a cache of it, which writes lists in hex, and verifies the quote", async () => {
    check(await fetchBy([await serve(provisioningCache(served(kind)))], {}, kind));
  });

  test.each([
    ["the early one", "early", "update=early"],
    ["the one of a number", 17, "tcbEvaluationDataNumber=17"],
  ] as const)("can be of another release: %s", async (_, release, query) => {
    check(await fetchBy([await serve(provisioningCache({ ...served(kind), release: query }))], { release }, kind));
  });

  test("isn't taken where it is of another number than was asked for", async () => {
    const url = await serve(provisioningCache({ ...served(kind), release: "tcbEvaluationDataNumber=16" }));
    expect(await missingFrom(fetchBy([url], { release: 16 }, kind))).toMatch(
      /(tcbEvaluationDataNumber 16, got 17.*){2}/s,
    );
  });
});

describe("a service that can't be relied on is passed over, and is no help alone:", () => {
  const collateral = COLLATERAL.sgx;
  const changed = (changes: Partial<DcapCollateral>): Service =>
    provisioningCache(served("sgx", { ...collateral, ...changes }));
  const text =
    (body: string, status = 200): Service =>
    () => ({ status, body });
  const withHeader =
    (value: string): Service =>
    (path) => {
      const answer = provisioningCache(served("sgx"))(path);
      const names = Object.keys(answer.headers ?? {}).filter((name) => name.endsWith("Issuer-Chain"));
      return { ...answer, headers: Object.fromEntries(names.map((name) => [name, value])) };
    };
  const otherIntel = createDcapPlatform();
  const statements = (fields: object) =>
    dcapCollateral(platform, "sgx", { tcbInfo: tcbInfo("sgx", fields), qeIdentity: qeIdentity("sgx", fields) });

  test.each<[what: string, service: () => Service | Promise<Service>, reason: RegExp]>([
    ["one that knows nothing", () => text("No cache data for this platform.", 404), /got 404 No cache data/],
    ["one that is broken", () => text("Internal server error occurred.", 500), /got 500/],
    ["one that asks to wait", () => () => ({ status: 429, headers: { "retry-after": "30" }, body: "" }), /wait 30 s/],
    ["one that redirects", () => () => ({ status: 302, headers: { location: "/x" }, body: "" }), /got 302/],
    ["one that answers nothing", () => text(""), /expected/],
    ["one that answers garbage", () => text("\u0000\u00ff{]".repeat(1000)), /expected/],
    ["one that answers a page", () => text("<html>Sign in</html>"), /expected/],
    ["one that leaves issuers out", () => withHeader(""), /TCB info issuer|expected 2 certificates|issuer chain/],
    ["one whose issuers aren't encoded rightly", () => withHeader("%E0%A4%A"), /percent-encoded/],
    ["another Intel", async () => provisioningCache(served("sgx", dcapCollateral(await otherIntel, "sgx"))), /root/],
    [
      "one that forges",
      () => changed({ tcbInfo: collateral.tcbInfo.replace('"svn":11', '"svn":10') }),
      /valid signature/,
    ],
    ["one that is behind", () => changed(statements({ nextUpdate: "2026-06-05T00:00:00Z" })), /2026-06-05/],
    [
      "one that tells of other platforms",
      () => {
        const { tcbInfo, tcbInfoSignature } = statements({ fmspc: "00906ED50000" });
        return changed({ tcbInfo, tcbInfoSignature });
      },
      /00906ed50000/,
    ],
    [
      "one with an old list",
      async () => {
        const window = { from: new Date("2026-05-01"), until: new Date("2026-06-01") };
        return changed({ rootCaCrl: await issueCrl({ issuer: platform.root, ...window }) });
      },
      /2026-06-01/,
    ],
  ])("%s", async (_, service, reason) => {
    const bad = await serve(await service());
    const good = await serve(provisioningCache(served("sgx")));
    expect(await missingFrom(fetchBy([bad]))).toMatch(reason);
    expect(await fetchBy([bad, good])).toEqual(collateral);
  });

  test.each<[what: string, listener: RequestListener, reason: RegExp, timeoutMs?: number]>([
    [
      "one that answers a gigabyte",
      (_, response) => {
        const chunk = Buffer.alloc(1 << 20, "{");
        let left = 1024;
        const more = (): void => {
          while (left-- > 0 && !response.destroyed)
            if (!response.write(chunk)) return void response.once("drain", more);
          response.end();
        };
        more();
      },
      /expected at most \d+ bytes/,
    ],
    [
      "one that drips",
      (_, response) => {
        const drip = setInterval(() => response.write("{"), 20);
        response.on("close", () => clearInterval(drip));
      },
      /within 1000 ms/,
      1000,
    ],
    ["one that hangs up", (_, response) => void response.destroy(), /expected an answer/],
  ])("%s", async (_, listener, reason, timeoutMs = 20_000) => {
    const bad = await loopback.serve(listener);
    const good = await serve(provisioningCache(served("sgx")));
    const by = (pccs: string[]) => fetchCollateral(evidenceOf("sgx"), sourcesOf({ pccs, timeoutMs }), OPTIONS);
    expect(await missingFrom(by([bad]))).toMatch(reason);
    expect(await by([bad, good])).toEqual(collateral);
  });
});

describe("what was fetched", () => {
  const expected = COLLATERAL.sgx;

  test("is used for a day without asking again, then renewed, as where the clock was put back", async () => {
    const asked: string[] = [];
    const url = await serve(provisioningCache(served("sgx")), asked);
    await fetchBy([url]);
    expect(asked).toHaveLength(4);
    expect(await fetchBy([url], { now: TEST_NOW + 23 * HOUR })).toMatchObject({ kind: "dcap" });
    expect(asked).toHaveLength(4);
    await fetchBy([url], { now: TEST_NOW - HOUR });
    expect(asked.splice(0)).toHaveLength(8);
    await fetchBy([url], { now: TEST_NOW });
    expect(asked).toHaveLength(0);
    await fetchBy([url], { now: TEST_NOW + 25 * HOUR });
    expect(asked).toHaveLength(4);
    await fetchBy([url], { now: TEST_NOW + 26 * HOUR });
    expect(asked).toHaveLength(4);
  });

  test("is used where no service answers, until it expires; then all that is missing is named", async () => {
    await fetchBy([await serve(provisioningCache(served("sgx")))]);
    const warnings: string[] = [];
    const warn = (message: string): void => void warnings.push(message);
    expect(await fetchBy([NOBODY], { now: TEST_NOW + 48 * HOUR, warn })).toEqual(expected);
    expect(warnings).toHaveLength(4);
    expect(warnings.join()).toContain(NOBODY);
    const message = await missingFrom(fetchBy([NOBODY], { now: Date.parse("2026-07-02T00:00:00Z") }));
    for (const part of ["Intel's root", "PCK Platform CA", "TCB info of SGX for FMSPC 00606a000000", "quoting enclave"])
      expect(message).toContain(part);
    expect(message).toContain(NOBODY);
  });

  test("is replaced where it was damaged or forged", async () => {
    const url = await serve(provisioningCache(served("sgx")));
    await fetchBy([url]);
    const files = readdirSync(folder);
    expect(files).toHaveLength(4);
    const forged = JSON.stringify({ fetchedAt: TEST_NOW, body: Buffer.from("{}").toString("base64") });
    for (const content of ["", "{", "[]", "x".repeat(8_000_000), forged]) {
      for (const file of files) writeFileSync(join(folder, file), content);
      expect(await fetchBy([url])).toEqual(expected);
      for (const file of files) expect(readFileSync(join(folder, file), "utf8")).not.toBe(content);
    }
    for (const file of files) writeFileSync(join(folder, file), " ".repeat(8_000_000), { flag: "a" });
    expect(await fetchBy([url])).toEqual(expected);
    for (const file of files) expect(readFileSync(join(folder, file)).length).toBeLessThan(100_000);
  });

  test("is no worse where it can't be kept", async () => {
    const blocked = join(folder, "file");
    writeFileSync(blocked, "");
    const url = await serve(provisioningCache(served("sgx")));
    const warnings: string[] = [];
    const sources = sourcesOf({ pccs: [url], cacheFolder: blocked });
    const warn = (message: string): void => void warnings.push(message);
    expect(await fetchCollateral(evidenceOf("sgx"), sources, { ...OPTIONS, warn })).toEqual(expected);
    expect(warnings).toHaveLength(4);
    expect(warnings.join()).toContain(blocked);
  });

  test("leaves nothing else in the folder, also when two fetch at once", async () => {
    const url = await serve(provisioningCache(served("sgx")));
    await Promise.all([fetchBy([url]), fetchBy([url]), fetchBy([url])]);
    expect(readdirSync(folder).sort()).toEqual([
      "pccs_sgx_certification_v4_pckcrl_ca=platform_encoding=der.json",
      "pccs_sgx_certification_v4_qe_identity_update=standard.json",
      "pccs_sgx_certification_v4_rootcacrl.json",
      "pccs_sgx_certification_v4_tcb_fmspc=00606A000000_update=standard.json",
    ]);
  });
});

test("nothing is fetched for evidence that needs nothing, or that is no evidence", async () => {
  const asked: string[] = [];
  const url = await serve(provisioningCache(served("sgx")), asked);
  const sources = sourcesOf({ pccs: [url], kds: [url] });
  const simulated: Evidence = { kind: "simulated", measurement: new Uint8Array(), reportData: new Uint8Array(64) };
  expect(await fetchCollateral(simulated, sources)).toEqual({ kind: "none" });
  expect(await fetchCollateral({ kind: "nitro", document: new Uint8Array() }, sources)).toEqual({ kind: "none" });
  for (const evidence of [
    { kind: "sgx", quote: new Uint8Array(1000) },
    { kind: "tdx", quote: dcapQuote(platform, "tdx").slice(0, 2000) },
    { kind: "sev-snp", report: new Uint8Array(1184) },
  ] as const)
    await expect(fetchCollateral(evidence, sources, OPTIONS)).rejects.toBeInstanceOf(EvidenceRefusal);
  await expect(fetchCollateral(evidenceOf("sgx"), sources, { now: TEST_NOW })).rejects.toMatchObject({
    code: "evidence/chain-root",
  });
  expect(asked).toEqual([]);
});

const shared = sharedQuotes() ?? [];

describe.skipIf(shared.length === 0)("real collateral, served again (skipped without the shared folder),", () => {
  test.each(shared)("comes as it was for $file", async ({ kind, quote, collateral, now }) => {
    const fmspc = /"fmspc":"([0-9a-fA-F]{12})"/.exec(collateral.tcbInfo)?.[1] ?? "";
    const both = (path: string) => {
      const answers = (["platform", "processor"] as const).map((ca) =>
        provisioningService({ kind, fmspc, ca, collateral })(path),
      );
      return answers.find(({ status }) => status === 200) ?? { status: 404, body: "" };
    };
    const sources = sourcesOf({
      pccs: [await serve(both)],
      intelCertificates: [await serve(certificateStore({ collateral }))],
    });
    expect(await fetchCollateral({ kind, quote }, sources, { now })).toEqual(collateral);
  });
});
