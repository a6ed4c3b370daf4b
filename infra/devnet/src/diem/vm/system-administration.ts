/**
 * Settings of the chain. Sources: diem/diem
 * language/diem-framework/modules/{DiemVMConfig,DiemVersion,DualAttestation}.move.
 */
import type { AccountAddress } from "@pdiem/light-client/diem/address/account-address";
import { dualAttestationLimit } from "@pdiem/light-client/diem/state/resources/dual-attestation";
import { diemVersion } from "@pdiem/light-client/diem/state/resources/on-chain-config";
import { type GasConstants, vmConfig } from "@pdiem/light-client/diem/state/resources/vm-config";
import { DIEM_ROOT } from "../well-known-addresses.js";
import { reconfigure } from "./diem-config.js";
import { ensure } from "./move-abort.js";
import { assertDiemRoot, assertTreasuryCompliance } from "./roles.js";
import type { Session } from "./session.js";

const GAS_CONSTANTS_IN_ORDER = [
  "globalMemoryPerByteCost",
  "globalMemoryPerByteWriteCost",
  "minTransactionGasUnits",
  "largeTransactionCutoff",
  "intrinsicGasPerByte",
  "maximumNumberOfGasUnits",
  "minPricePerGasUnit",
  "maxPricePerGasUnit",
  "maxTransactionSizeInBytes",
  "gasUnitScalingFactor",
  "defaultAccountSize",
] as const satisfies readonly (keyof GasConstants)[];

/** Ends the epoch. @param values in the order of the resource's fields */
export const setGasConstants = (session: Session, sender: AccountAddress, values: readonly bigint[]): void => {
  assertDiemRoot(session, sender);
  const config = session.get(DIEM_ROOT, vmConfig);
  const changed = Object.fromEntries(GAS_CONSTANTS_IN_ORDER.map((name, i) => [name, values[i] ?? 0n]));
  session.put(DIEM_ROOT, vmConfig, { ...config, gasConstants: { ...config.gasConstants, ...changed } });
  reconfigure(session);
};

/** Ends the epoch. */
export const updateDiemVersion = (session: Session, sender: AccountAddress, major: bigint): void => {
  assertDiemRoot(session, sender);
  ensure(session.get(DIEM_ROOT, diemVersion).major < major, "DiemVersion", "INVALID_ARGUMENT", 0);
  session.put(DIEM_ROOT, diemVersion, { major });
  reconfigure(session);
};

export const updateDualAttestationLimit = (session: Session, sender: AccountAddress, limit: bigint): void => {
  assertTreasuryCompliance(session, sender);
  session.put(DIEM_ROOT, dualAttestationLimit, { microXdxLimit: limit });
};
