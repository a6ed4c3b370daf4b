/** Where refund metadata points to: a place in custody's stream of sent payments. */
import { readPaidRelease } from "@pdiem/bridge/deposit/destination";
import type { EventWithProof } from "@pdiem/light-client/diem/proofs/event-proof";
import type { EventHandle } from "@pdiem/light-client/diem/state/event";
import { readPayment } from "@pdiem/light-client/diem/state/event-data";
import { getEventsWithProofs } from "../chains/diem/calls.js";
import type { DiemClient } from "../chains/diem/client.js";
import { resultOf } from "../chains/diem/json-rpc.js";
import { RpcError } from "../error.js";

export interface ReturnedPayout {
  /** How many of custody's payments stand before the version that the metadata names. */
  readonly paymentsBefore: bigint;
  /** The release paid at that version, if any. */
  readonly release: bigint | undefined;
  /** Numbers of the events next to the version: what proves it. */
  readonly sentEvents: readonly bigint[];
}

const sentEvent = (client: DiemClient, sent: EventHandle, place: bigint): Promise<EventWithProof> =>
  client.run(async (node) => {
    const { answers } = await node.batch([getEventsWithProofs(sent.key, place, 1)]);
    const [event] = resultOf(answers[0]);
    if (event === undefined) throw new RpcError("rpc/withheld", `expected custody's sent event ${place}`, "backoff");
    return event;
  });

/**
 * Finds the first payment that isn't before the version, by halving. Believed of the node: the
 * rules check it.
 */
const firstFrom = async (client: DiemClient, sent: EventHandle, version: bigint): Promise<bigint> => {
  let low = 0n;
  let high = sent.count;
  while (low < high) {
    const middle = (low + high) / 2n;
    const { transactionVersion } = await sentEvent(client, sent, middle);
    if (transactionVersion < version) low = middle + 1n;
    else high = middle;
  }
  return low;
};

const releaseAt = async (
  client: DiemClient,
  sent: EventHandle,
  place: bigint,
  version: bigint,
): Promise<bigint | undefined> => {
  if (place >= sent.count) return undefined;
  const { event, transactionVersion } = await sentEvent(client, sent, place);
  return transactionVersion === version ? readPaidRelease(readPayment(event).metadata) : undefined;
};

/**
 * Finds the release that custody paid at a version. The payments next to it prove that, or that
 * none was.
 */
export const findReturnedPayout = async (
  client: DiemClient,
  sent: EventHandle,
  version: bigint,
): Promise<ReturnedPayout> => {
  const paymentsBefore = await firstFrom(client, sent, version);
  const release = await releaseAt(client, sent, paymentsBefore, version);
  const neighbours = [paymentsBefore - 1n, paymentsBefore];
  return {
    paymentsBefore,
    release,
    sentEvents: neighbours.filter((place) => place >= 0n && place < sent.count),
  };
};
