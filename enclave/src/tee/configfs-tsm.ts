/**
 * Intel TDX and AMD SEV-SNP guests, by the kernel's report interface:
 * https://www.kernel.org/doc/Documentation/ABI/testing/configfs-tsm-report
 */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { isPdiemError } from "@pdiem/light-client/error";
import { TeeError } from "../error.js";
import { explainFailures, type PseudoFiles } from "./pseudo-files.js";
import { checkReportData, padReportData } from "./report-data.js";
import type { Tee, TeeEvidence } from "./tee.js";

const MAX_BLOB = 64 * 1024;
const MAX_WORD = 64;

type GuestKind = "tdx" | "sev-snp";
const PROVIDERS: Readonly<Record<GuestKind, string>> = { tdx: "tdx_guest", "sev-snp": "sev_guest" };

const NO_SEALING_KEY: Readonly<Record<GuestKind, string>> = {
  tdx: "TDX has no sealing key: run the program under dstack, whose key service has one, or hold a key in memory: --memory-only",
  "sev-snp":
    "SEV-SNP's derived key can't be had through files: run the program in a TEE that has a sealing key, or hold one in memory: --memory-only",
};

const readWord = async (files: PseudoFiles, path: string): Promise<string> =>
  Buffer.from(await files.read(path, MAX_WORD))
    .toString("latin1")
    .trimEnd();

/** A report of one's own, which the kernel keeps until it is removed. */
const withReport = async <T>(files: PseudoFiles, folder: string, body: (report: string) => Promise<T>): Promise<T> => {
  const report = join(folder, `pdiem-${randomBytes(8).toString("hex")}`);
  await files.makeFolder(report);
  try {
    return await body(report);
  } finally {
    // One that stays takes a little of the kernel's memory: no reason to lose evidence, or to hide
    // why there is none.
    await files.removeFolder(report).catch(() => undefined);
  }
};

const checkProvider = async (files: PseudoFiles, report: string, kind: GuestKind): Promise<void> => {
  const provider = await readWord(files, join(report, "provider"));
  if (provider !== PROVIDERS[kind])
    throw new TeeError(
      "tee/provider",
      `expected a ${kind} guest, whose reports are by ${PROVIDERS[kind]}, got ${JSON.stringify(provider)}: name its kind`,
    );
};

const readGeneration = async (files: PseudoFiles, report: string): Promise<bigint> => {
  const text = await readWord(files, join(report, "generation"));
  if (!/^[0-9]{1,20}$/.test(text))
    throw new TeeError("tee/generation", `expected the report's generation, got ${JSON.stringify(text)}`);
  return BigInt(text);
};

const checkGeneration = async (files: PseudoFiles, report: string, expected: bigint): Promise<void> => {
  const generation = await readGeneration(files, report);
  if (generation !== expected)
    throw new TeeError(
      "tee/generation",
      `expected generation ${expected} of ${report}, got ${generation}: another program writes there; ask again`,
      "backoff",
    );
};

/** The certificate table, which a hypervisor needn't give and an older kernel doesn't have. */
const readCertificates = async (files: PseudoFiles, report: string): Promise<Uint8Array | undefined> => {
  try {
    const table = await files.read(join(report, "auxblob"), MAX_BLOB);
    return table.length === 0 ? undefined : table;
  } catch (error) {
    if (isPdiemError(error) && error.code === "tee/missing") return undefined;
    throw error;
  }
};

const makeEvidence = async (
  files: PseudoFiles,
  report: string,
  { kind, field }: { readonly kind: GuestKind; readonly field: Uint8Array },
): Promise<TeeEvidence> => {
  await checkProvider(files, report, kind);
  const expected = (await readGeneration(files, report)) + 1n;
  await files.write(join(report, "inblob"), field);
  const bytes = await files.read(join(report, "outblob"), MAX_BLOB);
  const supplement = kind === "sev-snp" ? await readCertificates(files, report) : undefined;
  await checkGeneration(files, report, expected);
  checkReportData(kind, bytes, field);
  return supplement === undefined ? { bytes } : { bytes, supplement };
};

/**
 * Opens a confidential guest. Its `sealingKey` refuses with `tee/no-sealing-key`.
 * @param folder `/sys/kernel/config/tsm/report`
 * @throws TeeError where the folder isn't there, mustn't be used, or the guest is of another kind
 */
export const openGuest = async (kind: GuestKind, system: PseudoFiles, folder: string): Promise<Tee> => {
  const files = explainFailures(system);
  await withReport(files, folder, (report) => checkProvider(files, report, kind));
  return {
    kind,
    evidence: async (reportData) => {
      const field = padReportData(reportData);
      return withReport(files, folder, (report) => makeEvidence(files, report, { kind, field }));
    },
    sealingKey: async () => {
      throw new TeeError("tee/no-sealing-key", NO_SEALING_KEY[kind]);
    },
  };
};
