import { toHex } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import type { AccountAddress } from "@pdiem/light-client/diem/address/account-address";
import { type AccountState, withResource } from "@pdiem/light-client/diem/state/account-state";
import { type ContractEvent, type EventKey, eventKeyOf } from "@pdiem/light-client/diem/state/event";
import { receivedPaymentEvent, sentPaymentEvent } from "@pdiem/light-client/diem/state/event-data";
import { freezingBit } from "@pdiem/light-client/diem/state/resources/account-freezing";
import { chainId } from "@pdiem/light-client/diem/state/resources/chain";
import { currencyInfo } from "@pdiem/light-client/diem/state/resources/currency-info";
import { balance, type DiemAccount, diemAccount } from "@pdiem/light-client/diem/state/resources/diem-account";
import { dualAttestationLimit } from "@pdiem/light-client/diem/state/resources/dual-attestation";
import { diemVersion, registeredCurrencies } from "@pdiem/light-client/diem/state/resources/on-chain-config";
import { childVasp, parentVasp } from "@pdiem/light-client/diem/state/resources/vasp";
import { type GasConstants, vmConfig } from "@pdiem/light-client/diem/state/resources/vm-config";
import { ed25519AuthenticationKey } from "@pdiem/light-client/diem/transactions/authentication-key";
import { ProofError } from "@pdiem/light-client/error";
import type { DiemFacts, ProvenEvent } from "../facts/facts.js";
import { DIEM_ROOT } from "../withdrawal/payable.js";
import { exampleConfig, ISSUER } from "./config.js";

/** Describes a test's Diem account; a designated dealer unless it is given a VASP's resources. */
export interface AccountTraits {
  readonly balances?: Readonly<Record<string, bigint>>;
  readonly frozen?: boolean;
  readonly vasp?: "parent" | { readonly childOf: AccountAddress };
  readonly account?: Partial<DiemAccount>;
}

export const accountStateOf = (address: AccountAddress, traits: AccountTraits): AccountState => {
  const { balances = { XUS: 0n, XDX: 0n }, frozen = false, vasp, account } = traits;
  let state = withResource([], diemAccount, {
    authenticationKey: ed25519AuthenticationKey(address),
    withdrawCapability: address,
    keyRotationCapability: address,
    receivedEvents: { count: 0n, key: eventKeyOf(2n, address) },
    sentEvents: { count: 0n, key: eventKeyOf(3n, address) },
    sequenceNumber: 0n,
    ...account,
  });
  state = withResource(state, freezingBit, { isFrozen: frozen });
  for (const [code, coin] of Object.entries(balances)) state = withResource(state, balance(code), { coin });
  if (vasp === "parent") return withResource(state, parentVasp, { numChildren: 0n });
  return vasp === undefined ? state : withResource(state, childVasp, { parentVaspAddress: vasp.childOf });
};

