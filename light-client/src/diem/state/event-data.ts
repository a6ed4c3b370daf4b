/**
 * What the framework's events hold. Sources: types/src/account_config/events/*.rs,
 * types/src/block_metadata.rs.
 */
import { equal } from "../../bytes.js";
import { bool, bytes, type Codec, decode, encode, string, struct, u64, vector } from "../../codec/bcs.js";
import { DecodeError } from "../../error.js";
import { type AccountAddress, accountAddress } from "../address/account-address.js";
import { coreStruct, structType, type TypeTag, typeTag } from "../transactions/type-tag.js";
import { type ContractEvent, eventKeyCreator } from "./event.js";

/** A kind of event: its type and the layout of its data. */
export interface EventKind<T> {
  readonly typeTag: TypeTag;
  readonly codec: Codec<T>;
}

/** Amounts are in smallest units, times in seconds unless named otherwise. */
export interface SentPayment {
  readonly amount: bigint;
  readonly currencyCode: string;
  readonly payee: AccountAddress;
  readonly metadata: Uint8Array;
}

export interface ReceivedPayment {
  readonly amount: bigint;
  readonly currencyCode: string;
  readonly payer: AccountAddress;
  readonly metadata: Uint8Array;
}

export interface CreateAccount {
  readonly created: AccountAddress;
  readonly roleId: bigint;
}

export interface NewBlock {
  readonly round: bigint;
  readonly proposer: AccountAddress;
  readonly previousBlockVotes: readonly AccountAddress[];
  readonly timeMicroseconds: bigint;
}

export interface ReceivedMint {
  readonly currencyCode: string;
  readonly destinationAddress: AccountAddress;
  readonly amount: bigint;
}

export interface Mint {
  readonly amount: bigint;
  readonly currencyCode: string;
}

/** Data of a burn, preburn or cancelled burn. */
export interface Burn extends Mint {
  readonly preburnAddress: AccountAddress;
}

const coreEvent = <T>(module: string, name: string, codec: Codec<T>): EventKind<T> => ({
  typeTag: structType(coreStruct(module, name)),
  codec,
});

const burn = struct<Burn>({ amount: u64, currencyCode: string, preburnAddress: accountAddress });

export const sentPaymentEvent = coreEvent(
  "DiemAccount",
  "SentPaymentEvent",
  struct<SentPayment>({ amount: u64, currencyCode: string, payee: accountAddress, metadata: bytes() }),
);

export const receivedPaymentEvent = coreEvent(
  "DiemAccount",
  "ReceivedPaymentEvent",
  struct<ReceivedPayment>({ amount: u64, currencyCode: string, payer: accountAddress, metadata: bytes() }),
);

export const createAccountEvent = coreEvent(
  "DiemAccount",
  "CreateAccountEvent",
  struct<CreateAccount>({ created: accountAddress, roleId: u64 }),
);

export const adminTransactionEvent = coreEvent(
  "DiemAccount",
  "AdminTransactionEvent",
  struct({ committedTimestampSecs: u64 }),
);

export const newEpochEvent = coreEvent("DiemConfig", "NewEpochEvent", struct({ epoch: u64 }));

export const newBlockEvent = coreEvent(
  "DiemBlock",
  "NewBlockEvent",
  struct<NewBlock>({
    round: u64,
    proposer: accountAddress,
    previousBlockVotes: vector(accountAddress),
    timeMicroseconds: u64,
  }),
);

export const receivedMintEvent = coreEvent(
  "DesignatedDealer",
  "ReceivedMintEvent",
  struct<ReceivedMint>({ currencyCode: string, destinationAddress: accountAddress, amount: u64 }),
);

export const mintEvent = coreEvent("Diem", "MintEvent", struct<Mint>({ amount: u64, currencyCode: string }));
export const burnEvent = coreEvent("Diem", "BurnEvent", burn);
export const preburnEvent = coreEvent("Diem", "PreburnEvent", burn);
export const cancelBurnEvent = coreEvent("Diem", "CancelBurnEvent", burn);

/** The rate is fixed point: times 2^32. */
export const exchangeRateUpdateEvent = coreEvent(
  "Diem",
  "ToXDXExchangeRateUpdateEvent",
  struct({ currencyCode: string, newToXdxExchangeRate: u64 }),
);

export const complianceKeyRotationEvent = coreEvent(
  "DualAttestation",
  "ComplianceKeyRotationEvent",
  struct({ newCompliancePublicKey: bytes(), timeRotatedSeconds: u64 }),
);

export const baseUrlRotationEvent = coreEvent(
  "DualAttestation",
  "BaseUrlRotationEvent",
  struct({ newBaseUrl: bytes(), timeRotatedSeconds: u64 }),
);

export const vaspDomainEvent = coreEvent(
  "VASPDomain",
  "VASPDomainEvent",
  struct({ removed: bool, domain: bytes(), address: accountAddress }),
);

export const freezeAccountEvent = coreEvent(
  "AccountFreezing",
  "FreezeAccountEvent",
  struct({ initiatorAddress: accountAddress, frozenAddress: accountAddress }),
);

export const unfreezeAccountEvent = coreEvent(
  "AccountFreezing",
  "UnfreezeAccountEvent",
  struct({ initiatorAddress: accountAddress, unfrozenAddress: accountAddress }),
);

export const isOfKind = <T>(event: ContractEvent, kind: EventKind<T>): boolean =>
  equal(encode(typeTag, event.typeTag), encode(typeTag, kind.typeTag));

/**
 * @throws DecodeError `decode/event-type` for an event of another type, `decode/…` for data of
 * another layout
 */
export const readEvent = <T>(event: ContractEvent, kind: EventKind<T>): T => {
  if (!isOfKind(event, kind)) throw new DecodeError("decode/event-type", "expected an event of another type");
  return decode(kind.codec, event.eventData);
};

/** A payment as either party's stream tells it. */
export interface Payment {
  readonly direction: "sent" | "received";
  readonly payer: AccountAddress;
  readonly payee: AccountAddress;
  /** In smallest units. */
  readonly amount: bigint;
  readonly currency: string;
  readonly metadata: Uint8Array;
}

/**
 * Reads a payment. The stream's owner is taken from the event's key, the other party from its data.
 * @throws DecodeError `decode/event-type` for an event that isn't a payment, `decode/…` for data of
 * another layout
 */
export const readPayment = (event: ContractEvent): Payment => {
  const owner = eventKeyCreator(event.key);
  if (isOfKind(event, receivedPaymentEvent)) {
    const { payer, amount, currencyCode, metadata } = readEvent(event, receivedPaymentEvent);
    return { direction: "received", payer, payee: owner, amount, currency: currencyCode, metadata };
  }
  const { payee, amount, currencyCode, metadata } = readEvent(event, sentPaymentEvent);
  return { direction: "sent", payer: owner, payee, amount, currency: currencyCode, metadata };
};
