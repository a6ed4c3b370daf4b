/**
 * A payment before script functions came: bytecode compiled by the Diem Core Contributors,
 * Apache-2.0. Source:
 * language/diem-framework/releases/legacy/scripts/peer_to_peer_with_metadata.mv.
 */
import { fromHex } from "../../bytes.js";

/** The name of the script, which is that of the script function too. */
export const PEER_TO_PEER = "peer_to_peer_with_metadata";

export const PEER_TO_PEER_SCRIPT: Uint8Array = fromHex(
  "a11ceb0b010000000701000202020403061004160205181d0735600895011000000001010000020001000003020301010004" +
    "010300010501060c0108000506080005030a020a020005060c05030a020a020109000b4469656d4163636f756e7412576974" +
    "68647261774361706162696c6974791b657874726163745f77697468647261775f6361706162696c697479087061795f6672" +
    "6f6d1b726573746f72655f77697468647261775f6361706162696c6974790000000000000000000000000000000101010401" +
    "0c0b0011000c050e050a010a020b030b0438000b05110202",
);
