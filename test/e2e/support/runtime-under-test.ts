/**
 * The runtime that Asset Hub runs in a whole run of the end-to-end tests: PDIEM_RUNTIME names its
 * file. `npm run test:runtimes` sets it.
 */
import type { HubRuntime } from "@pdiem/devnet/asset-hub/hub-runtime";
import { loadRuntime } from "@pdiem/devnet/asset-hub/runtime-file";

const file = process.env.PDIEM_RUNTIME ?? "";

/** Tells whether that is another than the one that comes with the devnet. */
export const isUnderTest = (): boolean => file !== "";

/** Gives options of an Asset Hub; empty for the runtime that comes with the devnet. */
export const runtimeUnderTest = async (): Promise<{ readonly runtime?: HubRuntime }> =>
  isUnderTest() ? { runtime: await loadRuntime(file) } : {};
