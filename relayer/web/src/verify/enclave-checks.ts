/** The evidence of the enclave that holds the key, judged in this page. */
import { governanceInForce } from "@pdiem/bridge/governance/in-force";
import { parseCollateral } from "@pdiem/bridge-client/collateral/collateral-json";
import { checkEvidence } from "@pdiem/bridge-client/examine/evidence-checks";
import { shownEnclaveOf } from "@pdiem/bridge-client/examine/shown-enclave";
import { routes } from "@pdiem/enclave/routes";
import type { Collateral } from "@pdiem/enclave-verifier/evidence";
import { equal, fromHex, toHex } from "@pdiem/light-client/bytes";
import { decode } from "@pdiem/light-client/codec/bcs";
import { type PdiemError, ProofError } from "@pdiem/light-client/error";
import { type EnclaveEvidenceView, enclaveEvidenceView } from "@pdiem/relayer/views/enclave-evidence-view";
import { ask } from "../api/ask.js";
import { bridgeStateOf } from "./checks.js";
import type { ProofSet, ReportedCheck } from "./report.js";
import type { Proven, Session } from "./session.js";

export interface EnclaveFindings {
  readonly checks: readonly ReportedCheck[];
  readonly shown: ProofSet["enclave"];
}

const collateralIn = ({ collateral }: EnclaveEvidenceView): Collateral | PdiemError =>
  collateral === undefined
    ? new ProofError("proof/not-shown", "the relayer couldn't fetch what the vendor signs of its machines")
    : parseCollateral(collateral);

/**
 * Asks the enclave for evidence over a challenge of this page's own, and judges it by what is in
 * force.
 */
export const checkEnclave = async (session: Session, proven: Proven): Promise<EnclaveFindings> => {
  const { config, issuer, ledger, governance } = bridgeStateOf(session, proven);
  const challenge = crypto.getRandomValues(new Uint8Array(32));
  const answer = await ask("api/v1/enclave/evidence", enclaveEvidenceView, { challenge: toHex(challenge) });
  const shown = shownEnclaveOf(decode(routes.activate.response, fromHex(answer.answer)));
  const { checks } = checkEvidence(shown, {
    config,
    bridgeId: fromHex(session.description.bridgeId, 32),
    challenge,
    measurements: governanceInForce(config, ledger, governance).measurements,
    collateral: collateralIn(answer),
    now: Date.now(),
  });
  const isHolder = equal(shown.custodyKey, issuer);
  return {
    checks: [
      ...checks.map(({ name, outcome, expected, found }) => ({
        group: "enclave" as const,
        name,
        outcome,
        expected,
        found,
      })),
      {
        group: "enclave",
        name: "Key",
        outcome: isHolder ? "ok" : "failed",
        expected: `0x${toHex(issuer)}, custody's and the issuer's`,
        found: `0x${toHex(shown.custodyKey)}`,
      },
    ],
    shown: { challenge: toHex(challenge), answer: answer.answer },
  };
};
