/**
 * The memory of a runtime's instance and the heap in it, which the host manages. Source:
 * sp_allocator's FreeingBumpHeapAllocator.
 */
import { PdiemError } from "@pdiem/light-client/error";

/** Where bytes are: their length in the upper 32 bits, their address in the lower. */
export type Span = bigint;

export interface LinearMemory {
  readonly wasm: WebAssembly.Memory;
  /** Zeroes what the instance before may have left. */
  readonly clear: () => void;
  /** Begins the heap of an instance. */
  readonly begin: (heapBase: number) => void;
  /** @throws PdiemError `runtime/memory` beyond 256 MiB */
  readonly allocate: (size: number) => number;
  readonly free: (address: number) => void;
  /** Copies bytes out. */
  readonly read: (address: number, length: number) => Uint8Array;
  readonly readSpan: (span: Span) => Uint8Array;
  readonly write: (address: number, value: Uint8Array) => void;
  /** Puts bytes on the heap. @returns their address */
  readonly put: (value: Uint8Array) => number;
  /** Puts bytes on the heap. */
  readonly give: (value: Uint8Array) => Span;
}

const PAGE = 65_536;
const INITIAL_PAGES = 128;
const MAX_PAGES = 4_096;
const HEADER = 8;
const SMALLEST_SHIFT = 3;

export const addressOf = (span: Span): number => Number(span & 0xffff_ffffn);
export const lengthOf = (span: Span): number => Number((span >> 32n) & 0xffff_ffffn);

/** Sizes are powers of two from 8 bytes on; the order is which. */
const orderOf = (size: number): number => Math.max(0, 32 - Math.clz32(Math.max(size, 1) - 1) - SMALLEST_SHIFT);

export const createLinearMemory = (): LinearMemory => {
  const wasm = new WebAssembly.Memory({ initial: INITIAL_PAGES });
  let view = new DataView(wasm.buffer);
  let top = 0;
  let free: number[][] = [];

  // Growing detaches the buffer of before.
  const current = (): DataView => {
    if (view.buffer !== wasm.buffer) view = new DataView(wasm.buffer);
    return view;
  };
  const bytes = (at: number, length: number): Uint8Array => new Uint8Array(wasm.buffer, at, length);
  const reach = (end: number): void => {
    const present = wasm.buffer.byteLength;
    if (end <= present) return;
    const pages = Math.ceil(end / PAGE);
    if (pages > MAX_PAGES)
      throw new PdiemError("runtime/memory", `expected the runtime to need at most ${MAX_PAGES} pages, not ${pages}`);
    wasm.grow(Math.max(pages, Math.min(MAX_PAGES, (2 * present) / PAGE)) - present / PAGE);
  };
  const allocate = (size: number): number => {
    const order = orderOf(size);
    let at = free[order]?.pop();
    if (at === undefined) {
      at = top;
      reach(at + HEADER + (1 << (order + SMALLEST_SHIFT)));
      top = at + HEADER + (1 << (order + SMALLEST_SHIFT));
    }
    current().setUint32(at, order, true);
    return at + HEADER;
  };
  const read = (address: number, length: number): Uint8Array => bytes(address, length).slice();
  const write = (address: number, value: Uint8Array): void => bytes(address, value.length).set(value);
  const put = (value: Uint8Array): number => {
    const address = allocate(value.length);
    write(address, value);
    return address;
  };
  return {
    wasm,
    clear: () => void bytes(0, top).fill(0),
    begin: (heapBase) => {
      top = Math.ceil(heapBase / HEADER) * HEADER;
      free = [];
    },
    allocate,
    free: (address) => {
      const order = current().getUint32(address - HEADER, true);
      free[order] ??= [];
      free[order].push(address - HEADER);
    },
    read,
    readSpan: (span) => read(addressOf(span), lengthOf(span)),
    write,
    put,
    give: (value) => (BigInt(value.length) << 32n) | BigInt(put(value)),
  };
};
