/** A runtime's code, plain or compressed, compiled once. Source: sp_maybe_compressed_blob. */
import { equal, fromHex } from "@pdiem/light-client/bytes";
import { PdiemError } from "@pdiem/light-client/error";
import { decompress } from "fzstd";

const COMPRESSED = fromHex("52bc537646db8e05", 8);

// By the very bytes: the states of one chain share them.
const compiled = new WeakMap<Uint8Array, WebAssembly.Module>();

const plain = (code: Uint8Array): Uint8Array =>
  equal(code.subarray(0, COMPRESSED.length), COMPRESSED) ? decompress(code.subarray(COMPRESSED.length)) : code;

const compile = (code: Uint8Array): WebAssembly.Module => {
  try {
    return new WebAssembly.Module(plain(code));
  } catch (error) {
    throw new PdiemError("runtime/trap", `expected WebAssembly as the runtime's code: ${String(error).slice(0, 200)}`);
  }
};

/** @throws PdiemError `runtime/trap` for bytes that are no WebAssembly */
export const moduleOf = (code: Uint8Array): WebAssembly.Module => {
  const module = compiled.get(code) ?? compile(code);
  compiled.set(code, module);
  return module;
};
