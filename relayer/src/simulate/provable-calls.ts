import { isPdiemError } from "@pdiem/light-client/error";
import type { Clients } from "../sync/clients.js";
import { batchEncoding } from "./batch-encoding.js";

/** Whether batches can be encoded under the running runtime, tried before one has to be. */
export interface ProvableCalls {
  /** Tries it where that is due, and returns at once. */
  readonly try: (specVersion: number) => void;
  /** Why they can't be; undefined where they can, or it isn't known yet. */
  readonly fault: () => { readonly specVersion: number; readonly reason: string } | undefined;
}

const AGAIN_MS = 30_000;

/** @param now ms, never set back */
export const tryCalls = (
  clients: Pick<Clients, "config" | "parachain" | "metadata">,
  now: () => number = () => performance.now(),
): ProvableCalls => {
  let provable: number | undefined;
  let fault: ReturnType<ProvableCalls["fault"]>;
  let triedAt = Number.NEGATIVE_INFINITY;
  let isTrying = false;

  const run = async (specVersion: number): Promise<void> => {
    try {
      await batchEncoding(clients, specVersion);
      provable = specVersion;
      fault = undefined;
    } catch (error) {
      // A runtime that has just changed isn't one whose calls can't be proven.
      const isPassing = isPdiemError(error) && error.code !== "rpc/metadata" && error.code.startsWith("rpc/");
      if (!isPassing) fault = { specVersion, reason: error instanceof Error ? error.message : String(error) };
    } finally {
      isTrying = false;
    }
  };

  return {
    try: (specVersion) => {
      if (isTrying || provable === specVersion || now() - triedAt < AGAIN_MS) return;
      isTrying = true;
      triedAt = now();
      void run(specVersion);
    },
    fault: () => (provable === fault?.specVersion ? undefined : fault),
  };
};
