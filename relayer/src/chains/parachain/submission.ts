/**
 * What a node says to an extrinsic that it is handed. A hint: what became of it is proven by the
 * parachain's state.
 */
import { endpointName } from "@pdiem/bridge-client/endpoint-name";
import { equal, toHex } from "@pdiem/light-client/bytes";
import { isPdiemError } from "@pdiem/light-client/error";
import { extrinsicHash } from "@pdiem/light-client/polkadot/extrinsics/extrinsic-signer";
import { RpcError } from "../../error.js";
import { type Fault, faultOf } from "../rpc/standing.js";
import { hash32 } from "./substrate-node.js";
import { NodeError, type SubstrateNode } from "./substrate-rpc.js";

export type ExtrinsicAnswer =
  /** In the node's pool now, and not before. */
  | { readonly type: "taken" }
  /** In its pool before, or another of the same nonce is. */
  | { readonly type: "known" }
  /** Its nonce is used. */
  | { readonly type: "used" }
  /** No block holds as much. */
  | { readonly type: "tooLarge"; readonly fault: Fault }
  /** Refused for another reason, or not answered. */
  | { readonly type: "refused"; readonly fault: Fault };

const INVALID = 1010;
const ALREADY_IMPORTED = 1013;
const TOO_LOW_PRIORITY = 1014;
const OUTDATED = /outdated|stale/i;
// As Substrate's nodes word it: the pool's limits on one transaction, the block's, or the server's
// on a request.
const TOO_LARGE = /exhaust|too (?:large|big)|oversized|\b413\b|exceed.*(?:block|weight|length|limit|size)/i;

/** Tells whether a node refuses a batch for its size. @param reason its own words */
export const isTooLargeForNode = (reason: string): boolean => TOO_LARGE.test(reason);

const isRefusedForSize = ({ code, message }: RpcError): boolean => code === "rpc/status" && /got 413\b/.test(message);

/** Tells what an error means; the numbers are Substrate's, of `author_submitExtrinsic`. */
export const answerOf = (error: RpcError): ExtrinsicAnswer => {
  const fault = faultOf(error);
  const { message } = error;
  if (!(error instanceof NodeError)) return { type: isRefusedForSize(error) ? "tooLarge" : "refused", fault };
  const { rpcCode } = error;
  if (rpcCode === ALREADY_IMPORTED || rpcCode === TOO_LOW_PRIORITY) return { type: "known" };
  if (rpcCode === INVALID && OUTDATED.test(message)) return { type: "used" };
  return isTooLargeForNode(message) ? { type: "tooLarge", fault } : { type: "refused", fault };
};

/** Hands an extrinsic to one node, as the bytes that it is. */
export const submitExtrinsic = async (
  { url, call }: SubstrateNode,
  extrinsic: Uint8Array,
): Promise<ExtrinsicAnswer> => {
  try {
    const hash = await call("author_submitExtrinsic", [`0x${toHex(extrinsic)}`], hash32);
    if (equal(hash, extrinsicHash(extrinsic))) return { type: "taken" };
    throw new RpcError(
      "rpc/form",
      `expected ${endpointName(url)} to name the extrinsic that it was handed by its hash`,
      "backoff",
    );
  } catch (error) {
    if (!isPdiemError(error)) throw error;
    return answerOf(error instanceof RpcError ? error : new RpcError(error.code, error.message, "backoff"));
  }
};
