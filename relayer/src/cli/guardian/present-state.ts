import { type BridgeConfig, bridgeId } from "@pdiem/bridge/config/bridge-config";
import { checkDecisions, settledDecisions } from "@pdiem/bridge/governance/decision-chain";
import { deriveInForce, type CurrentLedger } from "@pdiem/bridge/governance/in-force";
import type { Ledger } from "@pdiem/bridge/ledger/ledger";
import { equal, fromHex } from "@pdiem/light-client/bytes";
import { decode } from "@pdiem/light-client/codec/bcs";
import { PdiemError } from "@pdiem/light-client/error";
import { decisionsView } from "../../api/decisions.js";
import { askRelayer } from "../api-client.js";

/** Where the bridge stands, as a relayer tells it: enough to make a decision and to say what it changes. */
export interface PresentState {
  readonly decisions: Ledger["decisions"];
  /** The proven block's time, ms. */
  readonly time: bigint;
  readonly current: CurrentLedger;
}

export const checkBridge = (config: BridgeConfig, id: Uint8Array): void => {
  if (!equal(id, bridgeId(config)))
    throw new PdiemError(
      "decision/other-bridge",
      "expected a decision about the bridge of this configuration",
      "never",
    );
};

/**
 * A relayer that lies about it makes guardians sign what no batch takes up, or shows them other limits than those in force:
 * what a decision itself says is in its own text.
 * @throws PdiemError `decision/other-bridge`; RefusedError `refused/decisions`; as `askRelayer`
 */
export const presentState = async (config: BridgeConfig, base: string): Promise<PresentState> => {
  const view = await askRelayer(base, "/api/decisions", decisionsView);
  checkBridge(config, fromHex(view.bridgeId, 32));
  const settled = decode(settledDecisions, fromHex(view.settled));
  const decisions = { count: BigInt(view.count), hash: fromHex(view.hash, 32) };
  checkDecisions(settled, decisions);
  const time = BigInt(view.time);
  return { decisions, time, current: deriveInForce(config, settled, { time, worked: BigInt(view.worked) }) };
};
