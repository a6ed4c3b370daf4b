/** What is in force of all that guardians have decided (PROTOCOL 6). */
import { equal, toHex } from "@pdiem/light-client/bytes";
import type { BridgeConfig } from "../config/bridge-config.js";
import { RefusedError } from "../error.js";
import type { Ledger } from "../ledger/ledger.js";
import { foldDue } from "./fold-due.js";
import { type GovernanceState, governanceHash } from "./governance-state.js";

/**
 * Checks that the ledger names this governance state.
 * @throws RefusedError `refused/governance`
 */
export const checkGovernance = (ledger: Pick<Ledger, "governance">, governance: GovernanceState): void => {
  const hash = governanceHash(governance);
  if (!equal(hash, ledger.governance))
    throw new RefusedError(
      "refused/governance",
      `expected the governance state 0x${toHex(ledger.governance)} that the ledger names, got 0x${toHex(hash)}: ` +
        "follow the journal",
    );
};

/**
 * Computes the governance state in force: what is due by the ledger's active time counts, whatever
 * a block's time.
 * @param governance the state that the ledger names
 * @throws RefusedError `refused/governance`
 */
export const governanceInForce = (
  config: BridgeConfig,
  ledger: Pick<Ledger, "governance" | "active">,
  governance: GovernanceState,
): GovernanceState => {
  checkGovernance(ledger, governance);
  return foldDue(config, governance, ledger.active);
};
