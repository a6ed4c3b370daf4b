import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import type { Measurement } from "@pdiem/bridge/config/measurement";
import type { Identity } from "@pdiem/enclave/api";
import { toHex } from "@pdiem/light-client/bytes";
import { PdiemError } from "@pdiem/light-client/error";
import { enclaveAt } from "../../clients.js";
import { type Config, readConfig } from "../../config.js";
import type { Clients } from "../../simulate/clients.js";
import type { BridgeView } from "../../sync/bridge/bridge-view.js";
import { governanceAt } from "../../sync/bridge/governance.js";
import { ownClients } from "../own-walk.js";
import type { Rules } from "./verdict.js";

export interface GiverOptions {
  readonly config: string;
  /** URL of the enclave that holds the key; left out, the configuration's. */
  readonly from?: string;
}

export interface EndsOptions extends GiverOptions {
  /** URL of the enclave that is to get the key. */
  readonly to: string;
}

export interface GiverEnd {
  readonly config: Config;
  readonly giver: Clients;
}

/** Both enclaves of a hand-over, before the same nodes of the chains. */
export interface Ends extends GiverEnd {
  readonly receiver: Clients;
}

/** @throws as `readConfig` */
export const openGiver = ({ config: file, from }: GiverOptions): GiverEnd => {
  const config = readConfig(file);
  return { config, giver: { ...ownClients(config), enclave: enclaveAt(from ?? config.enclave.url, config) } };
};

/** @throws as `readConfig` */
export const openEnds = ({ to, ...options }: EndsOptions): Ends => {
  const { config, giver } = openGiver(options);
  return { config, giver, receiver: { ...giver, enclave: enclaveAt(to, config) } };
};

/** @throws PdiemError `handover/giver-inactive`, `handover/other-bridge`; as the enclave's client */
export const activeGiver = async ({ config, giver }: GiverEnd): Promise<Identity> => {
  const { active } = await giver.enclave.status();
  if (active === undefined)
    throw new PdiemError(
      "handover/giver-inactive",
      "expected an enclave that holds the key, this one isn't active: a relayer activates it",
      "later",
    );
  if (active.bridgeId !== `0x${toHex(bridgeId(config.bridge))}`)
    throw new PdiemError("handover/other-bridge", `the giver holds the key of bridge ${active.bridgeId}`, "never");
  return active;
};

const measurementsIn = (config: Config, view: BridgeView): readonly Measurement[] =>
  view.current === undefined
    ? config.bridge.measurements
    : governanceAt(config.bridge, view, view.current).measurements;

/** What evidence is judged by at a proven block: as the enclaves will, who know no other clock either. */
export const rulesAt = (config: Config, view: BridgeView): Rules => ({
  config: config.bridge,
  measurements: measurementsIn(config, view),
  now: Number(view.time),
});
