/** An extrinsic that uses certain types, never to be submitted. */
import { concat } from "@pdiem/light-client/bytes";
import { bytes, encode } from "@pdiem/light-client/codec/scale";
import { CALL_SIGNATURES } from "@pdiem/light-client/polkadot/extrinsics/call-signature";
import type { CallName } from "@pdiem/light-client/polkadot/extrinsics/extrinsic-format";
import type { RuntimeTypes } from "./runtime-types.js";
import { type Choices, sampleBatch, sampleCall, sampleValue } from "./sample-value.js";

export interface ProofSubjects {
  /** The name of the pallet that holds the bridge's assets. */
  readonly assetsPallet: string;
  /** What stands in batches; `batchAll` itself is always proven. */
  readonly calls: readonly Exclude<CallName, "batchAll">[];
  /** Eras of this period are proven for every birth block. */
  readonly mortalPeriod: number;
}

export interface SampleExtrinsic {
  /** With its length in front. */
  readonly extrinsic: Uint8Array;
  /** What its extensions sign beside it. */
  readonly implicit: Uint8Array;
}

const SIGNED_V4 = Uint8Array.of(0x84);

/**
 * @param era the era's first byte
 * @throws RpcError `rpc/metadata` if the runtime lacks one of the calls
 */
export const sampleExtrinsic = (
  types: RuntimeTypes,
  { assetsPallet, calls }: ProofSubjects,
  era: number,
): SampleExtrinsic => {
  // Whatever can be left out is left out, but the metadata hash.
  const choices: Choices = {
    MultiAddress: "Id",
    MultiSignature: "Ed25519",
    Era: `Mortal${era}`,
    Mode: "Enabled",
    Option: "None",
  };
  const sample = (type: number): Uint8Array => sampleValue(types, type, choices);
  const batched = calls.map((name) => {
    const { pallet, call } = CALL_SIGNATURES[name];
    return sampleCall(types, pallet === "assets" ? assetsPallet : pallet, call, choices);
  });
  const body = concat(
    SIGNED_V4,
    sample(types.address),
    sample(types.signature),
    ...types.extensions.map(({ extra }) => sample(extra)),
    sampleBatch(types, batched),
  );
  const implicit = types.extensions.map((extension) =>
    extension.identifier === "CheckMetadataHash"
      ? sampleValue(types, extension.implicit, { ...choices, Option: "Some" })
      : sample(extension.implicit),
  );
  return { extrinsic: encode(bytes, body).slice(), implicit: concat(...implicit) };
};
