import type { DcapCollateral } from "@pdiem/enclave-verifier/evidence";
import type { Holder } from "@pdiem/enclave-verifier/testing/certificates";
import { toPem } from "@pdiem/enclave-verifier/testing/certificates";
import {
  createDcapPlatform,
  type DcapKind,
  type DcapPlatform,
  dcapCollateral,
  dcapQuote,
  dcapVerification,
} from "@pdiem/enclave-verifier/testing/dcap-platform";
import { type QuoteParts, testQeReport } from "@pdiem/enclave-verifier/testing/dcap-quote";
import { sgxReport, TEST_TEE_TCB_SVN, tdReport } from "@pdiem/enclave-verifier/testing/dcap-reports";
import { qeIdentity, tcbInfo } from "@pdiem/enclave-verifier/testing/dcap-statements";
import { mutateInPlace } from "./mutate-bytes.js";
import { mutateJson } from "./mutate-json.js";
import type { Random } from "./random.js";
import { remadeBy } from "./remade.js";
import type { Input, Subject } from "./subject.js";

const subjectOf = (
  name: string,
  platform: DcapPlatform,
  kind: DcapKind,
  parts: Pick<QuoteParts, "version" | "body">,
): Subject => {
  const { root, pckCa, pck, tcbSigner } = platform;
  const quoteOf = (changes: Partial<QuoteParts> = {}): Uint8Array =>
    dcapQuote(platform, kind, { ...parts, ...changes });
  const verification = dcapVerification(platform, kind);
  const input = { evidence: { kind, quote: quoteOf() }, ...verification };
  const withQuote = (changes: Partial<QuoteParts>): Input => ({
    ...input,
    evidence: { kind, quote: quoteOf(changes) },
  });
  const withCollateral = (changes: Partial<DcapCollateral>): Input => ({
    ...input,
    collateral: { ...verification.collateral, ...changes },
  });
  const remade = (random: Random, holder: Holder, issuer: Holder): Holder => ({
    ...holder,
    der: remadeBy(issuer, random, holder.der),
  });
  const { rootCaCrl, pckCrl } = verification.collateral;
  return {
    name,
    input,
    remakes: [
      (random) => withQuote({ body: mutateInPlace(random, parts.body) }),
      (random) => withQuote({ qeReport: mutateInPlace(random, testQeReport(kind)) }),
      (random) => withQuote({ pckChain: toPem(remade(random, pck, pckCa), pckCa, root) }),
      (random) => withQuote({ pckChain: toPem(pck, remade(random, pckCa, root), root) }),
      (random) => ({
        ...input,
        collateral: dcapCollateral(platform, kind, { tcbInfo: mutateJson(random, JSON.stringify(tcbInfo(kind))) }),
      }),
      (random) => ({
        ...input,
        collateral: dcapCollateral(platform, kind, {
          qeIdentity: mutateJson(random, JSON.stringify(qeIdentity(kind))),
        }),
      }),
      (random) => ({
        ...input,
        collateral: dcapCollateral(platform, kind, { signer: remade(random, tcbSigner, root) }),
      }),
      (random) => withCollateral({ rootCaCrl: remadeBy(root, random, rootCaCrl) }),
      (random) => withCollateral({ pckCrl: remadeBy(pckCa, random, pckCrl) }),
    ],
  };
};

/** Quotes of the versions there are, by an Intel of the tests' own making. */
export const dcapSubjects = async (): Promise<readonly Subject[]> => {
  const platform = await createDcapPlatform();
  const td15 = tdReport({ teeTcbSvn2: TEST_TEE_TCB_SVN });
  return [
    subjectOf("own SGX quote v3", platform, "sgx", { version: 3, body: sgxReport() }),
    subjectOf("own TDX quote v4", platform, "tdx", { version: 4, body: tdReport() }),
    subjectOf("own TDX quote v5", platform, "tdx", { version: 5, body: td15 }),
  ];
};
