/** What a page makes of what it has proven. */
import { governanceInForce } from "@pdiem/bridge/governance/in-force";
import { underLimits } from "@pdiem/bridge/governance/limits";
import type { BridgeState } from "@pdiem/bridge/settlement/bridge-state";
import type { ProvenBridge } from "@pdiem/bridge-client/proof-set/bridge-checks";
import { roomIn } from "@pdiem/bridge-client/simulate/simulate-transfer";
import { fromHex } from "@pdiem/light-client/bytes";
import type { ProvenState } from "./report.js";
import type { Proven, Session } from "./session.js";

/** Puts together what the bridge's rules go by. */
export const bridgeStateOf = (
  { config, description }: Session,
  { ledger, governance }: Pick<Proven, "ledger" | "governance">,
): BridgeState => ({ config, issuer: fromHex(description.issuer, 32), ledger, governance });

/** Puts together what is checked, by this device's clock. */
export const provenBridgeOf = (session: Session, proven: Proven): ProvenBridge => ({
  ...bridgeStateOf(session, proven),
  facts: proven.facts,
  lightClients: proven.own.lightClients,
  clock: Date.now(),
});

/**
 * Reads what people want to know before they move anything.
 * @throws RefusedError `refused/governance`
 */
export const provenStateOf = (session: Session, proven: Proven): ProvenState => {
  const state = bridgeStateOf(session, proven);
  const { config, ledger, governance } = state;
  const { parachain, diem } = proven.facts;
  const inForce = governanceInForce(config, ledger, governance);
  return {
    diemVersion: diem.version,
    block: parachain.number,
    isPaused: inForce.paused,
    currencies: underLimits(config, inForce.limits).currencies.map(({ code, assetId, minimum, maximum, fees }) => ({
      code,
      assetId,
      minimum,
      maximum,
      depositFee: fees.deposit,
      withdrawalFee: fees.withdrawal,
      roomIn: roomIn(state, parachain, code, "mint"),
      roomOut: roomIn(state, parachain, code, "release"),
    })),
  };
};
