import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import type { Measurement } from "@pdiem/bridge/config/measurement";
import type { HolderStatus } from "@pdiem/enclave/wire/identity";
import { equal, toHex } from "@pdiem/light-client/bytes";
import { PdiemError } from "@pdiem/light-client/error";
import { type Config, readConfig } from "../../config.js";
import { enclaveAt, soleDoor } from "../../enclave-door.js";
import type { BridgeView } from "../../sync/bridge/bridge-view.js";
import { governanceAt } from "../../sync/bridge/governance.js";
import type { Clients } from "../../sync/clients.js";
import type { OneEnclave } from "../../sync/enclave/enclave-sync.js";
import { describeCatchUp } from "../../sync/light-clients/catch-up.js";
import type { Output } from "../output.js";
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

/** Clients of the chains' nodes, and of one enclave. */
export type EnclaveClients = Clients & Pick<OneEnclave, "enclave">;

export interface GiverEnd {
  readonly config: Config;
  readonly giver: EnclaveClients;
}

/** Both enclaves of a hand-over, before the same nodes of the chains. */
export interface Ends extends GiverEnd {
  readonly receiver: EnclaveClients;
}

/**
 * Opens clients of the giver. A long way of its light clients is told as they go it.
 * @throws what `readConfig` throws
 */
export const openGiver = ({ config: file, from }: GiverOptions, output?: Pick<Output, "err">): GiverEnd => {
  const config = readConfig(file);
  const clients = ownClients(config);
  clients.catchUp.listen((way) => output?.err(describeCatchUp(way)));
  return { config, giver: { ...clients, enclave: enclaveAt(from ?? soleDoor(config.enclave, "--from").url, config) } };
};

/** Opens clients of both. @throws what `readConfig` throws */
export const openEnds = ({ to, ...options }: EndsOptions, output: Output): Ends => {
  const { config, giver } = openGiver(options, output);
  return { config, giver, receiver: { ...giver, enclave: enclaveAt(to, config) } };
};

/**
 * Asks the giver who it is.
 * @throws PdiemError `handover/other-bridge`; `handover/giver-inactive`, `later`; EnclaveError
 */
export const activeGiver = async ({ config, giver }: GiverEnd): Promise<HolderStatus> => {
  const { role } = await giver.enclave.status();
  if (role.type !== "holder")
    throw new PdiemError(
      "handover/giver-inactive",
      "expected an enclave that holds the key, this one isn't active: a relayer activates it",
      "later",
    );
  const { bridgeId: id } = role.value;
  if (!equal(id, bridgeId(config.bridge)))
    throw new PdiemError("handover/other-bridge", `the giver holds the key of bridge 0x${toHex(id)}`, "never");
  return role.value;
};

const measurementsIn = ({ bridge }: Config, { current }: BridgeView): readonly Measurement[] =>
  current === undefined ? bridge.measurements : governanceAt(bridge, current).measurements;

/**
 * Finds what evidence is judged by at a proven block: as the enclaves will, who know no other clock
 * either.
 */
export const rulesAt = (config: Config, view: BridgeView): Rules => ({
  config: config.bridge,
  measurements: measurementsIn(config, view),
  now: Number(view.time),
});
