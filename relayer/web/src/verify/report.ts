/** What the page's own verification has found. */

export type CheckGroup = "bridge" | "chains" | "ledger" | "reserves" | "enclave";

/** One thing that was checked. */
export interface ReportedCheck {
  readonly group: CheckGroup;
  readonly name: string;
  /** `not-shown`: nothing came that could be checked. */
  readonly outcome: "ok" | "failed" | "not-shown";
  readonly expected: string;
  readonly found: string;
}

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
  readonly checks: readonly ReportedCheck[];
  readonly state: ProvenState | undefined;
  /** How long it took, ms. */
  readonly tookMs: number;
  /** Everything that was checked, for a file. */
  readonly proofSet: ProofSet;
}

/** Whoever has it can check the same without this relayer. Hex without prefix. */
export interface ProofSet {
  readonly format: "pdiem-proof-set-1";
  readonly bridgeId: string;
  readonly config: string;
  readonly issuer: string;
  /** BCS of proof bundles, in the order in which they lead from the roots of trust to now. */
  readonly bundles: readonly string[];
  readonly ledger: string;
  readonly governance: string;
  /** Challenge and answer of the enclave. */
  readonly enclave: { readonly challenge: string; readonly answer: string } | undefined;
}

/** Tells whether anything that was checked doesn't hold. */
export const hasFailed = ({ checks }: Pick<Report, "checks">): boolean =>
  checks.some(({ outcome }) => outcome === "failed");
