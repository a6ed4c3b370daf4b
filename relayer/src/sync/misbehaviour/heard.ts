/** What nodes show, as it is heard by those who look for misbehaviour: also what no light client takes. */
import type { Ratcheted, StateProof, TrustedState } from "@pdiem/light-client/diem/epochs/trusted-state";
import type { GrandpaState } from "@pdiem/light-client/polkadot/finality/grandpa-state";

export interface HeardLedger {
  /** The node's. */
  readonly url: string;
  readonly stateProof: Pick<StateProof, "latest" | "epochChangeProof">;
  /** What a light client made of it; left out where it was refused, or not tried. */
  readonly accepted?: { readonly from: TrustedState; readonly to: Ratcheted };
}

export interface HeardFinality {
  readonly url: string;
  /** Encoded, as of `FinalityStep`. */
  readonly proof: Uint8Array;
  readonly header: Uint8Array | undefined;
  readonly accepted?: { readonly from: GrandpaState; readonly to: GrandpaState };
}
