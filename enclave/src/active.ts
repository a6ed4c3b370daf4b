import type { BridgeConfig } from "@pdiem/bridge/config";
import type { Kept } from "./kept.js";
import type { CustodyKey } from "./key.js";

/** What an activated enclave works from. */
export interface Active extends Kept {
  readonly config: BridgeConfig;
  readonly bridgeId: Uint8Array;
  readonly key: CustodyKey;
}

/** What a verb gives. */
export interface Step<Response> {
  /** From then on, even where no answer can be given: they are proven. */
  readonly kept: Kept;
  /** The answer, or throws why there is none. */
  readonly respond: () => Response;
}
