/**
 * All that can be asked of an enclave: one route a verb. Server, client and both sides' types are
 * made from this table.
 *
 * Bodies are BCS, `application/octet-stream`; the path has their version. What isn't status 200 has
 * an `ErrorBody` as JSON. Nothing here is secret and nothing needs to be kept. What is signed
 * follows from the key, the configuration and proven chain state, so asking again is always safe.
 */
import { type Codec, type Decoded, unit } from "@pdiem/light-client/codec/bcs";
import * as ceremony from "./wire/ceremony.js";
import * as handover from "./wire/handover.js";
import * as identity from "./wire/identity.js";
import * as proving from "./wire/proving.js";
import * as repair from "./wire/repair.js";
import * as signing from "./wire/signing.js";

export interface Route<Request, Response> {
  readonly method: "GET" | "POST";
  readonly path: `/v2/${string}`;
  readonly request: Codec<Request>;
  readonly response: Codec<Response>;
  /** The most bytes of each body. */
  readonly maxRequest: number;
  readonly maxResponse: number;
}

export const CONTENT_TYPE = "application/octet-stream";

const KIB = 1024;
const MIB = 1024 * KIB;

/** Proofs for a batch that fills half a block stay well below. */
const WITH_PROOFS = 16 * MIB;
/** A configuration names all of the relay chain's authorities. */
const WITH_CONFIG = 8 * MIB;
const WITH_EVIDENCE = 8 * MIB;
const WITH_BATCH = 8 * MIB + 64 * KIB;
const SMALL = 64 * KIB;

const post = <Request, Response>(
  path: Route<Request, Response>["path"],
  [request, maxRequest]: readonly [Codec<Request>, number],
  [response, maxResponse]: readonly [Codec<Response>, number],
): Route<Request, Response> => ({ method: "POST", path, request, response, maxRequest, maxResponse });

const table = {
  /**
   * Answered by every enclave; all others but `activate`, `ceremonyBegin` and `handoverReceive`
   * want one with a role.
   */
  status: { ...post("/v2/status", [unit, 0], [identity.statusResponse, SMALL]), method: "GET" },
  /**
   * Opens the sealed key for a configuration, or makes one where the machine holds none. Repeating
   * it is harmless.
   */
  activate: post("/v2/activate", [identity.activateRequest, WITH_CONFIG], [identity.activateResponse, WITH_EVIDENCE]),
  /**
   * Moves the light clients forward; nothing is signed. What is known already is accepted and
   * changes nothing.
   */
  advance: post("/v2/advance", [proving.advanceRequest, WITH_PROOFS], [proving.advanceResponse, SMALL]),
  /** Lets the light clients begin again from the configuration's roots. Key and checkpoint stay. */
  reset: post("/v2/reset", [unit, 0], [proving.advanceResponse, SMALL]),
  /**
   * Shows checkpoints. Nothing is signed for times later than 14 days after the one that is kept,
   * less `maxSkew`.
   */
  checkpoint: post("/v2/checkpoint", [proving.checkpointRequest, WITH_PROOFS], [proving.checkpointResponse, SMALL]),
  /**
   * Asks for the first batch. Whoever gets it simulates it: failing on chain would spend nonce 0
   * for good.
   */
  genesis: post("/v2/genesis", [signing.genesisRequest, WITH_PROOFS], [signing.signedBatch, WITH_BATCH]),
  /** Asks for the one next batch that proven state permits. */
  settle: post("/v2/settle", [signing.settleRequest, WITH_PROOFS], [signing.signedBatch, WITH_BATCH]),
  /** Asks for a batch that takes up a decision, or evidence of misbehaviour, and nothing else. */
  decide: post("/v2/decide", [signing.decideRequest, WITH_PROOFS], [signing.signedBatch, WITH_BATCH]),
  /** Asks for the payments of releases within the window of custody's sequence numbers. */
  payout: post("/v2/payout", [signing.payoutRequest, WITH_PROOFS], [signing.payoutResponse, WITH_BATCH]),
  /** Asks a holder of a share to commit to nonces: the first round of every signature. */
  commit: post("/v2/commit", [signing.commitRequest, SMALL], [signing.commitResponse, SMALL]),
  ceremonyBegin: post("/v2/ceremony/begin", [ceremony.beginRequest, WITH_CONFIG], [ceremony.beginResponse, SMALL]),
  ceremonyRoll: post("/v2/ceremony/roll", [ceremony.rollRequest, SMALL], [ceremony.rollResponse, WITH_EVIDENCE]),
  ceremonyBoxes: post("/v2/ceremony/boxes", [ceremony.boxesRequest, WITH_PROOFS], [ceremony.boxesResponse, SMALL]),
  ceremonyFinish: post("/v2/ceremony/finish", [ceremony.finishRequest, SMALL], [identity.holder, SMALL]),
  ceremonyReceipts: post(
    "/v2/ceremony/receipts",
    [ceremony.receiptsRequest, WITH_PROOFS],
    [ceremony.receiptsResponse, SMALL],
  ),
  handoverChallenge: post("/v2/handover/challenge", [unit, 0], [handover.handoverChallenge, SMALL]),
  handoverReceive: post(
    "/v2/handover/receive",
    [handover.receiveRequest, WITH_CONFIG],
    [handover.receiveResponse, WITH_EVIDENCE],
  ),
  handoverNonce: post("/v2/handover/nonce", [handover.nonceRequest, SMALL], [handover.nonceResponse, SMALL]),
  handoverRelease: post(
    "/v2/handover/release",
    [handover.releaseRequest, WITH_PROOFS],
    [handover.releaseResponse, SMALL],
  ),
  handoverAccept: post("/v2/handover/accept", [handover.acceptRequest, WITH_PROOFS], [identity.holder, SMALL]),
  handoverReceipt: post(
    "/v2/handover/receipt",
    [handover.receiptRequest, WITH_PROOFS],
    [handover.receiptResponse, SMALL],
  ),
  repairSplit: post("/v2/repair/split", [repair.splitRequest, WITH_PROOFS], [repair.splitResponse, SMALL]),
  repairSum: post("/v2/repair/sum", [repair.sumRequest, WITH_PROOFS], [repair.sumResponse, SMALL]),
  repairAccept: post("/v2/repair/accept", [repair.acceptRequest, WITH_PROOFS], [identity.holder, SMALL]),
} as const;

export type RouteName = keyof typeof table;
export type RequestOf<R extends RouteName> = Decoded<(typeof table)[R]["request"]>;
export type ResponseOf<R extends RouteName> = Decoded<(typeof table)[R]["response"]>;

export const routes: { readonly [R in RouteName]: Route<RequestOf<R>, ResponseOf<R>> } = table;

/** All routes' names, in the table's order. */
export const ROUTE_NAMES = Object.keys(table) as readonly RouteName[];

/**
 * The body of every answer that isn't 200. The status tells what is wrong:
 * - 401: not let in; 404, 405, 408, 413, 415 and 431: as HTTP has them; 400: not understood;
 * - 422: not proven;
 * - 409: understood and perhaps proven, but not allowed, or not now;
 * - 503: too much at once; 500: a fault of the enclave or its machine.
 *
 * Codes are stable; `retry` is explained in `@pdiem/light-client/error`.
 */
export interface ErrorBody {
  readonly code: string;
  readonly message: string;
  readonly retry: "never" | "later" | "backoff";
}
