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
  /**
   * Intel's Provisioning Certification Service or caches of it (PCCS), with or without
   * `/sgx/certification/v4`.
   */
  pccs: baseUrls.default(["https://api.trustedservices.intel.com"]),
  /** Where the revocation list of Intel's root is, for those of `pccs` that don't hand it out. */
  intelCertificates: baseUrls.default(["https://certificates.trustedservices.intel.com"]),
  /** AMD's Key Distribution Service or mirrors of it. */
  kds: baseUrls.default(["https://kdsintf.amd.com"]),
  /**
   * Documents are kept here, and used where no service answers until they expire. Can be copied to
   * a machine without a network.
   */
  cacheFolder: z.string().min(1).max(4096).default(defaultCacheFolder),
  /** Selects Intel's statements: those in force, or the ones that will be. */
  tcbRelease: z.enum(["standard", "early"]).default("standard"),
  /** One request, until its last byte. */
  timeoutMs: z.int().min(100).max(600_000).default(20_000),
});

export type CollateralSources = z.output<typeof collateralSources>;
