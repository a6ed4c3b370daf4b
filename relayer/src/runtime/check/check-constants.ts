/** Constants that the bridge's configuration must agree with. */
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { isPdiemError } from "@pdiem/light-client/error";
import { blockLimits } from "../block-limits.js";
import type { RuntimeMetadata } from "../runtime-metadata.js";
import { typeText } from "../type-text.js";
import { differs, type Finding, note, ok } from "./finding.js";

/** What of a configuration is compared. */
export type CheckedConfig = Pick<BridgeConfig, "batch" | "genesisCost"> & {
  readonly parachain: Pick<BridgeConfig["parachain"], "assetsPallet" | "mortalPeriod" | "profile">;
};

interface Constant {
  readonly pallet: string;
  readonly name: string;
  /** Encoding, a fixed number of bytes. */
  readonly type: "u16" | "u32" | "u64" | "u128";
  readonly use: string;
  /** Says what is wrong with its value; undefined where nothing is. */
  readonly judge?: (value: bigint, config: CheckedConfig) => string | undefined;
}

const CONSTANTS = (assetsPallet: string): readonly Constant[] => [
  { pallet: "System", name: "SS58Prefix", type: "u16", use: "part of the metadata hash" },
  {
    pallet: "System",
    name: "BlockHashCount",
    type: "u32",
    use: "how long batches may live",
    judge: (value, { parachain }) =>
      value < BigInt(parachain.mortalPeriod)
        ? `batches live for ${parachain.mortalPeriod} blocks, and the runtime forgets a block after ${value}: lower mortalPeriod`
        : undefined,
  },
  {
    pallet: "Utility",
    name: "batched_calls_limit",
    type: "u32",
    use: "how many calls batch_all takes",
    judge: (value, { batch }) =>
      value < BigInt(batch.calls)
        ? `a batch of ${batch.calls} calls reverts: lower batch.calls to ${value}`
        : undefined,
  },
  {
    pallet: assetsPallet,
    name: "ApprovalDeposit",
    type: "u128",
    use: "what the anchor costs the issuer",
    judge: (value, { genesisCost }) =>
      value > genesisCost ? `above genesisCost ${genesisCost}: genesis would be refused too late` : undefined,
  },
  { pallet: "Balances", name: "ExistentialDeposit", type: "u128", use: "what withdrawal accounts must hold first" },
];

const integerOf = (bytes: Uint8Array): bigint => bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);

const checkConstant = (metadata: RuntimeMetadata, constant: Constant, config: CheckedConfig | undefined): Finding => {
  const { pallet, name, type, use, judge } = constant;
  const subject = `${pallet}.${name}`;
  const found = metadata.pallets.find((one) => one.name === pallet)?.constants.find((one) => one.name === name);
  if (found === undefined || typeText(metadata.types, found.type) !== type)
    return note(
      "constants",
      subject,
      found === undefined ? "nothing of that name" : "of another type",
      `not known: ${use}`,
    );
  const value = integerOf(found.value);
  const wrong = config && judge?.(value, config);
  if (wrong !== undefined)
    return differs("constants", subject, { found: value.toString(), expected: use, meaning: wrong });
  return ok("constants", subject, `${value} (${use})`);
};

const checkLimits = (metadata: RuntimeMetadata): Finding => {
  const subject = "System.BlockWeights and BlockLength";
  try {
    const { block, length } = blockLimits(metadata);
    return ok("constants", subject, `${block.refTime / 1_000_000_000n} ms and ${length} bytes a block for users`);
  } catch (error) {
    if (!isPdiemError(error)) throw error;
    return note("constants", subject, error.message, "batches are sized by the configuration and by refusals alone");
  }
};

/** Compares constants. @param config left out where only the runtime is looked at */
export const checkConstants = (
  metadata: RuntimeMetadata,
  assetsPallet: string,
  config: CheckedConfig | undefined,
): readonly Finding[] => [
  ...CONSTANTS(assetsPallet).map((one) => checkConstant(metadata, one, config)),
  checkLimits(metadata),
];
