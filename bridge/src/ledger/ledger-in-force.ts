/** Finds the ledger in force: the one whose anchor the issuer has approved (PROTOCOL 2). */
import { toHex } from "@pdiem/light-client/bytes";
import { type BridgeConfig, bridgeId } from "../config/bridge-config.js";
import { RefusedError } from "../error.js";
import type { ParachainFacts } from "../facts/facts.js";
import { isApproved } from "../facts/parachain-state.js";
import { anchorOf } from "./anchor.js";
import type { Ledger } from "./ledger.js";

/** Finds the asset that holds the anchor. */
export const anchorAsset = ({ currencies }: Pick<BridgeConfig, "currencies">): number => {
  const [first] = currencies;
  if (first === undefined) throw new RefusedError("refused/config-currencies", "expected at least one currency");
  return first.assetId;
};

/**
 * Checks that the ledger is in force at the block, and returns its anchor, 32 bytes.
 * @param issuer 32 bytes
 * @throws RefusedError `refused/not-in-force`; ProofError `proof/not-shown`
 */
export const checkLedgerInForce = (
  config: BridgeConfig,
  issuer: Uint8Array,
  ledger: Ledger,
  facts: ParachainFacts,
): Uint8Array => {
  const anchor = anchorOf(bridgeId(config), ledger);
  if (!isApproved(config, facts, anchorAsset(config), issuer, anchor))
    throw new RefusedError(
      "refused/not-in-force",
      `expected the ledger in force, anchor 0x${toHex(anchor)} isn't there: follow the journal to the newest`,
      "later",
    );
  return anchor;
};
