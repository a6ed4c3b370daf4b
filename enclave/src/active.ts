import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import type { Kept } from "./kept.js";
import type { CustodyKey } from "./key.js";

/** A bridge that light clients follow. */
export interface Following extends Kept {
  readonly config: BridgeConfig;
  readonly bridgeId: Uint8Array;
}

/** What an activated enclave works from. */
export interface Active extends Following {
  readonly key: CustodyKey;
  /** Whether this very process made the key: no copy of its sealed file can say so. */
  readonly isMaker: boolean;
}

/** What a verb gives. */
export interface Step<Response> {
  /** From then on, even where no answer can be given: they are proven. */
  readonly kept: Kept;
  /** The answer, or throws why there is none. */
  readonly respond: () => Response;
}
