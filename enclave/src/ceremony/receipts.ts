/** Proves that all slots hold their shares of one key before anything rests on it (PROTOCOL 7a). */
import { holderReportData } from "@pdiem/bridge/custody/report-data";
import { RefusedError } from "@pdiem/bridge/error";
import { checkNotBegun } from "@pdiem/bridge/governance/guardians-in-force";
import { equal } from "@pdiem/light-client/bytes";
import { sha256 } from "@pdiem/light-client/crypto/sha256";
import type { Platform } from "../handover/other-side.js";
import type { Holder } from "../state/enclave-state.js";
import { checkUnder, prove } from "../verbs/proving.js";
import type { Verb } from "../verbs/verb.js";
import { verifyMembers } from "./members.js";

const isSame = (a: Platform, b: Platform): boolean => (a === undefined || b === undefined ? a === b : equal(a, b));

/** What only a process of the ceremony has: the parts of its roll, whose processes must answer. */
const ceremonyOf = ({ config, key, ceremony }: Holder) => {
  if (config.holders === undefined || key.share === undefined || ceremony === undefined)
    throw new RefusedError(
      "refused/ceremony-restarted",
      "expected, before genesis, a process of the ceremony that made the key: one that was restarted begins anew",
    );
  return { holders: config.holders, share: key.share, parts: ceremony };
};

/**
 * Takes evidence of all slots as holders. It is of the roll's processes, answers the roll, and has
 * the same public package.
 */
export const takeReceipts: Verb<"ceremonyReceipts"> = (state, { members, proofs }, { roots }) => {
  const { config, bridgeId, key } = state;
  const request = prove(state, proofs);
  const { kept, facts, lightClients } = request;
  checkUnder(state, request);
  checkNotBegun(key.publicKey, facts.parachain);
  const { holders, share, parts } = ceremonyOf(state);
  const { publicPackage } = share;
  const reportDataOf = (slot: number): Uint8Array =>
    holderReportData({
      bridgeId,
      custodyKey: key.publicKey,
      share: { slot, publicPackage },
      handoverKey: parts[slot - 1]?.handoverKey ?? new Uint8Array(),
      challenge: publicPackage.roll,
    });
  const platforms = verifyMembers({ config, holders, reportDataOf, facts, roots }, members);
  for (const [i, { platform }] of publicPackage.slots.entries())
    if (!isSame(platform, platforms[i]))
      throw new RefusedError("refused/ceremony-platform", `expected slot ${i + 1} on the machine of the ceremony`);
  const receipt = sha256(...members.map(({ evidence }) => sha256(evidence)));
  return { kept: { ...kept, receipt }, respond: () => ({ receipt, lightClients }) };
};

/**
 * Checks that the first batch may be signed with a share: under receipts of all slots, and by a
 * process of the ceremony.
 * @throws RefusedError `refused/ceremony-restarted`, `refused/ceremony-receipts`
 */
export const checkReceipts = (holder: Holder): void => {
  ceremonyOf(holder);
  if (holder.kept.receipt === undefined)
    throw new RefusedError(
      "refused/ceremony-receipts",
      "expected evidence of all slots as holders before the first batch: show their receipts",
      "later",
    );
};
