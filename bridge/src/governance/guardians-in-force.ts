/** Who the guardians are at a proven block. */
import type { BridgeConfig } from "../config/bridge-config.js";
import type { Guardians } from "../config/guardians.js";
import { RefusedError } from "../error.js";
import type { ParachainFacts } from "../facts/facts.js";
import { accountInfoOf } from "../facts/parachain-state.js";
import { checkLedgerInForce } from "../ledger/ledger-in-force.js";
import type { BridgeState } from "../settlement/bridge-state.js";
import { governanceInForce } from "./in-force.js";

/** Ledger and governance state of a bridge; undefined before genesis. */
export type Governed = Pick<BridgeState, "ledger" | "governance"> | undefined;

/**
 * Checks that the issuer has never signed: then nothing can have been decided, and nothing is at
 * stake.
 * @throws RefusedError `refused/begun`; ProofError `proof/not-shown`
 */
export const checkNotBegun = (issuer: Uint8Array, facts: ParachainFacts): void => {
  const nonce = accountInfoOf(facts, issuer)?.nonce ?? 0;
  if (nonce !== 0)
    throw new RefusedError(
      "refused/begun",
      `expected the ledger in force and its governance: the issuer has signed before, its nonce is ${nonce}`,
    );
};

/**
 * Finds the guardians in force at the block; before genesis they are the configuration's.
 * @param issuer 32 bytes
 * @throws RefusedError `refused/begun`, `refused/not-in-force`, `refused/governance`; ProofError
 * `proof/not-shown`
 */
export const guardiansInForce = (
  config: BridgeConfig,
  issuer: Uint8Array,
  governed: Governed,
  facts: ParachainFacts,
): Guardians => {
  if (governed === undefined) {
    checkNotBegun(issuer, facts);
    return config.guardians;
  }
  checkLedgerInForce(config, issuer, governed.ledger, facts);
  return governanceInForce(config, governed.ledger, governed.governance).guardians;
};
