import { homedir } from "node:os";
import { join } from "node:path";
import { z } from "zod";

const baseUrls = z
  .array(
    z
      .string()
      .refine(
        (text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol),
        "expected an http or https URL",
      ),
  )
  .min(1, "expected at least one URL")
  .max(16);

const defaultCacheFolder = (): string =>
  join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "pdiem", "collateral");

/**
 * Where collateral of attestation evidence comes from: the `attestation` part of a relayer's
 * configuration; `{}` is the vendors' own services. Several URLs of a kind are asked in their
 * order. None is trusted, so plain http and certificates of one's own do no harm.
 */
export const collateralSources = z.strictObject({
  pccs: baseUrls
    .default(["https://api.trustedservices.intel.com"])
    .describe(
      "Intel's Provisioning Certification Service or caches of it (PCCS), with or without `/sgx/certification/v4`",
    ),
  intelCertificates: baseUrls
    .default(["https://certificates.trustedservices.intel.com"])
    .describe("where the revocation list of Intel's root is, for those of `pccs` that don't hand it out"),
  kds: baseUrls.default(["https://kdsintf.amd.com"]).describe("AMD's Key Distribution Service or mirrors of it"),
  cacheFolder: z
    .string()
    .min(1)
    .max(4096)
    .default(defaultCacheFolder)
    .meta({ fallback: "in the user's cache" })
    .describe(
      "documents are kept here, and used where no service answers until they expire. Can be copied to a machine without a network",
    ),
  tcbRelease: z
    .enum(["standard", "early"])
    .default("standard")
    .describe("which of Intel's statements: those in force, or the ones that will be"),
  timeoutMs: z.int().min(100).max(600_000).default(20_000).describe("of one request to these, until its last byte, ms"),
});

export type CollateralSources = z.output<typeof collateralSources>;
