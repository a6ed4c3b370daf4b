/**
 * Withdrawal accounts that people told the chain of: the preimage in a `system.remark`, next to the
 * transfer (PROTOCOL 3). Whatever wallet, proxy or multisig made the extrinsic, the remark stands
 * in it as bytes behind their length. So no runtime's metadata is needed, and none that moves calls
 * hides one.
 */
import {
  type WithdrawalPreimage,
  withdrawalAccount,
  withdrawalPreimage,
} from "@pdiem/bridge/withdrawal/withdrawal-account";
import { toHex } from "@pdiem/light-client/bytes";
import { decode } from "@pdiem/light-client/codec/bcs";
import { isPdiemError } from "@pdiem/light-client/error";

/**
 * Lengths of a preimage without and with a subaddress; as compact integers both are one byte,
 * their quadruple.
 */
const LENGTHS = [49, 57];
/** Where the option of the subaddress has its tag, 0 or 1. */
const TAG = 16;
/** Each costs a hash; an extrinsic with more transfers than this has told of enough. */
const MAX_CANDIDATES = 64;
/** Bytes searched for accounts in one extrinsic, all candidates together. */
const MAX_SEARCHED = 16 * 1024 * 1024;

const tryDecode = (encoded: Uint8Array): WithdrawalPreimage | undefined => {
  try {
    return decode(withdrawalPreimage, encoded);
  } catch (error) {
    if (isPdiemError(error)) return undefined;
    throw error;
  }
};

/** Finds the places of what may be preimages behind their length. */
function* candidatesIn(bytes: Buffer): Generator<WithdrawalPreimage, void, undefined> {
  for (const length of LENGTHS) {
    const prefix = length << 2;
    for (let at = bytes.indexOf(prefix); at >= 0; at = bytes.indexOf(prefix, at + 1)) {
      const start = at + 1;
      if (start + length > bytes.length) break;
      if (bytes[start + TAG] !== LENGTHS.indexOf(length)) continue;
      const preimage = tryDecode(Uint8Array.from(bytes.subarray(start, start + length)));
      if (preimage !== undefined) yield preimage;
    }
  }
}

/**
 * Reads the preimages remarked in an extrinsic that names the withdrawal account of each as well,
 * as its transfer does.
 * @param bridgeId 32 bytes
 * @param extrinsic whatever it is
 */
export const preimagesIn = (bridgeId: Uint8Array, extrinsic: Uint8Array): readonly WithdrawalPreimage[] => {
  const bytes = Buffer.from(extrinsic.buffer, extrinsic.byteOffset, extrinsic.length);
  const most = Math.min(MAX_CANDIDATES, Math.ceil(MAX_SEARCHED / Math.max(1, bytes.length)));
  const found = new Map<string, WithdrawalPreimage>();
  let candidates = 0;
  for (const preimage of candidatesIn(bytes)) {
    if (candidates++ === most) break;
    const account = withdrawalAccount(bridgeId, preimage);
    if (bytes.includes(Buffer.from(account))) found.set(toHex(account), preimage);
  }
  return [...found.values()];
};
