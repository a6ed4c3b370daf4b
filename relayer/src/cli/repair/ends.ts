import { PdiemError } from "@pdiem/light-client/error";
import { type Config, readConfig } from "../../config.js";
import { enclaveAt, holderDoors } from "../../enclave-door.js";
import { describeCatchUp } from "../../sync/light-clients/catch-up.js";
import type { EnclaveClients } from "../handover/ends.js";
import type { Output } from "../output.js";
import { ownClients } from "../own-walk.js";

export interface HelpersOptions {
  readonly config: string;
  /** URLs of the helpers' enclaves; left out, the configuration's for their slots. */
  readonly helper?: readonly string[];
  readonly json?: boolean;
}

/** The enclaves that help, before the same nodes of the chains. */
export interface Helpers {
  readonly config: Config;
  readonly helpers: readonly EnclaveClients[];
  /** EnclaveClients of an enclave at a URL. */
  readonly at: (url: string) => EnclaveClients;
}

/**
 * Opens clients of the helpers.
 * @param slotsOf gives the slots to help, in rising order, where no URLs are named
 * @throws PdiemError `repair/no-holders`; what `readConfig` throws
 */
export const openHelpers = (
  { config: file, helper }: HelpersOptions,
  slotsOf: (config: Config) => readonly number[],
  output: Pick<Output, "err">,
): Helpers => {
  const config = readConfig(file);
  if (config.bridge.holders === undefined)
    throw new PdiemError(
      "repair/no-holders",
      "one enclave holds this bridge's key: nothing to repair it from",
      "never",
    );
  const clients = ownClients(config);
  clients.catchUp.listen((way) => output.err(describeCatchUp(way)));
  const doors = holderDoors(config.enclave);
  const urls = helper ?? slotsOf(config).flatMap((slot) => doors[slot - 1]?.url ?? []);
  const at = (url: string): EnclaveClients => ({ ...clients, enclave: enclaveAt(url, config) });
  return { config, helpers: urls.map(at), at };
};
