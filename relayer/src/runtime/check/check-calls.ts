/** The calls that batches consist of, each judged by the rules that the enclave reads it by. */
import { isPdiemError, ProofError } from "@pdiem/light-client/error";
import { CALL_NAMES, CALL_SIGNATURES } from "@pdiem/light-client/polkadot/extrinsics/call-signature";
import type { CallFormat, CallName } from "@pdiem/light-client/polkadot/extrinsics/extrinsic-format";
import { provenCalls } from "@pdiem/light-client/polkadot/extrinsics/proven-calls";
import type { ProvenMetadata } from "@pdiem/light-client/polkadot/metadata/metadata-proof";
import type { ProvenType } from "@pdiem/light-client/polkadot/metadata/type-lookup";
import { innerType, unwrapped } from "@pdiem/light-client/polkadot/metadata/type-shape";
import type { RuntimeMetadata } from "../runtime-metadata.js";
import { typeText } from "../type-text.js";
import { differs, type Finding, ok } from "./finding.js";

const NO_DIGEST = new Uint8Array(32);

/** Metadata as a proof would show it, that vouches for nothing. */
export const asProven = (
  metadata: Pick<RuntimeMetadata, "types" | "address" | "signature" | "call" | "extensions">,
) => {
  const { types, address, signature, call, extensions } = metadata;
  return {
    digest: NO_DIGEST,
    specVersion: 0,
    specName: "",
    types,
    extrinsic: { version: 4, address, call, signature, extensions },
  } satisfies ProvenMetadata;
};

/** The runtime's name of a call, such as `Assets.mint`. */
export const callTitle = (name: CallName, assetsPallet: string): string => {
  const { pallet, call } = CALL_SIGNATURES[name];
  return `${pallet === "assets" ? assetsPallet : pallet}.${call}`;
};

const USE: Readonly<Record<CallName, string>> = {
  remark: "no batch can tell the journal",
  batchAll: "no batch can be made",
  mint: "no deposit can be paid",
  burn: "no withdrawal can be taken",
  transferKeepAlive: "proofs show all calls at once: none can be made",
  approveTransfer: "no batch can set the anchor",
  cancelApproval: "no batch can cancel the anchor before it",
  setTeam: "genesis and changes of the Freezer fail",
  freezeAsset: "proofs show all calls at once: none can be made",
  thawAsset: "a decision can't thaw an asset",
  thaw: "an amnesty can't thaw accounts",
};

/** Leaves nothing but one call, so that the rules judge it alone. */
const alone = (metadata: RuntimeMetadata, pallet: string, call: string): RuntimeMetadata | undefined => {
  const all = innerType(metadata.types, metadata.call);
  const id = unwrapped(metadata.types, metadata.call);
  if (all?.type !== "enum" || typeof id !== "number") return undefined;
  const variants = all.variants.filter(({ name }) => name === pallet);
  const held = variants[0]?.fields[0]?.type;
  const calls = typeof held === "number" ? metadata.types.get(held) : undefined;
  if (typeof held !== "number" || calls?.type !== "enum") return undefined;
  const types = new Map<number, ProvenType>(metadata.types);
  types.set(id, { ...all, variants });
  types.set(held, { ...calls, variants: calls.variants.filter(({ name }) => name === call) });
  return { ...metadata, types };
};

const signatureOf = (metadata: RuntimeMetadata, pallet: string, call: string): string => {
  const calls = metadata.pallets.find(({ name }) => name === pallet)?.calls;
  const found = typeof calls === "number" ? metadata.types.get(calls) : undefined;
  const variant = found?.type === "enum" ? found.variants.find(({ name }) => name === call) : undefined;
  if (variant === undefined) return "no such call";
  const words = variant.fields.map(({ name, type }) => {
    const isCalls = call === "batch_all" && typeof type === "number";
    return `${name}: ${isCalls ? "calls" : typeText(metadata.types, type)}`;
  });
  return `(${words.join(", ")})`;
};

const expectedOf = (name: CallName): string => {
  const words = Object.entries(CALL_SIGNATURES[name].arguments).map(([argument, [, kind]]) => `${argument}: ${kind}`);
  return `(${words.join(", ")})`;
};

const formatOf = (metadata: RuntimeMetadata, name: CallName, assetsPallet: string): CallFormat => {
  const { pallet: kind, call } = CALL_SIGNATURES[name];
  const pallet = kind === "assets" ? assetsPallet : kind;
  const only = alone(metadata, pallet, call);
  const found = only && provenCalls(asProven(only), assetsPallet)[name];
  if (found === undefined) throw new ProofError("proof/metadata-call", "expected such a call");
  return found;
};

/**
 * Finds how a runtime encodes each call that it has as expected.
 * @param assetsPallet name of the assets' pallet
 */
export const callFormats = (
  metadata: RuntimeMetadata,
  assetsPallet: string,
): ReadonlyMap<CallName, CallFormat | string> =>
  new Map(
    CALL_NAMES.map((name): readonly [CallName, CallFormat | string] => {
      try {
        return [name, formatOf(metadata, name, assetsPallet)];
      } catch (error) {
        if (!isPdiemError(error)) throw error;
        return [name, error.message];
      }
    }),
  );

const at = ([pallet, call]: CallFormat["index"]): string => `${pallet}.${call}`;

/** Compares every call that the enclave may write, its arguments and their types. */
export const checkCalls = (metadata: RuntimeMetadata, assetsPallet: string): readonly Finding[] =>
  [...callFormats(metadata, assetsPallet)].map(([name, format]) => {
    const subject = callTitle(name, assetsPallet);
    if (typeof format !== "string") return ok("calls", subject, `index ${at(format.index)}`);
    const { pallet, call } = CALL_SIGNATURES[name];
    const found = signatureOf(metadata, pallet === "assets" ? assetsPallet : pallet, call);
    return differs("calls", subject, {
      found: `${found}: ${format}`,
      expected: expectedOf(name),
      meaning: USE[name],
    });
  });
