/**
 * `0x1::DiemVMConfig`, the gas schedule. Source: types/src/on_chain_config/vm_config.rs,
 * move-core/types/src/gas_schedule.rs.
 */
import { bytes, struct, u64 } from "../../../codec/bcs.js";
import { type AccountState, type Resource, readResource } from "../account-state.js";
import { onChainConfig } from "./on-chain-config.js";

/**
 * In internal gas units, of which `gasUnitScalingFactor` make one of a transaction's, where not
 * said otherwise.
 */
export interface GasConstants {
  readonly globalMemoryPerByteCost: bigint;
  readonly globalMemoryPerByteWriteCost: bigint;
  readonly minTransactionGasUnits: bigint;
  /** Bytes above which a transaction pays for each further one. */
  readonly largeTransactionCutoff: bigint;
  readonly intrinsicGasPerByte: bigint;
  /** In units of transactions. */
  readonly maximumNumberOfGasUnits: bigint;
  readonly minPricePerGasUnit: bigint;
  readonly maxPricePerGasUnit: bigint;
  readonly maxTransactionSizeInBytes: bigint;
  readonly gasUnitScalingFactor: bigint;
  readonly defaultAccountSize: bigint;
}

/** Both schedules are BCS vectors of (instruction, cost), which only a VM needs. */
export interface VmConfig {
  readonly instructionSchedule: Uint8Array;
  readonly nativeSchedule: Uint8Array;
  readonly gasConstants: GasConstants;
}

export const vmConfig: Resource<VmConfig> = onChainConfig(
  "DiemVMConfig",
  struct<VmConfig>({
    instructionSchedule: bytes(),
    nativeSchedule: bytes(),
    gasConstants: struct<GasConstants>({
      globalMemoryPerByteCost: u64,
      globalMemoryPerByteWriteCost: u64,
      minTransactionGasUnits: u64,
      largeTransactionCutoff: u64,
      intrinsicGasPerByte: u64,
      maximumNumberOfGasUnits: u64,
      minPricePerGasUnit: u64,
      maxPricePerGasUnit: u64,
      maxTransactionSizeInBytes: u64,
      gasUnitScalingFactor: u64,
      defaultAccountSize: u64,
    }),
  }),
);

export const readVmConfig = (state: AccountState): VmConfig | undefined => readResource(state, vmConfig);
