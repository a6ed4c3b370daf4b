import type { AttestationPolicy } from "../config/attestation-policy.js";
import type { BridgeConfig } from "../config/bridge-config.js";
import type { Measurement } from "../config/measurement.js";
import { exampleConfig, filled } from "./config.js";

export const SGX: Measurement = { tee: "sgx", value: filled(32, 0xe1) };
export const TDX: Measurement = { tee: "tdx", value: filled(240, 0xd0) };
export const SNP: Measurement = { tee: "sev-snp", value: filled(48, 0xab) };

const DAY = 24n * 3_600_000n;
const AGE = 30n * DAY;
const ROOT_CRL_AGE = 400n * DAY;

/** Asks of machines what a careful configuration does. */
export const exampleAttestation: AttestationPolicy = {
  dcap: {
    platforms: [filled(16, 0x99)],
    maximumAge: AGE,
    maximumRootCrlAge: ROOT_CRL_AGE,
    statuses: ["UpToDate", "SWHardeningNeeded"],
    advisories: ["INTEL-SA-00615"],
    minimumEvaluationNumber: 17,
  },
  sevSnp: {
    platforms: "any",
    maximumAge: AGE,
    maximumRootCrlAge: ROOT_CRL_AGE,
    minimumTcb: {
      milan: undefined,
      genoa: { bootloader: 9, tee: 0, snp: 23, microcode: 72, fmc: undefined },
      turin: { bootloader: 1, tee: 1, snp: 2, microcode: 3, fmc: 1 },
    },
  },
};

/** A configuration for genuine TEEs of both vendors. */
export const genuineConfig: BridgeConfig = {
  ...exampleConfig,
  measurements: [SGX, TDX, SNP],
  attestation: exampleAttestation,
};
