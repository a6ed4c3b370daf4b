import { describe, expect, test } from "vitest";
import { fromHex, toHex } from "../../bytes.js";
import { decode, encode } from "../../codec/bcs.js";
import { outcome } from "../../testing/outcome.js";
import { flips } from "../testing/mutations.js";
import { coreStruct, currencyType, structType } from "../transactions/type-tag.js";
import {
  type ContractEvent,
  contractEvent,
  eventKey,
  eventKeyCreationNumber,
  eventKeyCreator,
  eventKeyOf,
} from "./event.js";
import {
  createAccountEvent,
  type EventKind,
  mintEvent,
  readEvent,
  readPayment,
  receivedPaymentEvent,
  sentPaymentEvent,
} from "./event-data.js";

const payer = fromHex("a74fd7c46952c497e75afb0a7932586d");
const payee = fromHex("fdc7595c241eee4c4aaddcc2922c25f5");

const eventOf = <T>(kind: EventKind<T>, owner: Uint8Array, value: T): ContractEvent => ({
  key: eventKeyOf(3n, owner),
  sequenceNumber: 1n,
  typeTag: kind.typeTag,
  eventData: encode(kind.codec, value),
});

const common = { amount: 5_000_000n, currencyCode: "XUS", metadata: Uint8Array.of(1, 0) };
const sent = eventOf(sentPaymentEvent, payer, { ...common, payee });
const received = eventOf(receivedPaymentEvent, payee, { ...common, payer });

describe("an event key", () => {
  test("is the creation number and the owner of the stream", () => {
    const key = eventKeyOf(16n, payer);
    expect(toHex(key)).toBe(`1000000000000000${toHex(payer)}`);
    expect(eventKeyCreationNumber(key)).toBe(16n);
    expect(eventKeyCreator(key)).toEqual(payer);
    expect(outcome(() => decode(eventKey, fromHex(`17${"00".repeat(23)}`)))).toBe("decode/length");
  });
});

describe("an event", () => {
  test("of a payment tells both parties, whichever of their streams it is in", () => {
    const payment = { payer, payee, amount: 5_000_000n, currency: "XUS", metadata: common.metadata };
    expect(readPayment(sent)).toEqual({ direction: "sent", ...payment });
    expect(readPayment(received)).toEqual({ direction: "received", ...payment });
  });

  test("of another type isn't a payment, though its data would do for one", () => {
    for (const typeTag of [
      mintEvent.typeTag,
      currencyType("XUS"),
      structType({ ...coreStruct("DiemAccount", "ReceivedPaymentEvent"), address: payer }),
      structType(coreStruct("DiemAccount", "ReceivedPaymentEvent", [currencyType("XUS")])),
    ])
      expect(outcome(() => readPayment({ ...received, typeTag }))).toBe("decode/event-type");
    expect(outcome(() => readEvent(sent, receivedPaymentEvent))).toBe("decode/event-type");
  });

  test("whose data has another layout is refused", () => {
    const short = { ...received, eventData: received.eventData.subarray(1) };
    const long = { ...received, eventData: Uint8Array.from([...received.eventData, 0]) };
    expect([short, long].map((one) => outcome(() => readPayment(one)))).not.toContain("accepted");
  });

  test("comes back from its encoding, whose version byte must be 0", () => {
    const event = eventOf(createAccountEvent, payer, { created: payee, roleId: 5n });
    const encoded = encode(contractEvent, event);
    expect(encoded[0]).toBe(0);
    expect(decode(contractEvent, encoded)).toEqual(event);
    expect(outcome(() => decode(contractEvent, encoded.with(0, 1)))).toBe("decode/variant");
  });

  test("never throws an untyped error, whatever byte is changed", () => {
    for (const changed of flips(encode(contractEvent, received)))
      expect(outcome(() => readPayment(decode(contractEvent, changed)))).toMatch(/^(accepted|decode\/)/);
  });
});
