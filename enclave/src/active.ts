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

/** What a verb gives: its answer, and the heads from then on. */
export interface Step<Response> {
  readonly heads: Heads;
  readonly response: Response;
}
