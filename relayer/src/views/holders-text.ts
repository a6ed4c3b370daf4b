/** Holders of the key, in lines for people. */
import type { EnclaveStatusView, HolderStatusView, HoldersStatusView } from "./holders-view.js";

const farOf = ({ diemVersion, relayBlock }: EnclaveStatusView): string =>
  diemVersion === undefined ? "" : `, at Diem's version ${diemVersion}, relay block ${relayBlock ?? "?"}`;

/** Describes the one enclave that holds the key. */
export const enclaveLine = (enclave: EnclaveStatusView | undefined): string => {
  if (enclave === undefined) return "enclave     hasn't answered yet";
  const { tee, role, answers } = enclave;
  return `enclave     ${tee}, ${role}, ${answers ? "answers" : "CAN'T BE WORKED WITH"}${farOf(enclave)}`;
};

const ago = (at: number, now: number): string => `${Math.max(0, Math.round((now - at) / 1000))} s ago`;

const blameOf = ({ failures, lastFailure }: HolderStatusView, now: number): string => {
  const counts = Object.entries(failures).map(([code, count]) => `${code} ${count}`);
  if (counts.length === 0) return "";
  const last = lastFailure === undefined ? "" : `; last ${ago(lastFailure.at, now)}: ${lastFailure.text}`;
  return `; left out: ${counts.join(", ")}${last}`;
};

const holderLine = (one: HolderStatusView, now: number): string => {
  const { slot, enclave, fault, lastShareAt } = one;
  const how =
    fault !== undefined
      ? `CAN'T SIGN, ${fault.code}: ${fault.text}`
      : enclave === undefined
        ? "hasn't answered yet"
        : `${enclave.tee}, ${enclave.role}${farOf(enclave)}`;
  const share = lastShareAt === undefined ? "no share yet" : `last share ${ago(lastShareAt, now)}`;
  return `slot ${slot}`.padEnd(12).concat(`${one.class}: ${how}; ${share}${blameOf(one, now)}`);
};

/** Says how many more may fail before nothing is signed. */
export const spareText = ({
  threshold,
  spare,
  slots,
}: Pick<HoldersStatusView, "threshold" | "spare"> & {
  readonly slots: { readonly length: number };
}): string => {
  const all = `${threshold} of ${slots.length} sign`;
  if (spare < 0) return `${all}: NOTHING IS SIGNED, ${-spare} more must be there`;
  return spare === 0 ? `${all}: NONE MAY FAIL any more` : `${all}: ${spare} more may fail`;
};

/** Describes those that hold the key together. @param now ms since 1970 */
export const holdersLines = (holders: HoldersStatusView, now: number): readonly string[] => [
  `holders     ${spareText(holders)}`,
  ...holders.slots.map((one) => holderLine(one, now)),
];
