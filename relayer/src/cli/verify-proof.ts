import type { GroupedCheck } from "@pdiem/bridge-client/proof-set/bridge-checks";
import { readProofSet } from "@pdiem/bridge-client/proof-set/proof-set";
import { verifyProofSet } from "@pdiem/bridge-client/proof-set/verify-proof-set";
import { PdiemError } from "@pdiem/light-client/error";
import { readJson } from "./json-file.js";
import type { Output } from "./output.js";

export interface VerifyProofOptions {
  /** Whose proofs they must be, hex. */
  readonly bridge?: string;
  readonly json?: boolean;
}

const MARKS = { ok: "holds", failed: "FAILS", "not-shown": "not shown" } as const;

const lineOf = ({ group, name, outcome, expected, found }: GroupedCheck): string =>
  `${MARKS[outcome].padEnd(9)}  ${group}: ${name}\n             expected ${expected}\n             found    ${found}`;

/**
 * Checks a file of proofs that somebody has downloaded, offline: nobody is asked.
 * @throws ConfigError of `readJson`; PdiemError `proof-set/form`, `verify-proof/fails`,
 * `verify-proof/other-bridge`; errors of `verifyProofSet`
 */
export const verifyProofCommand = (file: string, { bridge, json }: VerifyProofOptions, output: Output): void => {
  const set = readProofSet(readJson(file));
  if (bridge !== undefined && bridge.replace(/^0x/, "").toLowerCase() !== set.bridgeId)
    throw new PdiemError(
      "verify-proof/other-bridge",
      `expected proofs of bridge ${bridge}, got 0x${set.bridgeId}`,
      "never",
    );
  const { checks, at } = verifyProofSet(set);
  const isHeld = checks.every(({ outcome }) => outcome !== "failed");
  const when = new Date(Number(at.time)).toISOString();
  if (json === true)
    output.out(
      JSON.stringify({
        verdict: isHeld ? "holds" : "fails",
        bridgeId: `0x${set.bridgeId}`,
        ...(set.transfer === undefined ? {} : { transfer: set.transfer.id }),
        provenAt: { block: at.block, diemVersion: at.diemVersion.toString(), time: when },
        checks,
      }),
    );
  else {
    output.out(checks.map(lineOf).join("\n"));
    output.out(`\nbridge 0x${set.bridgeId}${bridge === undefined ? ": compare it with the one that you know" : ""}`);
    output.out(`as of ${when}, Diem's version ${at.diemVersion} and block ${at.block}`);
  }
  if (!isHeld) throw new PdiemError("verify-proof/fails", "not all checks hold: see above", "never");
};
