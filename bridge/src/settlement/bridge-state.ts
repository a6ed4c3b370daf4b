/**
 * A bridge at one point of its life, as whoever asks names it. Its anchor proves ledger and
 * governance.
 */
import type { BridgeConfig } from "../config/bridge-config.js";
import type { GovernanceState } from "../governance/governance-state.js";
import type { Ledger } from "../ledger/ledger.js";

export interface BridgeState {
  readonly config: BridgeConfig;
  /** The enclave's Ed25519 public key, which is also the issuer's account id: 32 bytes. */
  readonly issuer: Uint8Array;
  readonly ledger: Ledger;
  /** What `ledger.governance` is the hash of. */
  readonly governance: GovernanceState;
}
