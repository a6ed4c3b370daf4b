import type { BridgeConfig } from "@pdiem/bridge/config";
import type { Heads } from "@pdiem/bridge/heads";
import type { CustodyKey } from "./key.js";

/** What an activated enclave works from. */
export interface Active {
  readonly config: BridgeConfig;
  readonly bridgeId: Uint8Array;
  readonly key: CustodyKey;
  readonly heads: Heads;
}

/** What a verb gives. */
export interface Step<Response> {
  /** From then on, even where no answer can be given: they are proven. */
  readonly heads: Heads;
  /** The answer, or throws why there is none. */
  readonly respond: () => Response;
}
