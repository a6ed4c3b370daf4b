/** `node:crypto` where the platform has it, found without an import so that bundlers for browsers leave it alone. */
export const nodeCrypto: typeof import("node:crypto") | undefined =
  globalThis.process?.getBuiltinModule?.("node:crypto");
