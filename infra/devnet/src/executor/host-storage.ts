/** The runtime's functions of storage. Source: sp_io::storage, default_child_storage. */
import { concat, utf8 } from "@pdiem/light-client/bytes";
import { createReader } from "@pdiem/light-client/codec/reader";
import { bytes, compactU32, decode, encode, option, u32 } from "@pdiem/light-client/codec/scale";
import { addressOf, type LinearMemory, lengthOf, type Span } from "./linear-memory.js";
import type { Overlay, Removed } from "./overlay.js";

const optionalBytes = option(bytes);
const optionalU32 = option(u32);
const CHILD = utf8(":child_storage:default:");
/** The header's root is computed of what the runtime changed, once it has run. */
const MADE_UP_ROOT = new Uint8Array(32);

const appended = (list: Uint8Array | undefined, item: Uint8Array): Uint8Array => {
  if (list === undefined) return concat(encode(compactU32, 1), item);
  const reader = createReader(list);
  const count = compactU32.read(reader);
  const start = encode(compactU32, count).length;
  return concat(encode(compactU32, count + 1), list.subarray(start), item);
};

const killResult = ({ all, count }: Removed): Uint8Array => concat(Uint8Array.of(all ? 0 : 1), encode(u32, count));

type Functions = Readonly<Record<string, (...args: never[]) => unknown>>;

export const storageFunctions = (memory: LinearMemory, overlay: Overlay): Functions => {
  const { readSpan, give } = memory;
  const childKey = (child: Span, key: Uint8Array): Uint8Array => concat(CHILD, readSpan(child), key);
  const inChild = (child: Span, key: Span): Uint8Array => childKey(child, readSpan(key));
  const read = (key: Uint8Array, out: Span, offset: number): Span => {
    const value = overlay.get(key);
    const rest = value?.subarray(Math.min(offset >>> 0, value.length));
    if (rest !== undefined) memory.write(addressOf(out), rest.subarray(0, lengthOf(out)));
    return give(encode(optionalU32, rest?.length));
  };
  const clear = (prefix: Uint8Array, limit: Span): Span =>
    give(killResult(overlay.clearPrefix(prefix, decode(optionalU32, readSpan(limit)))));
  const root = (): Span => give(MADE_UP_ROOT);
  const optional = (value: Uint8Array | undefined): Span => give(encode(optionalBytes, value));
  return {
    ext_storage_get_version_1: (key: Span) => optional(overlay.get(readSpan(key))),
    ext_storage_read_version_1: (key: Span, out: Span, offset: number) => read(readSpan(key), out, offset),
    ext_storage_set_version_1: (key: Span, value: Span) => overlay.set(readSpan(key), readSpan(value)),
    ext_storage_clear_version_1: (key: Span) => overlay.set(readSpan(key), undefined),
    ext_storage_exists_version_1: (key: Span) => (overlay.get(readSpan(key)) === undefined ? 0 : 1),
    ext_storage_next_key_version_1: (key: Span) => optional(overlay.nextKey(readSpan(key))),
    ext_storage_clear_prefix_version_2: (prefix: Span, limit: Span) => clear(readSpan(prefix), limit),
    ext_storage_append_version_1: (key: Span, item: Span) => {
      const at = readSpan(key);
      overlay.set(at, appended(overlay.get(at), readSpan(item)));
    },
    ext_storage_root_version_1: root,
    ext_storage_root_version_2: root,
    ext_storage_start_transaction_version_1: overlay.begin,
    ext_storage_commit_transaction_version_1: overlay.commit,
    ext_storage_rollback_transaction_version_1: overlay.rollback,
    ext_default_child_storage_get_version_1: (child: Span, key: Span) => optional(overlay.get(inChild(child, key))),
    ext_default_child_storage_read_version_1: (child: Span, key: Span, out: Span, offset: number) =>
      read(inChild(child, key), out, offset),
    ext_default_child_storage_set_version_1: (child: Span, key: Span, value: Span) =>
      overlay.set(inChild(child, key), readSpan(value)),
    ext_default_child_storage_clear_version_1: (child: Span, key: Span) => overlay.set(inChild(child, key), undefined),
    ext_default_child_storage_exists_version_1: (child: Span, key: Span) =>
      overlay.get(inChild(child, key)) === undefined ? 0 : 1,
    ext_default_child_storage_next_key_version_1: (child: Span, key: Span) => {
      const start = childKey(child, new Uint8Array(0));
      const next = overlay.nextKey(inChild(child, key));
      const isWithin = next !== undefined && start.every((byte, i) => byte === next[i]);
      return optional(isWithin ? next.slice(start.length) : undefined);
    },
    ext_default_child_storage_clear_prefix_version_2: (child: Span, prefix: Span, limit: Span) =>
      clear(inChild(child, prefix), limit),
    ext_default_child_storage_storage_kill_version_3: (child: Span, limit: Span) =>
      clear(childKey(child, new Uint8Array(0)), limit),
    ext_default_child_storage_root_version_1: root,
    ext_default_child_storage_root_version_2: root,
  };
};
