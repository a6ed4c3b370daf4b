/**
 * `0x1::DiemSystem`, the validators as the chain keeps them. Sources:
 * types/src/on_chain_config/validator_set.rs, types/src/{validator_info,validator_config}.rs.
 */
import { bytes, struct, u8, u64, vector } from "@pdiem/light-client/codec/bcs";
import { type AccountAddress, accountAddress } from "@pdiem/light-client/diem/address/account-address";
import { type AccountState, type Resource, readResource } from "@pdiem/light-client/diem/state/account-state";
import { onChainConfig } from "@pdiem/light-client/diem/state/resources/on-chain-config";

export interface ValidatorConfig {
  /** 32 bytes of Ed25519. */
  readonly consensusPublicKey: Uint8Array;
  readonly validatorNetworkAddresses: Uint8Array;
  readonly fullnodeNetworkAddresses: Uint8Array;
}

export interface ValidatorInfo {
  readonly address: AccountAddress;
  readonly votingPower: bigint;
  readonly config: ValidatorConfig;
  /** Microseconds. */
  readonly lastConfigUpdateTime: bigint;
}

export interface ValidatorSet {
  /** 0: Ed25519. */
  readonly scheme: number;
  readonly validators: readonly ValidatorInfo[];
}

const validatorInfo = struct<ValidatorInfo>({
  address: accountAddress,
  votingPower: u64,
  config: struct<ValidatorConfig>({
    consensusPublicKey: bytes(),
    validatorNetworkAddresses: bytes(),
    fullnodeNetworkAddresses: bytes(),
  }),
  lastConfigUpdateTime: u64,
});

export const validatorSet: Resource<ValidatorSet> = onChainConfig(
  "DiemSystem",
  struct<ValidatorSet>({ scheme: u8, validators: vector(validatorInfo) }),
);

export const readValidatorSet = (state: AccountState): ValidatorSet | undefined => readResource(state, validatorSet);
