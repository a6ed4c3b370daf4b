/** A runtime's heap, which its host keeps: Substrate's runtimes bring no allocator. */
import { RpcError } from "../error.js";
import { type WasmMemory, wasm } from "./wasm-types.js";

export interface WasmHeap {
  readonly memory: WasmMemory;
  /** Begins the heap at an address. */
  readonly begin: (base: number) => void;
  /** Gives the address of so many bytes. @throws RpcError `runtime/memory` */
  readonly allocate: (length: number) => number;
  readonly free: (address: number) => void;
  readonly read: (address: number, length: number) => Uint8Array;
  readonly write: (address: number, bytes: Uint8Array) => void;
  /** Stores bytes, and gives address and length as runtimes pass them: in one integer. */
  readonly store: (bytes: Uint8Array) => bigint;
  /** Reads what such an integer names. */
  readonly load: (span: bigint) => Uint8Array;
}

const PAGE = 65_536;
const INITIAL_PAGES = 512;
/** A GiB: metadata and a batch take a few hundred MB at most. */
const MOST_BYTES = 2 ** 30;
const LEAST = 8;

/** Powers of two, each with a list of what was given back. */
export const createHeap = (): WasmHeap => {
  const memory = new wasm.Memory({ initial: INITIAL_PAGES, maximum: MOST_BYTES / PAGE });
  const sizes = new Map<number, number>();
  const freed = new Map<number, number[]>();
  let end = 0;

  const reserve = (size: number): number => {
    const address = end;
    end += size;
    if (end > MOST_BYTES)
      throw new RpcError("runtime/memory", `expected a runtime that needs at most ${MOST_BYTES} bytes`);
    const missing = end - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
    return address;
  };

  const allocate = (length: number): number => {
    const size = Math.max(LEAST, 2 ** Math.ceil(Math.log2(Math.max(1, length >>> 0))));
    const address = freed.get(size)?.pop() ?? reserve(size);
    sizes.set(address, size);
    return address;
  };

  const read = (address: number, length: number): Uint8Array =>
    new Uint8Array(memory.buffer, address >>> 0, length >>> 0).slice();
  const write = (address: number, bytes: Uint8Array): void => new Uint8Array(memory.buffer).set(bytes, address >>> 0);

  return {
    memory,
    begin: (base) => {
      end = Math.ceil(base / LEAST) * LEAST;
    },
    allocate,
    free: (address) => {
      const size = sizes.get(address >>> 0);
      if (size === undefined || !sizes.delete(address >>> 0)) return;
      freed.set(size, [...(freed.get(size) ?? []), address >>> 0]);
    },
    read,
    write,
    store: (bytes) => {
      const address = allocate(bytes.length);
      write(address, bytes);
      return (BigInt(bytes.length) << 32n) | BigInt(address);
    },
    load: (span) => read(Number(span & 0xffff_ffffn), Number(BigInt.asUintN(64, span) >> 32n)),
  };
};
