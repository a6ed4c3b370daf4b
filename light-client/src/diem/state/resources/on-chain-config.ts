/**
 * `0x1::DiemConfig`, at `0xA550C18`: the network's settings, each as the payload of a
 * `DiemConfig<0x1::X::X>`. Sources: types/src/on_chain_config/*.rs.
 */
import { bool, type Codec, sizedBytes, string, struct, u64, vector } from "../../../codec/bcs.js";
import { coreStruct, structType } from "../../transactions/type-tag.js";
import { type AccountState, coreResource, type Resource, readResource } from "../account-state.js";
import { type EventHandle, eventHandle } from "../event.js";

/** Configuration of the whole network: changes with every reconfiguration. */
export interface Configuration {
  readonly epoch: bigint;
  /** Microseconds. */
  readonly lastReconfigurationTime: bigint;
  readonly events: EventHandle;
}

export interface DiemVersion {
  readonly major: bigint;
}

export interface RegisteredCurrencies {
  /** In the order of their registration. */
  readonly currencyCodes: readonly string[];
}

export interface TransactionPublishingOption {
  /** SHA3-256 of scripts that anyone may send; empty: all. */
  readonly scriptAllowList: readonly Uint8Array[];
  readonly modulePublishingAllowed: boolean;
}

export const configuration: Resource<Configuration> = coreResource(
  "DiemConfig",
  "Configuration",
  struct<Configuration>({ epoch: u64, lastReconfigurationTime: u64, events: eventHandle }),
);

/** Names `DiemConfig<0x1::name::name>` */
export const onChainConfig = <T>(name: string, payload: Codec<T>): Resource<T> =>
  coreResource("DiemConfig", "DiemConfig", payload, [structType(coreStruct(name, name))]);

export const diemVersion: Resource<DiemVersion> = onChainConfig("DiemVersion", struct<DiemVersion>({ major: u64 }));

export const registeredCurrencies: Resource<RegisteredCurrencies> = onChainConfig(
  "RegisteredCurrencies",
  struct<RegisteredCurrencies>({ currencyCodes: vector(string) }),
);

export const transactionPublishingOption: Resource<TransactionPublishingOption> = onChainConfig(
  "DiemTransactionPublishingOption",
  struct<TransactionPublishingOption>({ scriptAllowList: vector(sizedBytes(32)), modulePublishingAllowed: bool }),
);

export const readConfiguration = (state: AccountState): Configuration | undefined => readResource(state, configuration);

/**
 * Reads DiemVersion: from 2 on script functions may be sent, from 3 on transactions of several
 * signers.
 */
export const readDiemVersion = (state: AccountState): bigint | undefined => readResource(state, diemVersion)?.major;

/** Lists codes in the order of their registration. */
export const readRegisteredCurrencies = (state: AccountState): readonly string[] | undefined =>
  readResource(state, registeredCurrencies)?.currencyCodes;

export const readTransactionPublishingOption = (state: AccountState): TransactionPublishingOption | undefined =>
  readResource(state, transactionPublishingOption);
