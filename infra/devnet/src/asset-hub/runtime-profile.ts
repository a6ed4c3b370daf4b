/**
 * Profiles made of a runtime's own metadata: for bridges on a devnet whose runtime has no metadata
 * hash built in. Development builds have none.
 */
import { concat } from "@pdiem/light-client/bytes";
import { DecodeError } from "@pdiem/light-client/error";
import { remark } from "@pdiem/light-client/polkadot/extrinsics/call";
import { CALL_SIGNATURES } from "@pdiem/light-client/polkadot/extrinsics/call-signature";
import type { CallIndex, CallName } from "@pdiem/light-client/polkadot/extrinsics/extrinsic-format";
import { pinnedFormat } from "@pdiem/light-client/polkadot/extrinsics/pinned-format";
import {
  PINNED_EXTENSIONS,
  type PinnedExtension,
  type PinnedProfile,
} from "@pdiem/light-client/polkadot/extrinsics/pinned-profile";
import { buildExtrinsic } from "@pdiem/light-client/polkadot/extrinsics/signed-extrinsic";
import type { ApiPromise } from "@polkadot/api";
import { genesisBlock } from "./block-author.js";
import type { HubRuntime } from "./hub-runtime.js";
import { connectApi } from "./operator.js";
import { callRuntime } from "./runtime.js";

const refuse = (expected: string): never => {
  throw new DecodeError("decode/runtime-profile", expected);
};

const camelCase = (name: string): string => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
const startsSmall = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);

const callIndex = (api: ApiPromise, name: CallName, assetsPallet: string): CallIndex => {
  const { pallet, call } = CALL_SIGNATURES[name];
  const found = api.tx[startsSmall(pallet === "assets" ? assetsPallet : pallet)]?.[camelCase(call)];
  const [first, second] = found?.callIndex ?? refuse(`expected the runtime to have ${pallet}.${call}`);
  return [first ?? 0, second ?? 0];
};

const pinnedExtension = (name: string): PinnedExtension =>
  PINNED_EXTENSIONS.find((known) => known === name) ?? refuse(`expected an extension that is known, got ${name}`);

/**
 * Makes a profile of the runtime that a node runs.
 * @param url WebSocket URL
 * @throws DecodeError `decode/runtime-profile` for a runtime with other calls or extensions
 */
export const profileOf = async (url: string, assetsPallet: string): Promise<PinnedProfile> => {
  const api = await connectApi(url);
  try {
    const names = Object.keys(CALL_SIGNATURES) as CallName[];
    return {
      specVersion: api.runtimeVersion.specVersion.toNumber(),
      transactionVersion: api.runtimeVersion.transactionVersion.toNumber(),
      extensions: api.registry.signedExtensions.map(pinnedExtension),
      calls: Object.fromEntries(
        names.map((name) => [name, callIndex(api, name, assetsPallet)]),
      ) as PinnedProfile["calls"],
    };
  } finally {
    await api.disconnect();
  }
};

/** `TransactionSource::External`. */
const EXTERNAL = Uint8Array.of(2);
/** `UnknownTransaction::CannotLookup`: there is no hash to compare with. */
const CANNOT_LOOK_UP = [1, 1, 0];

/**
 * Tells whether a runtime compares metadata hashes with one of its own. Any other answer to an
 * extrinsic that is signed over a hash shows that it does.
 */
export const hasMetadataHash = async (runtime: HubRuntime, profile: PinnedProfile): Promise<boolean> => {
  if (!profile.extensions.includes("CheckMetadataHash")) return false;
  const { hash } = genesisBlock(runtime);
  const content = {
    call: remark(new Uint8Array()),
    nonce: 0,
    birth: { number: 0, hash },
    genesisHash: hash,
    specVersion: profile.specVersion,
    transactionVersion: profile.transactionVersion,
    mortalPeriod: 64,
  };
  const format = { ...pinnedFormat(profile), metadataHash: new Uint8Array(32) };
  const extrinsic = buildExtrinsic(format, content, new Uint8Array(32).fill(1));
  const { result } = await callRuntime(runtime.state, [
    ["TaggedTransactionQueue_validate_transaction", concat(EXTERNAL, extrinsic, hash)],
  ]);
  return !CANNOT_LOOK_UP.every((byte, at) => result[at] === byte);
};