const GAS: GasConstants = {
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

const noEvents = { count: 0n, key: eventKeyOf(0n, DIEM_ROOT) };

/**
 * Makes the network's own account, with dual attestation from `limit` micro XDX on.
 * @param rate every currency's to XDX, times 2^32
 */
export const rootState = (
  limit: bigint,
  codes: readonly string[] = ["XUS", "XDX"],
  rate: bigint = 1n << 32n,
  gas: Partial<GasConstants> = {},
): AccountState => {
  let state = withResource([], chainId, { id: exampleConfig.diem.chainId });
  state = withResource(state, diemVersion, { major: 3n });
  state = withResource(state, dualAttestationLimit, { microXdxLimit: limit });
  state = withResource(state, registeredCurrencies, { currencyCodes: codes });
  state = withResource(state, vmConfig, {
    instructionSchedule: new Uint8Array(),
    nativeSchedule: new Uint8Array(),
    gasConstants: { ...GAS, ...gas },
  });
  for (const code of codes)
    state = withResource(state, currencyInfo(code), {
      totalValue: 0n,
      preburnValue: 0n,
      toXdxExchangeRate: rate,
      isSynthetic: false,
      scalingFactor: 1_000_000n,
      fractionalPart: 100n,
      currencyCode: code,
      canMint: true,
      mintEvents: noEvents,
      burnEvents: noEvents,
      preburnEvents: noEvents,
      cancelBurnEvents: noEvents,
      exchangeRateUpdateEvents: noEvents,
    });
  return state;
};

export interface TestPayment {
  readonly currency: string;
  readonly amount: bigint;
  /** Payer of a received payment, payee of a sent one. */
  readonly other: AccountAddress;
  readonly metadata: Uint8Array;
  readonly version: bigint;
}

/** A Diem ledger without proofs, for tests of what is done with facts. */
export interface DiemWorld {
  time: bigint;
  custody: AccountTraits;
  readonly others: Map<string, AccountState>;
  readonly received: TestPayment[];
  readonly sent: TestPayment[];
  /** Changes an account other than custody. */
  readonly setAccount: (address: AccountAddress, traits: AccountTraits | undefined) => void;
  readonly custodyState: () => AccountState;
  readonly eventsOf: () => readonly ProvenEvent[];
  readonly facts: () => DiemFacts;
}

export const CUSTODY = exampleConfig.diem.custody;
export const RECEIVED_KEY: EventKey = eventKeyOf(2n, CUSTODY);
export const SENT_KEY: EventKey = eventKeyOf(3n, CUSTODY);
export const DUAL_ATTESTATION_LIMIT = 1_000_000n;
/** Custody's sequence number at genesis: that of release 0. */
export const START_SEQUENCE = 7n;

const receivedEvent = ({ currency, amount, other, metadata }: TestPayment, sequenceNumber: bigint): ContractEvent => ({
  key: RECEIVED_KEY,
  sequenceNumber,
  typeTag: receivedPaymentEvent.typeTag,
  eventData: encode(receivedPaymentEvent.codec, { amount, currencyCode: currency, payer: other, metadata }),
});

const sentEvent = ({ currency, amount, other, metadata }: TestPayment, sequenceNumber: bigint): ContractEvent => ({
  key: SENT_KEY,
  sequenceNumber,
  typeTag: sentPaymentEvent.typeTag,
  eventData: encode(sentPaymentEvent.codec, { amount, currencyCode: currency, payee: other, metadata }),
});

/** Makes a ledger on which custody's account is there, controlled by the enclave's key. */
export const createDiemWorld = (): DiemWorld => {
  const world: DiemWorld = {
    time: 0n,
    custody: {},
    others: new Map([[toHex(DIEM_ROOT), rootState(DUAL_ATTESTATION_LIMIT)]]),
    received: [],
    sent: [],
    setAccount: (address, traits) => {
      if (traits === undefined) world.others.delete(toHex(address));
      else world.others.set(toHex(address), accountStateOf(address, traits));
    },
    custodyState: () =>
      accountStateOf(CUSTODY, {
        ...world.custody,
        account: {
          authenticationKey: ed25519AuthenticationKey(ISSUER),
          receivedEvents: { count: BigInt(world.received.length), key: RECEIVED_KEY },
          sentEvents: { count: BigInt(world.sent.length), key: SENT_KEY },
          sequenceNumber: START_SEQUENCE,
          ...world.custody.account,
        },
      }),
    eventsOf: () => [
      ...world.received.map((payment, i) => ({
        event: receivedEvent(payment, BigInt(i)),
        transactionVersion: payment.version,
      })),
      ...world.sent.map((payment, i) => ({
        event: sentEvent(payment, BigInt(i)),
        transactionVersion: payment.version,
      })),
    ],
    facts: () => {
      const custody = world.custodyState();
      const others = new Map(world.others);
      const events = new Map(
        world.eventsOf().map((proven) => [`${toHex(proven.event.key)}/${proven.event.sequenceNumber}`, proven]),
      );
      return {
        version: 1_000_000n,
        time: world.time,
        account: (address) => (toHex(address) === toHex(CUSTODY) ? custody : others.get(toHex(address))),
        event: (key, sequenceNumber) => {
          const proven = events.get(`${toHex(key)}/${sequenceNumber}`);
          if (proven === undefined) throw new ProofError("proof/not-shown", `no event ${sequenceNumber}`);
          return proven;
        },
      };
    },
  };
  return world;
};
