/** What to do about a check that failed, for whoever asked. */
import type { Check } from "@pdiem/bridge-client/examine/check";

const OPEN_TO_ITS_HOST =
  "the machine's host can read this enclave's key: take it for leaked, and ask guardians to pause the bridge";
const OUTDATED =
  "ask the operator to update the machine's firmware and microcode; until then its vendor doesn't vouch for its secrecy";
const FORGED = "take the enclave for a forgery: ask its operator, and guardians, which machine this is";
const OLD_DOCUMENTS =
  "look at this machine's clock, then get the vendor's documents anew: without --collateral, or from another service";

/** By the beginning of the refusal's code; the first that fits counts. */
const BY_CODE: readonly (readonly [beginning: string, advice: string])[] = [
  ["evidence/format-", "whoever answers shows no evidence of the TEE that it names: ask the operator what runs there"],
  ["evidence/chain-validity", OLD_DOCUMENTS],
  ["evidence/revocation-revoked", "the vendor has revoked this machine: ask guardians to have the key handed over"],
  ["evidence/revocation-", OLD_DOCUMENTS],
  ["evidence/collateral-", OLD_DOCUMENTS],
  ["evidence/binding-platform", OLD_DOCUMENTS],
  ["evidence/binding-vcek-tcb", OLD_DOCUMENTS],
  ["evidence/tcb-", OUTDATED],
  ["evidence/policy-status", OUTDATED],
  ["evidence/policy-advisories", OUTDATED],
  ["evidence/policy-age", OLD_DOCUMENTS],
  ["evidence/policy-evaluation-number", `${OLD_DOCUMENTS}; "tcbRelease": "early" asks for Intel's newest`],
  ["evidence/policy-measurements", "build the program from the commit that guardians name, and compare: this isn't it"],
  ["evidence/policy-platform", "the bridge's configuration names the machines that may be used: this is another one"],
  ["evidence/policy-family", "the bridge's configuration admits no processor of this family"],
  ["evidence/policy-kind", "the bridge's configuration admits no TEE of this kind"],
  ["evidence/policy-", OPEN_TO_ITS_HOST],
  ["evidence/", FORGED],
];

/** By the beginning of the check's name. */
const BY_NAME: readonly (readonly [beginning: string, advice: string])[] = [
  ["bridge", "compare the bridge's configuration here with the one that its guardians publish"],
  ["report data", "ask again; if it stays so, whoever answers shows another enclave's evidence"],
  ["custody", "pay nothing to custody: on Diem another key than the enclave's, or nobody, can move what it holds"],
  ["Freezer", "guardians can't freeze this asset: ask them why"],
  ["Owner", "send nothing: somebody else than the enclave can take over this asset"],
  ["Issuer", "send nothing: somebody else than the enclave can make this asset"],
  ["Admin", "send nothing: somebody else than the enclave can burn or move this asset"],
  ["ledger", "ask again; if it stays so, the enclave's key is another than the one that the bridge has run by"],
  ["time", "look at this machine's clock; else the nodes withhold newer blocks: use others"],
  ["checkpoint", "ask guardians for a checkpoint (pdiem guardian checkpoint propose): until then nothing is signed"],
];

/** A check with what to do about it, where it failed. */
export interface Advised extends Check {
  readonly advice?: string;
}

export const advised = (check: Check): Advised => {
  const { name, outcome, code = "" } = check;
  if (outcome !== "failed") return check;
  const found =
    BY_CODE.find(([beginning]) => code.startsWith(beginning)) ??
    BY_NAME.find(([beginning]) => name.startsWith(beginning));
  return found === undefined ? check : { ...check, advice: found[1] };
};
