import type { Evidence } from "@pdiem/enclave-verifier/evidence";
import { EvidenceRefusal } from "@pdiem/enclave-verifier/refusal";
import type { Roots } from "@pdiem/enclave-verifier/roots";
import { type Holder, issueCertificate, toPem } from "@pdiem/enclave-verifier/testing/certificates";
import { createDcapPlatform, dcapCollateral, dcapQuote } from "@pdiem/enclave-verifier/testing/dcap-platform";
import { TEST_FMSPC, TEST_NOW } from "@pdiem/enclave-verifier/testing/dcap-statements";
import { createSnpPlatform, type SnpPlatform } from "@pdiem/enclave-verifier/testing/snp-platform";
import { concat, utf8 } from "@pdiem/light-client/bytes";
import { isPdiemError } from "@pdiem/light-client/error";
import { outcome } from "@pdiem/light-client/testing/outcome";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { keyDistribution } from "../testing/amd-service.js";
import { provisioningCache, type Service } from "../testing/intel-service.js";
import { collectCollateral } from "./collect-collateral.js";
import type { DocumentAnswer, DocumentRequest } from "./document-request.js";
import { snpIssuersRequest } from "./snp-requests.js";

type Read = { readonly request: DocumentRequest<unknown>; readonly answer: DocumentAnswer };

const answerOf = (service: Service, request: DocumentRequest<unknown>): DocumentAnswer => {
  const [place] = request.places;
  const { body, headers = {} } = service(place?.path ?? "");
  const header = Object.entries(headers).find(([name]) => request.issuerChainHeaders.includes(name.toLowerCase()));
  return { body: typeof body === "string" ? utf8(body) : body, ...(header && { issuerChain: header[1] }) };
};

/** Every request that is made for some evidence, with the answer of an honest service. */
const requestsFor = async (evidence: Evidence, service: Service, roots: Roots): Promise<readonly Read[]> => {
  const reads: Read[] = [];
  await collectCollateral(
    evidence,
    async (request) => {
      const answer = answerOf(service, request);
      reads.push({ request, answer });
      return request.read(answer, TEST_NOW);
    },
    { now: TEST_NOW, roots },
  );
  return reads;
};

const intel = await createDcapPlatform();
const amd = await createSnpPlatform();
const served = { kind: "tdx", fmspc: TEST_FMSPC, ca: "platform", collateral: dcapCollateral(intel, "tdx") } as const;
const chip = `${"c1".repeat(64)}?blSPL=09&teeSPL=01&snpSPL=23&ucodeSPL=72`;
const reads = [
  ...(await requestsFor({ kind: "tdx", quote: dcapQuote(intel, "tdx") }, provisioningCache(served), intel.roots)),
  ...(await requestsFor(
    { kind: "sev-snp", report: amd.report() },
    (
      await keyDistribution(amd, "Genoa", chip)
    ).service,
    amd.roots,
  )),
];

/** Whether an answer is taken; throws on whatever isn't a refusal. */
const isTaken = ({ request }: Read, answer: DocumentAnswer, now = TEST_NOW): boolean => {
  try {
    request.read(answer, now);
    return true;
  } catch (error) {
    if (error instanceof EvidenceRefusal) return false;
    throw error;
  }
};

describe.each(reads.map((read) => [read.request.name, read] as const))("%s", (_, read) => {
  const { answer } = read;

  test("is taken as it comes from an honest service, while it holds", () => {
    expect(isTaken(read, answer)).toBe(true);
    for (const now of [0, Date.parse("2100-01-01"), Number.NaN]) expect(isTaken(read, answer, now)).toBe(false);
  });

  test("causes nothing but a refusal when it is changed", () => {
    const change = fc.tuple(fc.nat(), fc.nat(20), fc.uint8Array({ maxLength: 20 }));
    fc.assert(
      fc.property(change, fc.boolean(), ([at, out, into], inHeader) => {
        const { body, issuerChain } = answer;
        const splice = (bytes: Uint8Array): Uint8Array => {
          const start = at % bytes.length;
          return concat(bytes.subarray(0, start), into, bytes.subarray(start + out));
        };
        const changed =
          inHeader && issuerChain !== undefined
            ? { body, issuerChain: new TextDecoder("latin1").decode(splice(utf8(issuerChain))) }
            : { ...answer, body: splice(body) };
        isTaken(read, changed);
      }),
      { numRuns: 300 },
    );
    expect(isTaken(read, { ...answer, body: new Uint8Array() })).toBe(false);
    expect(isTaken(read, { ...answer, body: concat(answer.body, utf8("x")) })).toBe(false);
  });

  test("isn't any other document", () => {
    for (const other of reads)
      if (other !== read) expect(isTaken(read, { ...answer, body: other.answer.body })).toBe(false);
  });
});

describe("the issuers of an AMD chip's certificate", () => {
  const issuersOf = async (served: SnpPlatform): Promise<string> => {
    const request = snpIssuersRequest("genoa", amd.roots.amd.genoa);
    return outcome(() => request.read({ body: utf8(served.collateral.chain) }, TEST_NOW));
  };

  test("go back to the pinned root", async () => {
    expect(await issuersOf(amd)).toBe("accepted");
    expect(await issuersOf(await createSnpPlatform())).toBe("evidence/chain-root");
  });

  test("are issued by it, and named as they should be", async () => {
    const issue = async (issuer: Holder, name: string): Promise<SnpPlatform> => {
      const ask = await issueCertificate({ subject: `CN=${name}`, kind: "RSA", ca: true, issuer });
      return { ...amd, collateral: { ...amd.collateral, chain: toPem(ask, amd.ark) } };
    };
    const forger = { ...amd.ask, subject: amd.ark.subject };
    expect(await issuersOf(await issue(amd.ark, "SEV-Genoa"))).toBe("accepted");
    expect(await issuersOf(await issue(forger, "SEV-Genoa"))).toBe("evidence/chain-signature");
    expect(await issuersOf(await issue(amd.ark, "SEV-Milan"))).toBe("evidence/chain-role");
  });
});

test("what a fetcher throws that isn't meant goes through", async () => {
  const evidence: Evidence = { kind: "tdx", quote: dcapQuote(intel, "tdx") };
  const broken = (): Promise<never> => Promise.reject(new TypeError("a defect"));
  const collected = collectCollateral(evidence, broken, { now: TEST_NOW, roots: intel.roots });
  await expect(collected).rejects.toSatisfy((error) => error instanceof TypeError && !isPdiemError(error));
});
