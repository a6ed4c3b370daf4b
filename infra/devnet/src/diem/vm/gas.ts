/**
 * What a transaction costs. No bytecode runs here: costs are those that a network of DiemVersion 3
 * charged for the same calls and outcomes. They depend on little else than the length of the
 * metadata.
 */
import type { Session } from "./session.js";
import type { Outcome } from "./transaction-payload-runner.js";
import { isChild } from "./vasp.js";

/** For block metadata; nobody pays it. */
export const BLOCK_METADATA_GAS = 100_000_000n;

const FUNCTION_COSTS: ReadonlyMap<string, number> = new Map([
  ["peer_to_peer_with_metadata", 450.5],
  ["create_parent_vasp_account", 1832],
  ["create_child_vasp_account", 1206],
  ["rotate_authentication_key", 122],
  ["add_currency_to_account", 143],
  ["rotate_dual_attestation_info", 217],
  ["freeze_account", 132],
  ["unfreeze_account", 132],
  ["set_gas_constants", 219],
]);
const OTHER_FUNCTIONS = 300;

/** Gas used by aborted payments, by `module/code`. */
const ABORT_COSTS: ReadonlyMap<string, number> = new Map([
  ["DualAttestation/775", 361.5],
  ["DiemAccount/1288", 197.5],
  ["DiemAccount/4357", 268],
  ["DiemAccount/4615", 272],
  ["DiemAccount/4869", 180],
  ["DiemAccount/519", 251],
  ["AccountFreezing/1281", 240.5],
]);
const OTHER_ABORTS = 150;

const METADATA_BYTE = 0.13;
const METADATA_BYTE_OF_ABORTED = 0.04;
/** Finding a child's parent. */
const CHILD_ACCOUNT = 14.6;

/** Units of gas, before the transaction's own limit is applied. */
export const gasUsed = (session: Session, outcome: Outcome): bigint => {
  const { call, status } = outcome;
  const payment = call?.payment;
  const child =
    payment !== undefined && (isChild(session, payment.payer) || isChild(session, payment.payee)) ? CHILD_ACCOUNT : 0;
  const metadata = payment?.metadata.length ?? 0;
  if (status.type === "executed")
    return BigInt(
      Math.floor((FUNCTION_COSTS.get(call?.name ?? "") ?? OTHER_FUNCTIONS) + METADATA_BYTE * metadata + child),
    );
  const abort = status.type === "moveAbort" && status.value.location.type === "module" ? status.value : undefined;
  const location = abort?.location.value?.name ?? "";
  const cost = ABORT_COSTS.get(`${location}/${abort?.code ?? ""}`) ?? OTHER_ABORTS;
  return BigInt(Math.floor(cost + METADATA_BYTE_OF_ABORTED * metadata + child));
};
