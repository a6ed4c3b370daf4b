/** What is used of WebAssembly, which Node.js has and its types lack. */

type Imported = (...values: never[]) => unknown;

export interface WasmMemory {
  readonly buffer: ArrayBuffer;
  readonly grow: (pages: number) => number;
}

export interface WasmInstance {
  readonly exports: Readonly<Record<string, unknown>>;
}

interface WasmModule {
  readonly wasm?: never;
}

interface Wasm {
  readonly Module: {
    new (code: Uint8Array): WasmModule;
    readonly imports: (module: WasmModule) => readonly { readonly name: string; readonly kind: string }[];
  };
  readonly Memory: new (size: { readonly initial: number; readonly maximum: number }) => WasmMemory;
  readonly Instance: new (
    module: WasmModule,
    imports: { readonly env: Readonly<Record<string, Imported | WasmMemory>> },
  ) => WasmInstance;
}

export const { WebAssembly: wasm } = globalThis as unknown as { readonly WebAssembly: Wasm };
