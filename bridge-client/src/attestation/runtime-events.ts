/** What a dstack guest has added to RTMR3: https://github.com/Dstack-TEE/dstack, cc-eventlog */

import { asObject, integerField, type JsonObject, textField } from "@pdiem/enclave-verifier/dcap/json-fields";
import { parseUnambiguousJson } from "@pdiem/enclave-verifier/dcap/unambiguous-json";
import { refuseFailures } from "@pdiem/enclave-verifier/refuse-failures";
import { fromHex, toHex, utf8 } from "@pdiem/light-client/bytes";
import { sha384 } from "./sha384.js";

export interface RuntimeEvent {
  /** Such as `compose-hash`, `app-id` or `key-provider`. */
  readonly name: string;
  readonly payload: Uint8Array;
}

export interface RuntimeEvents {
  /** In the order in which they were added. */
  readonly events: readonly RuntimeEvent[];
  /**
   * What they make of the register, lower-case hex: the events are true if evidence has this value.
   */
  readonly rtmr3: string;
}

const RUNTIME_REGISTER = 3;
const REGISTER_LENGTH = 48;
const MAX_BYTES = 4 * 1024 * 1024;
const MAX_EVENTS = 10_000;
const COLON = utf8(":");

const u32 = (value: number): Uint8Array => {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
};

/**
 * The digests that the log gives aren't looked at: only what is hashed here is bound to the
 * register.
 */
const extend = (register: Uint8Array, entry: JsonObject): readonly [RuntimeEvent, Uint8Array] => {
  const type = u32(integerField(entry, "event_type", 0xffff_ffff));
  const name = textField(entry, "event");
  const payload = fromHex(textField(entry, "event_payload"));
  const digest = sha384(type, COLON, utf8(name), COLON, payload);
  return [{ name, payload }, sha384(register, digest)];
};

const replay = (text: string): RuntimeEvents => {
  const log = parseUnambiguousJson(text);
  if (!Array.isArray(log) || log.length > MAX_EVENTS) throw new RangeError(`no list of at most ${MAX_EVENTS} events`);
  const events: RuntimeEvent[] = [];
  let register: Uint8Array = new Uint8Array(REGISTER_LENGTH);
  for (const item of log as readonly unknown[]) {
    const entry = asObject(item, "event");
    if (entry.imr !== RUNTIME_REGISTER) continue;
    const [event, next] = extend(register, entry);
    events.push(event);
    register = next;
  }
  return { events, rtmr3: toHex(register) };
};

/**
 * Replays the event log that dstack's guest agent gives with a quote. It is JSON in UTF-8: a list
 * of `imr`, `event_type`, `event` and `event_payload` in hex. Events of other registers are passed
 * over.
 * @throws EvidenceRefusal `evidence/format-event-log`
 */
export const replayRuntimeEvents = (log: Uint8Array): RuntimeEvents =>
  refuseFailures("format", "event-log", "dstack's event log", () => {
    if (log.length > MAX_BYTES) throw new RangeError(`${log.length} bytes are more than ${MAX_BYTES}`);
    return replay(new TextDecoder("utf-8", { fatal: true }).decode(log));
  });
