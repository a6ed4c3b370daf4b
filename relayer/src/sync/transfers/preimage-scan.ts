/**
 * Withdrawal accounts that people told the chain of: the preimage in a `system.remark`, next to the transfer. Whatever
 * wallet, proxy or multisig made the extrinsic, the remark stands in it as bytes, so no runtime's metadata is needed. Its call
 * index has moved between runtimes: the pallet's alone is looked for, so that none is missed while no profile tells the new one.
 */
import { type WithdrawalPreimage, withdrawalAccount, withdrawalPreimage } from "@pdiem/bridge/withdrawal/addresses";
import { decode } from "@pdiem/light-client/codec/bcs";
import { isPdiemError } from "@pdiem/light-client/error";
import type { ChainProfile } from "@pdiem/light-client/polkadot/extrinsics/chain-profile";

/** Of a preimage: payee, with or without its subaddress, with or without a refund account. */
const LENGTHS = [18, 26, 50, 58];
/** Each costs a hash and a search; an extrinsic with more transfers than this has told of enough. */
const MAX_CANDIDATES = 64;

const tryDecode = (encoded: Uint8Array): WithdrawalPreimage | undefined => {
  try {
    return decode(withdrawalPreimage, encoded);
  } catch (error) {
    if (isPdiemError(error)) return undefined;
    throw error;
  }
};

/**
 * Preimages remarked in an extrinsic that names the withdrawal account of each as well, as its transfer does.
 * @param extrinsic whatever it is
 */
export const preimagesIn = (
  { calls }: ChainProfile,
  bridgeId: Uint8Array,
  extrinsic: Uint8Array,
): readonly WithdrawalPreimage[] => {
  const bytes = Buffer.from(extrinsic.buffer, extrinsic.byteOffset, extrinsic.length);
  const [system] = calls.remark;
  const found: WithdrawalPreimage[] = [];
  let candidates = 0;
  for (let at = bytes.indexOf(system); at >= 0 && candidates < MAX_CANDIDATES; at = bytes.indexOf(system, at + 1)) {
    const start = at + calls.remark.length + 1;
    const length = (bytes[start - 1] ?? 0) >> 2;
    // Compact lengths below 64 are one byte whose low bits are zero.
    if (!LENGTHS.includes(length) || bytes[start - 1] !== length << 2) continue;
    const preimage = tryDecode(Uint8Array.from(bytes.subarray(start, start + length)));
    if (preimage === undefined) continue;
    candidates += 1;
    if (bytes.includes(Buffer.from(withdrawalAccount(bridgeId, preimage)))) found.push(preimage);
  }
  return found;
};
