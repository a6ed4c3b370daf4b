import { concat, utf8 } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import { blake2b256 } from "@pdiem/light-client/crypto/blake2b";
import { type Ledger, ledger as ledgerCodec } from "./ledger.js";

const TAG = utf8("pdiem/anchor/v2");

/**
 * Gives the account id that stands for a ledger. When the bridge's issuer has approved it, that
 * ledger is in force. Nobody holds a key to it.
 * @param bridgeId 32 bytes, so that no other bridge's ledger has this anchor
 */
export const anchorOf = (bridgeId: Uint8Array, ledger: Ledger): Uint8Array =>
  blake2b256(concat(TAG, bridgeId, encode(ledgerCodec, ledger)));
