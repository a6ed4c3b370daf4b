/** Digest items of a Substrate header. Source: sp_runtime::generic::digest. */
import { equal, utf8 } from "../../bytes.js";
import { bytes, type Codec, fixedBytes, vector } from "../../codec/scale.js";
import { DecodeError } from "../../error.js";

/** `engine` is 4 bytes: `BABE`, `FRNK` (GRANDPA), `BEEF`, `aura`, … */
export type DigestItem =
  | { readonly type: "other"; readonly data: Uint8Array }
  | {
      readonly type: "consensus" | "seal" | "preRuntime";
      readonly engine: Uint8Array;
      readonly data: Uint8Array;
    }
  | { readonly type: "runtimeEnvironmentUpdated" };

const ENGINE_ITEMS = { consensus: 4, seal: 5, preRuntime: 6 } as const;
const ENGINE_TYPES = ["consensus", "seal", "preRuntime"] as const;
const OTHER = 0;
const RUNTIME_ENVIRONMENT_UPDATED = 8;
/** Kusama's heaviest known header has 27. */
const MAX_ITEMS = 1024;

const engineId = fixedBytes(4);

/** @throws DecodeError `decode/digest` for an item that today's chains don't write */
export const digestItem: Codec<DigestItem> = {
  write: (writer, item) => {
    if (item.type === "runtimeEnvironmentUpdated") return writer.u8(RUNTIME_ENVIRONMENT_UPDATED);
    if (item.type === "other") writer.u8(OTHER);
    else {
      writer.u8(ENGINE_ITEMS[item.type]);
      engineId.write(writer, item.engine);
    }
    bytes.write(writer, item.data);
  },
  read: (reader) => {
    const tag = reader.u8();
    if (tag === RUNTIME_ENVIRONMENT_UPDATED) return { type: "runtimeEnvironmentUpdated" };
    if (tag === OTHER) return { type: "other", data: bytes.read(reader) };
    const type = ENGINE_TYPES.find((one) => ENGINE_ITEMS[one] === tag);
    if (type === undefined)
      throw new DecodeError("decode/digest", `expected a digest item of kind 0, 4, 5, 6 or 8, got ${tag}`);
    return { type, engine: engineId.read(reader), data: bytes.read(reader) };
  },
};

/** The digest of a header. */
export const digest: Codec<readonly DigestItem[]> = vector(digestItem, MAX_ITEMS);

/** Payloads of a digest's consensus items of one engine, in order. */
export const consensusItems = (items: readonly DigestItem[], engine: string): readonly Uint8Array[] => {
  const id = utf8(engine);
  return items.flatMap((item) => (item.type === "consensus" && equal(item.engine, id) ? [item.data] : []));
};
