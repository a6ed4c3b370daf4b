import { type Demand, demandIn } from "../demand.js";
import type { DcapPolicy } from "../policy.js";
import type { Tcb } from "../result.js";
import type { QuoteBody } from "./quote.js";
import { isDebugEnclave } from "./sgx-report.js";
import { checkTdAttributes } from "./td-attributes.js";

const demand: Demand = demandIn("policy");

/**
 * Refuses enclaves and guests that don't keep their secrets from the host, whatever code they run.
 * @throws EvidenceRefusal of step `policy`
 */
export const checkBody = (body: QuoteBody): void => {
  if (body.kind === "tdx") checkTdAttributes(body.report);
  else demand(!isDebugEnclave(body.report), "debug", "expected an enclave that isn't debugged");
};

/**
 * Checks status, advisories and evaluation number against the policy.
 * @throws EvidenceRefusal of step `policy`
 */
export const checkTcb = (policy: DcapPolicy, { status, advisories, evaluationNumber = 0 }: Tcb): void => {
  const accepted = status !== "Revoked" && policy.statuses.includes(status);
  demand(
    accepted,
    "status",
    `expected one of ${policy.statuses.join(", ")}, got ${[status, ...advisories].join(", ")}`,
  );
  const { advisories: allowed, minimumEvaluationNumber } = policy;
  const unknown = allowed === "any" ? [] : advisories.filter((one) => !allowed.includes(one));
  demand(unknown.length === 0, "advisories", `expected no other advisories than allowed, got ${unknown.join(", ")}`);
  demand(
    evaluationNumber >= minimumEvaluationNumber,
    "evaluation-number",
    `expected tcbEvaluationDataNumber ${minimumEvaluationNumber} or later, got ${evaluationNumber}`,
  );
};
