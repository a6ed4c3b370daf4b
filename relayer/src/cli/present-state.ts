/** Where the bridge stands, as a relayer tells it: unproven. */
import { type BridgeConfig, bridgeId } from "@pdiem/bridge/config/bridge-config";
import { type GovernanceState, governanceState, initialGovernance } from "@pdiem/bridge/governance/governance-state";
import { governanceInForce } from "@pdiem/bridge/governance/in-force";
import { type Ledger, ledger as ledgerCodec } from "@pdiem/bridge/ledger/ledger";
import { equal, fromHex } from "@pdiem/light-client/bytes";
import { decode } from "@pdiem/light-client/codec/bcs";
import { PdiemError } from "@pdiem/light-client/error";
import { ledgerView } from "../views/ledger-view.js";
import { askRelayer } from "./api-client.js";

/** The ledger in force, and what guardians have decided by it. */
export interface Governed {
  readonly ledger: Ledger;
  /** What the ledger holds the hash of: decisions are signed over it. */
  readonly governance: GovernanceState;
  /** The same with what is due by now. */
  readonly inForce: GovernanceState;
}

/** Enough to make a decision, and to say what one changes. */
export interface PresentState {
  /** The enclave's key, 32 bytes. */
  readonly issuer: Uint8Array;
  /** The newest block's that the relayer has proven, ms. */
  readonly time: bigint;
  /** The wrapped assets' supplies, in the order of the configuration. */
  readonly supplies: readonly bigint[];
  /** Whether any of the assets is frozen. */
  readonly isFrozen: boolean;
  /** Undefined before genesis. */
  readonly governed: Governed | undefined;
}

/** @throws PdiemError `decision/other-bridge` for a file or an answer about another bridge */
export const checkBridge = (config: BridgeConfig, id: Uint8Array): void => {
  if (!equal(id, bridgeId(config)))
    throw new PdiemError(
      "decision/other-bridge",
      "expected what is about the bridge of this configuration, this is about another one",
      "never",
    );
};

const readGoverned = (
  config: BridgeConfig,
  told: { readonly ledger: string; readonly governance: string },
): Governed => {
  const ledger = decode(ledgerCodec, fromHex(told.ledger));
  const governance = decode(governanceState, fromHex(told.governance));
  return { ledger, governance, inForce: governanceInForce(config, ledger, governance) };
};

/**
 * Asks a relayer. One that lies makes guardians sign what no batch takes, or shows them other
 * limits than those in force. What a decision itself says is in its own text.
 * @throws PdiemError `decision/other-bridge`, or of `askRelayer`; RefusedError
 * `refused/governance`; DecodeError
 */
export const presentState = async (config: BridgeConfig, base: string): Promise<PresentState> => {
  const view = await askRelayer(base, "/api/v1/ledger", ledgerView);
  checkBridge(config, fromHex(view.bridgeId, 32));
  return {
    issuer: fromHex(view.issuer, 32),
    time: BigInt(view.time),
    supplies: view.supplies.map(BigInt),
    isFrozen: view.frozen,
    governed: view.current === undefined ? undefined : readGoverned(config, view.current),
  };
};

/**
 * Gives the state of a bridge, once it has begun.
 * @throws PdiemError `bridge/no-ledger`, `later`, before genesis
 */
export const begun = <T>(governed: T | undefined): T => {
  if (governed === undefined) throw new PdiemError("bridge/no-ledger", "no ledger is in force yet", "later");
  return governed;
};

/** Tells what is in force at a told state; before genesis the configuration alone. */
export const inForceIn = (config: BridgeConfig, { governed }: Pick<PresentState, "governed">): GovernanceState =>
  governed === undefined ? initialGovernance(config) : governed.inForce;
