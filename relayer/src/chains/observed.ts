/**
 * What nodes show, told to whoever looks for misbehaviour (PROTOCOL 8): also what no light client
 * takes.
 */
import type { Ratcheted, StateProof, TrustedState } from "@pdiem/light-client/diem/epochs/trusted-state";
import type { Finality, GrandpaState } from "@pdiem/light-client/polkadot/finality/grandpa-state";

export interface ObservedLedger {
  /** The node's. */
  readonly url: string;
  readonly stateProof: Pick<StateProof, "latest" | "epochChangeProof">;
  /** What a light client made of it; left out where it was refused, or not tried. */
  readonly accepted?: { readonly from: TrustedState; readonly to: Ratcheted };
}

export interface ObservedFinality {
  readonly url: string;
  /** Encoded, as in `FinalityStep`. */
  readonly proof: Uint8Array;
  readonly header: Uint8Array | undefined;
  /** Id of the set that the node says is in force, where it was asked. */
  readonly latestSetId?: bigint | undefined;
  readonly accepted?: { readonly from: GrandpaState; readonly to: Finality };
}
