/**
 * What an enclave is at one moment. Transitions make a new one; nothing in it is changed in place.
 */
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import type { Measurement } from "@pdiem/bridge/config/measurement";
import type { Roots } from "@pdiem/enclave-verifier/roots";
import type { HandoverEnd } from "../handover/handover-end.js";
import type { Nonces } from "../handover/nonces.js";
import type { CustodyKey } from "./custody-key.js";
import type { Kept } from "./kept.js";

/** A bridge that light clients follow. */
export interface Following {
  readonly config: BridgeConfig;
  readonly bridgeId: Uint8Array;
  readonly kept: Kept;
  readonly end: HandoverEnd;
  /** Whether this very process made its keys: no copy of its sealed file can say so. */
  readonly isMaker: boolean;
}

/** It holds no key and waits to be given one. */
export interface Receiver extends Following {
  readonly role: "receiver";
  /** Public half of the key that it waits for, 32 bytes. */
  readonly custodyKey: Uint8Array;
}

export interface Holder extends Following {
  readonly role: "holder";
  readonly key: CustodyKey;
  /** Measurement of its own code. */
  readonly measurement: Measurement;
}

export interface Empty {
  readonly role: "empty";
}

export type EnclaveState = Empty | Receiver | Holder;

/** Finds the issuer's account: the public half of the key that is held or waited for, 32 bytes. */
export const issuerOf = (state: Receiver | Holder): Uint8Array =>
  state.role === "holder" ? state.key.publicKey : state.custodyKey;

/** What only this process has, and never seals. */
export interface Process {
  /** For checkpoints and receipts. */
  readonly nonces: Nonces;
  /** Roots that the evidence of other enclaves must lead up to. */
  readonly roots: Roots;
}

/** What a request makes of what is kept, and its answer. */
export interface StateChange<Response> {
  /** From then on, even where no answer can be given: it is proven. */
  readonly kept: Kept;
  /** Makes the answer, or throws why there is none. */
  readonly respond: () => Response;
}
