/**
 * What an enclave is at one moment. Transitions make a new one; nothing in it is changed in place.
 */
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import type { Holders } from "@pdiem/bridge/config/holders";
import type { Measurement } from "@pdiem/bridge/config/measurement";
import type { Part } from "@pdiem/bridge/holders/roll";
import type { Share } from "@pdiem/bridge/holders/share";
import type { Roots } from "@pdiem/enclave-verifier/roots";
import type { KeyDraft } from "@pdiem/light-client/crypto/blinded-frost";
import type { HandoverEnd } from "../handover/handover-end.js";
import type { Nonces } from "../handover/nonces.js";
import type { CustodyKey } from "../signer/custody-key.js";
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
  /** The slot's share that it waits for; undefined where it is the whole key. */
  readonly share: Share | undefined;
}

export interface Holder extends Following {
  readonly role: "holder";
  readonly key: CustodyKey;
  /** Measurement of its own code. */
  readonly measurement: Measurement;
  /** All parts of the ceremony that this very process made its share in: no restart keeps them. */
  readonly ceremony?: readonly Part[];
}

/**
 * It takes part in the making of a key (PROTOCOL 7a). Nothing of it is stored: a restart begins
 * anew.
 */
export interface Participant extends Following {
  readonly role: "participant";
  readonly holders: Holders;
  /** From 1 on. */
  readonly slot: number;
  readonly draft: KeyDraft;
  readonly part: Part;
  /** The one roll that it has answered for; undefined before. */
  readonly roll: { readonly hash: Uint8Array; readonly parts: readonly Part[] } | undefined;
  /** The machines of all slots, once their evidence was verified; undefined where simulated. */
  readonly platforms: readonly (Uint8Array | undefined)[] | undefined;
}

/** A participant that has answered for a roll. */
export type Enrolled = Participant & { readonly roll: NonNullable<Participant["roll"]> };

export interface Empty {
  readonly role: "empty";
}

export type EnclaveState = Empty | Receiver | Holder | Participant;

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
