/**
 * What execution costs at genesis, in `0x1::DiemVMConfig`. Values as on a network of DiemVersion 3.
 * Source: types/src/on_chain_config/vm_config.rs.
 */
import { encode, struct, u64, vector } from "@pdiem/light-client/codec/bcs";
import type { GasConstants, VmConfig } from "@pdiem/light-client/diem/state/resources/vm-config";

interface GasCost {
  readonly instruction: bigint;
  readonly memory: bigint;
}

const schedule = vector(struct<GasCost>({ instruction: u64, memory: u64 }));

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
  maximumNumberOfGasUnits: 4_000_000n,
  minPricePerGasUnit: 0n,
  maxPricePerGasUnit: 10_000n,
  maxTransactionSizeInBytes: 4_096n,
  gasUnitScalingFactor: 1_000n,
  defaultAccountSize: 800n,
};

export const GENESIS_VM_CONFIG: VmConfig = {
  instructionSchedule: costs(INSTRUCTIONS),
  nativeSchedule: costs(NATIVES),
  gasConstants: GENESIS_GAS_CONSTANTS,
};
