/** Methods about streams of events. Source: diem/diem json-rpc/src/methods.rs. */
import { toHex } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import { hashEventAccumulatorNode } from "@pdiem/light-client/diem/hashing";
import { eventWithProof } from "@pdiem/light-client/diem/proofs/event-proof";
import { contractEventHash, type EventKey } from "@pdiem/light-client/diem/state/event";
import type { EventPlace } from "../../state/ledger-index.js";
import { createMerkleAccumulator } from "../../state/merkle-accumulator.js";
import type { Json } from "../json-writer.js";
import { eventKeyParam, optional, u64Param } from "../params.js";
import { serverError } from "../rpc-error.js";
import { knownVersion, page, pageSize, type Snapshot } from "../snapshot.js";
import { eventView } from "../views/event-view.js";
import { type Method, method } from "./method.js";

const placesOf = ({ store, version }: Snapshot, key: EventKey): readonly EventPlace[] => {
  const places = store.eventPlaces(key);
  const last = places.findLastIndex((place) => place.version <= version);
  return last + 1 === places.length ? places : places.slice(0, last + 1);
};

const placesAsked = (
  snapshot: Snapshot,
  params: { readonly key: EventKey; readonly start: bigint; readonly limit: bigint },
): readonly EventPlace[] => {
  const limit = pageSize(params.limit);
  if (limit === 0) throw serverError("limit should > 0, got 0");
  const places = placesOf(snapshot, params.key);
  return page(params.start, limit, places.length).flatMap((i) => places[i] ?? []);
};

const eventAt = ({ store }: Snapshot, { version, index }: EventPlace) => {
  const event = store.eventsAt(version)[index];
  if (event === undefined) throw new Error(`expected an event ${index} at version ${version}`);
  return event;
};

const proved = (snapshot: Snapshot, place: EventPlace): Json => {
  const { store, version: ledgerVersion } = snapshot;
  const { version, index } = place;
  const events = createMerkleAccumulator(hashEventAccumulatorNode);
  for (const event of store.eventsAt(version)) events.append(contractEventHash(event));
  const encoded = encode(eventWithProof, {
    transactionVersion: BigInt(version),
    eventIndex: BigInt(index),
    event: eventAt(snapshot, place),
    proof: {
      transactionInfoWithProof: {
        ledgerInfoToTransactionInfoProof: { siblings: store.accumulator.inclusion(version, ledgerVersion + 1) },
        transactionInfo: store.infoAt(version),
      },
      transactionInfoToEventProof: { siblings: events.inclusion(index, events.size()) },
    },
  });
  return { event_with_proof: toHex(encoded) };
};

const PAGE = { key: eventKeyParam, start: u64Param, limit: u64Param };

export const eventMethods: readonly (readonly [string, Method])[] = [
  method("get_events", PAGE, (snapshot, params) =>
    placesAsked(snapshot, params).map((place) => eventView(eventAt(snapshot, place), place.version)),
  ),
  method("get_events_with_proofs", PAGE, (snapshot, params) =>
    placesAsked(snapshot, params).map((place) => proved(snapshot, place)),
  ),
  method("get_event_by_version_with_proof", { key: eventKeyParam, version: optional(u64Param) }, (snapshot, params) => {
    const version = knownVersion(snapshot, "version", params.version);
    const places = placesOf(snapshot, params.key);
    const after = places.findIndex((place) => place.version > version);
    const lower = after < 0 ? places.at(-1) : places[after - 1];
    const upper = places[after];
    return {
      lower_bound_incl: lower === undefined ? undefined : proved(snapshot, lower),
      upper_bound_excl: upper === undefined ? undefined : proved(snapshot, upper),
    };
  }),
];
