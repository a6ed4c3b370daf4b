/** What the page's own verification has found. */
import type { GroupedCheck } from "@pdiem/bridge-client/proof-set/bridge-checks";
import type { ProofSet } from "@pdiem/bridge-client/proof-set/proof-set";
import type { Reserves } from "@pdiem/bridge-client/reserves";

/** A currency's limits, room and reserves as proven, in smallest units. */
export interface ProvenCurrency {
  readonly code: string;
  readonly assetId: number;
  readonly minimum: bigint;
  readonly maximum: bigint;
  readonly depositFee: { readonly fixed: bigint; readonly millionths: number };
  readonly withdrawalFee: { readonly fixed: bigint; readonly millionths: number };
  readonly roomIn: bigint;
  readonly roomOut: bigint;
}

/** What both chains show of the bridge, at one moment. */
export interface ProvenState {
  readonly diemVersion: bigint;
  readonly block: number;
  readonly isPaused: boolean;
  readonly currencies: readonly ProvenCurrency[];
}

export interface Report {
  readonly checks: readonly GroupedCheck[];
  /** Undefined, as the reserves are, where something that it rests on doesn't hold. */
  readonly state: ProvenState | undefined;
  readonly reserves: readonly Reserves[] | undefined;
  /** What all of it was proven at. */
  readonly at: { readonly diemVersion: bigint; readonly block: number };
  /** How long it took, ms. */
  readonly tookMs: number;
  /** Everything that was checked, for a file. */
  readonly proofSet: ProofSet;
}

/** Tells whether anything that was checked doesn't hold. */
export const hasFailed = ({ checks }: Pick<Report, "checks">): boolean =>
  checks.some(({ outcome }) => outcome === "failed");
