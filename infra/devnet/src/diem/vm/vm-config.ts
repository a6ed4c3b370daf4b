/**
 * `0x1::DiemVMConfig`: what execution costs. Values as on a network of DiemVersion 3. Source:
 * types/src/on_chain_config/vm_config.rs.
 */
import { bytes, encode, struct, u64, vector } from "@pdiem/light-client/codec/bcs";
import type { Resource } from "@pdiem/light-client/diem/state/account-state";
import { onChainConfig } from "@pdiem/light-client/diem/state/resources/on-chain-config";

interface GasCost {
  readonly instruction: bigint;
  readonly memory: bigint;
}

/** The limits are in units of gas, costs in internal units of which `scalingFactor` make one. */
export interface GasConstants {
  readonly globalMemoryPerByteCost: bigint;
  readonly globalMemoryPerByteWriteCost: bigint;
  readonly minTransactionGasUnits: bigint;
  readonly largeTransactionCutoff: bigint;
  readonly intrinsicGasPerByte: bigint;
  readonly maxGasUnits: bigint;
  readonly minPricePerGasUnit: bigint;
  readonly maxPricePerGasUnit: bigint;
  readonly maxTransactionSize: bigint;
  readonly scalingFactor: bigint;
  readonly defaultAccountSize: bigint;
}

export interface VmConfig {
  /** BCS of a vector of costs. */
  readonly instructionSchedule: Uint8Array;
  readonly nativeSchedule: Uint8Array;
  readonly gasConstants: GasConstants;
}

const schedule = vector(struct<GasCost>({ instruction: u64, memory: u64 }));

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
      maxGasUnits: u64,
      minPricePerGasUnit: u64,
      maxPricePerGasUnit: u64,
      maxTransactionSize: u64,
      scalingFactor: u64,
      defaultAccountSize: u64,
    }),
  }),
);

const costs = (instructions: readonly number[]): Uint8Array =>
  encode(
    schedule,
    instructions.map((instruction) => ({ instruction: BigInt(instruction), memory: 1n })),
  );

// By opcode, from 1 on.
const INSTRUCTIONS = [
  1, 638, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 1, 1, 1, 1132, 2, 2, 1, 1, 1, 1, 1, 1, 3, 2, 2, 1, 2, 1, 1, 1, 1, 1, 1, 2, 1,
  1, 1, 41, 21, 23, 459, 13, 1, 2, 1, 1, 1, 2, 1, 1, 1, 1, 582, 2, 2, 34, 15, 14, 13, 27,
];
const NATIVES = [21, 64, 61, 3351, 181, 98, 84, 1334, 1902, 53, 227, 572, 1436, 26, 353, 24, 212, 52];

export const GENESIS_GAS_CONSTANTS: GasConstants = {
  globalMemoryPerByteCost: 4n,
  globalMemoryPerByteWriteCost: 9n,
  minTransactionGasUnits: 600n,
  largeTransactionCutoff: 600n,
  intrinsicGasPerByte: 8n,
  maxGasUnits: 4_000_000n,
  minPricePerGasUnit: 0n,
  maxPricePerGasUnit: 10_000n,
  maxTransactionSize: 4_096n,
  scalingFactor: 1_000n,
  defaultAccountSize: 800n,
};

export const GENESIS_VM_CONFIG: VmConfig = {
  instructionSchedule: costs(INSTRUCTIONS),
  nativeSchedule: costs(NATIVES),
  gasConstants: GENESIS_GAS_CONSTANTS,
};
