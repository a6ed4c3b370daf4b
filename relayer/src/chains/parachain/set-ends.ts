import type { FinalityStep } from "@pdiem/bridge/facts/proof-bundle";
import { decode } from "@pdiem/light-client/codec/scale";
import { finalityProof } from "@pdiem/light-client/polkadot/finality/finality-proof";
import { header as headerCodec } from "@pdiem/light-client/polkadot/finality/header";
import { setChange } from "@pdiem/light-client/polkadot/finality/set-change";
import { headerOf, proveFinality } from "./substrate-node.js";
import type { SubstrateCall } from "./substrate-rpc.js";

/**
 * Collects the steps over the last blocks of the authority sets between two blocks, oldest first:
 * what a light client needs that lags behind. Not verified here, as the authorities at `from`
 * aren't known: who lags verifies them.
 * @param max the longest list to return; the rest is asked for again from where it ends
 */
export const collectSetEnds = async (
  call: SubstrateCall,
  from: number,
  to: number,
  max: number,
): Promise<readonly FinalityStep[]> => {
  const steps: FinalityStep[] = [];
  for (let at = from; at < to && steps.length < max; ) {
    const proof = await proveFinality(call, at + 1);
    if (proof === undefined) break;
    const { block, unknownHeaders } = decode(finalityProof, proof);
    const known = unknownHeaders.at(-1);
    const fetched = known === undefined ? await headerOf(call, block) : undefined;
    const target = known ?? (fetched === undefined ? undefined : decode(headerCodec, fetched.encoded));
    if (target === undefined) break;
    const announces = [...unknownHeaders, target].some((one) => setChange(one) !== undefined);
    if (!announces) break;
    steps.push({ proof, header: fetched?.encoded });
    at = Math.max(at + 1, target.number);
  }
  return steps;
};
