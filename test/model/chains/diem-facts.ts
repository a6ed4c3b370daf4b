/** What a Diem state proves, straight from the state. */
import type { DiemFacts, ProvenEvent } from "@pdiem/bridge/facts/facts";
import { accountStateOf, CUSTODY, RECEIVED_KEY, rootState, SENT_KEY } from "@pdiem/bridge/testing/diem-world";
import { DIEM_ROOT } from "@pdiem/bridge/withdrawal/payable";
import { equal, fromHex, toHex } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import type { AccountState } from "@pdiem/light-client/diem/state/account-state";
import { receivedPaymentEvent, sentPaymentEvent } from "@pdiem/light-client/diem/state/event-data";
import { ed25519AuthenticationKey } from "@pdiem/light-client/diem/transactions/authentication-key";
import { ProofError } from "@pdiem/light-client/error";
import { CUSTODYS_PARENT, ISSUER } from "../setting.js";
import type { DiemState, PaymentEvent, Traits } from "./diem.js";

const remembered = <K extends object, V>(make: (key: K) => V): ((key: K) => V) => {
  const made = new WeakMap<K, V>();
  return (key) => {
    const value = made.get(key) ?? make(key);
    made.set(key, value);
    return value;
  };
};

const AUTHENTICATION_KEY = ed25519AuthenticationKey(ISSUER);

const custodyState = (state: DiemState): AccountState =>
  accountStateOf(CUSTODY, {
    balances: state.balances,
    frozen: state.isCustodyFrozen,
    vasp: { childOf: CUSTODYS_PARENT },
    account: {
      authenticationKey: AUTHENTICATION_KEY,
      receivedEvents: { count: BigInt(state.received.length), key: RECEIVED_KEY },
      sentEvents: { count: BigInt(state.sent.length), key: SENT_KEY },
      sequenceNumber: state.sequenceNumber,
    },
  });

const roots = new Map<string, AccountState>();
const rootOf = ({ attestationLimit, minGasPrice }: DiemState): AccountState => {
  const name = `${attestationLimit}/${minGasPrice}`;
  const known =
    roots.get(name) ?? rootState(attestationLimit, ["XUS", "XDX"], 1n << 32n, { minPricePerGasUnit: minGasPrice });
  roots.set(name, known);
  return known;
};

const others = new Map<string, AccountState>();
const otherState = (address: string, { isFrozen, currencies, vasp }: Traits): AccountState => {
  const name = `${address}/${isFrozen}/${currencies.join()}`;
  const known = others.get(name);
  if (known !== undefined) return known;
  const made = accountStateOf(fromHex(address), {
    frozen: isFrozen,
    balances: Object.fromEntries(currencies.map((code) => [code, 0n])),
    ...(vasp === undefined ? {} : { vasp }),
  });
  others.set(name, made);
  return made;
};

const received = remembered(({ currency, amount, other, metadata }: PaymentEvent) =>
  encode(receivedPaymentEvent.codec, { amount, currencyCode: currency, payer: other, metadata }),
);
const sent = remembered(({ currency, amount, other, metadata }: PaymentEvent) =>
  encode(sentPaymentEvent.codec, { amount, currencyCode: currency, payee: other, metadata }),
);

const eventAt = (state: DiemState, isSent: boolean, sequenceNumber: bigint): ProvenEvent => {
  const payment = (isSent ? state.sent : state.received)[Number(sequenceNumber)];
  if (payment === undefined) throw new ProofError("proof/not-shown", `expected an event ${sequenceNumber}`);
  const event = isSent
    ? { key: SENT_KEY, sequenceNumber, typeTag: sentPaymentEvent.typeTag, eventData: sent(payment) }
    : { key: RECEIVED_KEY, sequenceNumber, typeTag: receivedPaymentEvent.typeTag, eventData: received(payment) };
  return { event, transactionVersion: payment.version };
};

/** The facts of a state: all that can be asked is shown. */
export const diemFacts: (state: DiemState) => DiemFacts = remembered((state: DiemState) => {
  let custody: AccountState | undefined;
  return {
    version: state.version,
    time: state.time,
    account: (address) => {
      if (equal(address, CUSTODY)) {
        custody ??= custodyState(state);
        return custody;
      }
      if (equal(address, DIEM_ROOT)) return rootOf(state);
      const name = toHex(address);
      const traits = state.accounts.get(name);
      return traits === undefined ? undefined : otherState(name, traits);
    },
    event: (key, sequenceNumber) => eventAt(state, equal(key, SENT_KEY), sequenceNumber),
  };
});
