import { join } from "node:path";
import type { Policy } from "@pdiem/bridge-client/attestation/evidence";
import { createNitroEnclave, TEST_TIMESTAMP, testPcr } from "@pdiem/bridge-client/testing/nitro-enclave";
import {
  createDcapPlatform,
  type DcapKind,
  dcapPolicy,
  dcapQuote,
  dcapVerification,
} from "@pdiem/enclave-verifier/testing/dcap-platform";
import { judgeByDcapQvl } from "@pdiem/enclave-verifier/testing/dcap-qvl";
import { TEST_NOW } from "@pdiem/enclave-verifier/testing/dcap-statements";
import { SHARED_ATTESTATION } from "@pdiem/enclave-verifier/testing/shared-evidence";
import { createSnpPlatform, TEST_MEASUREMENT, TEST_TCB } from "@pdiem/enclave-verifier/testing/snp-platform";
import { toHex } from "@pdiem/light-client/bytes";
import { z } from "zod";
import { type Input, verifyInput } from "../../conformance/attestation/input.js";
import { nitroInput } from "../../conformance/attestation/nitro-documents.js";
import { quoteInput } from "../../conformance/attestation/quotes.js";
import { nitroItem, quoteItem, snpItem } from "../../conformance/attestation/schema.js";
import { snpInput } from "../../conformance/attestation/snp-reports.js";
import { readText } from "../../conformance/fixture-files.js";

/** Evidence to be verified, and how. */
export interface Sample {
  readonly name: string;
  /** By this project. @throws EvidenceRefusal */
  readonly verify: () => void;
  /** By `@phala/dcap-qvl`, which knows DCAP quotes only. @throws Error where it refuses */
  readonly verifyByDcapQvl?: () => void;
}

const sampleOf = (name: string, input: Input, root?: Uint8Array): Sample => {
  const { evidence, collateral, now } = input;
  const verify = (): void => void verifyInput(input);
  if (!(evidence.kind === "sgx" || evidence.kind === "tdx") || collateral.kind !== "dcap") return { name, verify };
  return {
    name,
    verify,
    verifyByDcapQvl: () => {
      if (judgeByDcapQvl(evidence.quote, collateral, now, root) === undefined)
        throw new Error(`expected dcap-qvl to accept ${name}`);
    },
  };
};

const manifestOf = z.object({ quotes: z.array(quoteItem), snp: z.array(snpItem), nitro: z.array(nitroItem) });

const found = <T extends { readonly file: string }>(items: readonly T[], part: string): T => {
  const item = items.find(({ file }) => file.includes(part));
  if (item === undefined) throw new Error(`expected ${part} among the shared evidence`);
  return item;
};

const realSamples = (folder: string, manifest: z.infer<typeof manifestOf>): readonly Sample[] => [
  sampleOf("SGX quote v3", quoteInput(folder, found(manifest.quotes, "sgx-v3-phala"))),
  sampleOf("TDX quote v4", quoteInput(folder, found(manifest.quotes, "tdx-v4-phala"))),
  sampleOf("SEV-SNP report", snpInput(folder, found(manifest.snp, "milan-virtee"))),
  sampleOf("Nitro document", nitroInput(folder, found(manifest.nitro, "2025-12-dstack.cose"))),
];

const YEAR = 365 * 24 * 3_600_000;

const ownDcap = async (name: string, kind: DcapKind): Promise<Sample> => {
  const platform = await createDcapPlatform();
  const { collateral, roots } = dcapVerification(platform, kind);
  const evidence = { kind, quote: dcapQuote(platform, kind) };
  return sampleOf(name, { evidence, policy: dcapPolicy(kind), collateral, now: TEST_NOW, roots }, platform.root.der);
};

const ownSnp = async (): Promise<Sample> => {
  const { report, collateral, roots } = await createSnpPlatform();
  const policy: Policy = {
    reportData: "any",
    "sev-snp": {
      measurements: [{ measurement: toHex(TEST_MEASUREMENT) }],
      platforms: "any",
      maximumAge: YEAR,
      maximumRootCrlAge: YEAR,
      minimumTcb: { genoa: TEST_TCB },
    },
  };
  const evidence = { kind: "sev-snp", report: report() } as const;
  return sampleOf("SEV-SNP report, keys of 2,048 bits", { evidence, policy, collateral, now: TEST_NOW, roots });
};

const ownNitro = async (): Promise<Sample> => {
  const { document, roots } = await createNitroEnclave();
  const pcrs = Object.fromEntries([0, 1, 2].map((index) => [`pcr${index}`, toHex(testPcr(index))]));
  const policy: Policy = { reportData: "any", nitro: { measurements: [pcrs], platforms: "any", maximumAge: YEAR } };
  const evidence = { kind: "nitro", document: document() } as const;
  return sampleOf("Nitro document, a chain of 3", {
    evidence,
    policy,
    collateral: { kind: "none" },
    now: TEST_TIMESTAMP,
    roots,
  });
};

/** Real evidence where the shared folder is, else evidence of the tests' own making. */
export const attestationSamples = async (): Promise<readonly Sample[]> => {
  const text = await readText(join(SHARED_ATTESTATION, "manifest.json"));
  return text === undefined
    ? Promise.all([
        ownDcap("SGX quote v3, own PKI", "sgx"),
        ownDcap("TDX quote v4, own PKI", "tdx"),
        ownSnp(),
        ownNitro(),
      ])
    : realSamples(SHARED_ATTESTATION, manifestOf.parse(JSON.parse(text)));
};
