/** What the bridge needs of a parachain, in words: which ones qualify, and why. */
import type { Finding } from "../../runtime/check/finding.js";
import type { RuntimeReport } from "../../runtime/check/runtime-report.js";

export interface Requirement {
  readonly needs: string;
  readonly why: string;
  /** Undefined where it wasn't looked at. */
  readonly isMet: boolean | undefined;
}

type Test = (finding: Finding) => boolean;

const RELAY: Test = ({ subject }) => subject === "Paras.Heads" || subject === "GrandpaApi";
const ASSETS: Test = ({ part, subject }) =>
  (part === "storage" || part === "calls") && !/^(?:System|Utility|Timestamp|Paras|state version)\b/.test(subject);
const FRAME: Test = ({ part, subject }) => part === "calls" && /^(?:System|Utility)\./.test(subject);
const STATE: Test = ({ part, subject }) => part === "storage" && /^(?:System|Timestamp)\.|^state version/.test(subject);
const BLOCKS: Test = ({ part, subject }) => part === "constants" || subject === "TransactionPaymentApi";

/** Lists what a parachain must have, and whether a runtime has it. */
export const requirements = ({ findings, encoding }: RuntimeReport): readonly Requirement[] => {
  const met = (test: Test): boolean | undefined => {
    const found = findings.filter(test);
    return found.length === 0 ? undefined : found.every(({ outcome }) => outcome !== "differs");
  };
  return [
    {
      needs:
        "an assets pallet (pallet_assets) whose assets have whole numbers as ids, with the usual calls and storage",
      why: "wrapped assets are minted and burned there, and an approval is the anchor that names the ledger in force",
      isMet: met(ASSETS),
    },
    {
      needs: "Utility.batch_all and System.remark",
      why: "a batch is one call that happens whole or not at all, and tells the journal in it",
      isMet: met(FRAME),
    },
    {
      needs: "extrinsics of version 4 that accounts of 32 bytes sign with Ed25519, and extensions that may stay empty",
      why: "the enclave's one key signs on both chains, and it signs nothing that it can't write",
      isMet: met(({ part }) => part === "extrinsics" || part === "extensions"),
    },
    {
      needs: "CheckMetadataHash with the release's RFC 78 digest built in; or calls pinned in the configuration",
      why: "the enclave believes no node on how calls are encoded: under another runtime what it signs is void",
      isMet:
        encoding !== undefined && met(({ part, subject }) => part === "metadata hash" || /, pinned$/.test(subject)),
    },
    {
      needs: "System.Account, System.LastRuntimeUpgrade and Timestamp.Now in a state of version 0 or 1",
      why: "everything that the enclave signs rests on proofs of them",
      isMet: met(STATE),
    },
    {
      needs: "a relay chain that GRANDPA finalizes, with the parachain's head in Paras.Heads",
      why: "it is how the enclave knows which block of the parachain is final",
      isMet: met(RELAY),
    },
    {
      needs: "blocks with room for 64 mints in half of them, and extrinsics that may live as long as mortalPeriod",
      why: "a batch takes half a block at most, and expires by itself",
      isMet: met(BLOCKS),
    },
  ];
};
