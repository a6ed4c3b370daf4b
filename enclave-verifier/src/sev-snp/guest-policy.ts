import { EvidenceRefusal } from "../refusal.js";

const ALWAYS_SET = 1n << 17n;
const MIGRATE_MA = 1n << 18n;
const DEBUG = 1n << 19n;
/** The highest bit that the firmware ABI gives a meaning: PAGE_SWAP_DISABLE. */
const HIGHEST_KNOWN_BIT = 25n;

/**
 * Checks what the guest's owner demanded at launch: no debugging, no migration agent, and nothing
 * that this program doesn't know.
 * @param policy the 64 bits of the report
 * @throws EvidenceRefusal `evidence/policy-debug`, `evidence/policy-migration`,
 * `evidence/format-snp-policy`
 */
export const checkGuestPolicy = (policy: bigint): void => {
  if ((policy & ALWAYS_SET) === 0n || policy >> (HIGHEST_KNOWN_BIT + 1n) !== 0n)
    throw new EvidenceRefusal(
      "format",
      "snp-policy",
      `expected a guest policy with bit 17 and none above ${HIGHEST_KNOWN_BIT}, got 0x${policy.toString(16)}`,
    );
  if ((policy & DEBUG) !== 0n)
    throw new EvidenceRefusal(
      "policy",
      "debug",
      "expected a guest that its host can't debug, its policy has DEBUG set: the host reads its memory",
    );
  if ((policy & MIGRATE_MA) !== 0n)
    throw new EvidenceRefusal(
      "policy",
      "migration",
      "expected a guest without a migration agent, its policy has MIGRATE_MA set: its memory may be sent elsewhere",
    );
};
