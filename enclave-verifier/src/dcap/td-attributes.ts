import { isZero, toHex } from "@pdiem/light-client/bytes";
import { type Demand, demandIn } from "../demand.js";
import type { TdReport } from "./td-report.js";

const demand: Demand = demandIn("policy");

/** Bits of a TDX guest's attributes, which are 8 bytes, little endian. */
const UNTRUSTED = 0xffn;
const SEPT_VE_DISABLE = 1n << 28n;
const MIGRATABLE = 1n << 29n;

/**
 * Refuses guests that their host may read or move, or whose memory it may swap under their feet.
 * @throws EvidenceRefusal `evidence/policy-debug`, `-sept-ve`, `-migratable`, `-service-td`
 */
export const checkTdAttributes = ({ tdAttributes, mrServiceTd }: TdReport): void => {
  const bits = BigInt(`0x${toHex(tdAttributes.toReversed())}`);
  demand((bits & UNTRUSTED) === 0n, "debug", `expected a guest that isn't debugged, attributes ${toHex(tdAttributes)}`);
  demand((bits & SEPT_VE_DISABLE) !== 0n, "sept-ve", `expected SEPT_VE_DISABLE, attributes ${toHex(tdAttributes)}`);
  demand((bits & MIGRATABLE) === 0n, "migratable", `expected a guest that stays, attributes ${toHex(tdAttributes)}`);
  demand(
    mrServiceTd === undefined || isZero(mrServiceTd),
    "service-td",
    "expected a guest without a service guest that may act on it",
  );
};
