/** What is asked of machines to begin with, by the kinds of TEE that are admitted. */
import { z } from "zod";
import { toDo } from "./skeleton.js";

const DAY = 86_400_000;
/** Vendors renew what vouches for a machine every month, and the root's list once a year. */
const AGES = { maximumAge: `${30 * DAY}`, maximumRootCrlAge: `${400 * DAY}` };

const measurements = z.array(z.looseObject({ tee: z.string() }));

/** @param admitted the `measurements` of a bridge; undefined gives undefined */
export const attestationFor = (admitted: unknown): object | undefined => {
  const { success, data } = measurements.safeParse(admitted);
  if (!success) return undefined;
  const tees = new Set(data.map(({ tee }) => tee));
  const isIntel = tees.has("sgx") || tees.has("tdx");
  return {
    ...(isIntel
      ? {
          dcap: {
            platforms: "any",
            ...AGES,
            statuses: ["UpToDate", "SWHardeningNeeded"],
            advisories: "any",
            minimumEvaluationNumber: toDo("tcbEvaluationDataNumber of Intel's present statements, a number"),
          },
        }
      : {}),
    ...(tees.has("sev-snp")
      ? { sevSnp: { platforms: "any", ...AGES, minimumTcb: toDo("AMD's lowest versions, docs/configuration.md") } }
      : {}),
  };
};
