/**
 * Resources that only the framework itself reads. Source: diem/diem
 * language/diem-framework/modules/*.move.
 */

import type { ValidatorConfig } from "@pdiem/chain-formats/diem/state/resources/validator-set";
import { bytes, fixedBytes, option, struct, u64, u128 } from "@pdiem/light-client/codec/bcs";
import { type AccountAddress, accountAddress } from "@pdiem/light-client/diem/address/account-address";
import { coreResource, type Resource } from "@pdiem/light-client/diem/state/account-state";
import { type EventHandle, eventHandle } from "@pdiem/light-client/diem/state/event";
import { coreStruct, currencyType, structType, type TypeTag } from "@pdiem/light-client/diem/transactions/type-tag";

/** A Move struct without fields holds one `false`. */
export const EMPTY_STRUCT = Uint8Array.of(0);

const flag = (module: string, name: string, typeParams: readonly TypeTag[] = []): Resource<Uint8Array> =>
  coreResource(module, name, fixedBytes(1), typeParams);

export interface EventHandleGenerator {
  readonly counter: bigint;
  readonly address: AccountAddress;
}

export const eventHandleGenerator: Resource<EventHandleGenerator> = coreResource(
  "Event",
  "EventHandleGenerator",
  struct<EventHandleGenerator>({ counter: u64, address: accountAddress }),
);

export const slidingNonce = coreResource(
  "SlidingNonce",
  "SlidingNonce",
  struct<{ readonly minNonce: bigint; readonly nonceMask: bigint }>({ minNonce: u64, nonceMask: u128 }),
);

export interface AccountOperationsCapability {
  readonly limitsCapability: Uint8Array;
  readonly creationEvents: EventHandle;
}

export const accountOperationsCapability: Resource<AccountOperationsCapability> = coreResource(
  "DiemAccount",
  "AccountOperationsCapability",
  struct<AccountOperationsCapability>({ limitsCapability: fixedBytes(1), creationEvents: eventHandle }),
);

export const writeSetManager = coreResource(
  "DiemAccount",
  "DiemWriteSetManager",
  struct<{ readonly upgradeEvents: EventHandle }>({ upgradeEvents: eventHandle }),
);

export interface FreezeEventsHolder {
  readonly freezeEvents: EventHandle;
  readonly unfreezeEvents: EventHandle;
}

export const freezeEventsHolder: Resource<FreezeEventsHolder> = coreResource(
  "AccountFreezing",
  "FreezeEventsHolder",
  struct<FreezeEventsHolder>({ freezeEvents: eventHandle, unfreezeEvents: eventHandle }),
);

export interface LimitsDefinition {
  readonly maxInflow: bigint;
  readonly maxOutflow: bigint;
  /** Microseconds. */
  readonly timePeriod: bigint;
  readonly maxHolding: bigint;
}

export const limitsDefinition = (currency: string): Resource<LimitsDefinition> =>
  coreResource(
    "AccountLimits",
    "LimitsDefinition",
    struct<LimitsDefinition>({ maxInflow: u64, maxOutflow: u64, timePeriod: u64, maxHolding: u64 }),
    [currencyType(currency)],
  );

export const transactionFee = (currency: string): Resource<{ readonly balance: bigint; readonly preburn: bigint }> =>
  coreResource("TransactionFee", "TransactionFee", struct({ balance: u64, preburn: u64 }), [currencyType(currency)]);

export const modifyConfigCapability = (config: string): Resource<Uint8Array> =>
  flag("DiemConfig", "ModifyConfigCapability", [structType(coreStruct(config, config))]);
export const systemCapabilityHolder = flag("DiemSystem", "CapabilityHolder");
export const mintCapability = (currency: string): Resource<Uint8Array> =>
  flag("Diem", "MintCapability", [currencyType(currency)]);
export const burnCapability = (currency: string): Resource<Uint8Array> =>
  flag("Diem", "BurnCapability", [currencyType(currency)]);
/** Names the queue. Empty here: nothing is burned on this network. */
export const preburnQueue = (currency: string): Resource<Uint8Array> =>
  flag("Diem", "PreburnQueue", [currencyType(currency)]);
/** Capabilities and an empty basket. */
export const xdxReserve: Resource<Uint8Array> = coreResource("XDX", "Reserve", fixedBytes(10));

export interface ValidatorConfigResource {
  readonly config: ValidatorConfig | undefined;
  readonly operatorAccount: AccountAddress | undefined;
  readonly humanName: Uint8Array;
}

export const validatorConfig: Resource<ValidatorConfigResource> = coreResource(
  "ValidatorConfig",
  "ValidatorConfig",
  struct<ValidatorConfigResource>({
    config: option(
      struct<ValidatorConfig>({
        consensusPublicKey: bytes(),
        validatorNetworkAddresses: bytes(),
        fullnodeNetworkAddresses: bytes(),
      }),
    ),
    operatorAccount: option(accountAddress),
    humanName: bytes(),
  }),
);

export const validatorOperatorConfig = coreResource(
  "ValidatorOperatorConfig",
  "ValidatorOperatorConfig",
  struct<{ readonly humanName: Uint8Array }>({ humanName: bytes() }),
);
