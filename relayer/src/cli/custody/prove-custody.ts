import { DIEM_ROOT } from "@pdiem/bridge/withdrawal/payable";
import type { AccountState } from "@pdiem/light-client/diem/state/account-state";
import { PdiemError } from "@pdiem/light-client/error";
import type { Config } from "../../config.js";
import type { Clients } from "../../sync/clients.js";
import type { Output } from "../output.js";
import { proveAccounts } from "../set-up/prove.js";

/** Custody and what concerns the network, proven at one version. */
export interface ProvenCustody {
  readonly version: bigint;
  /** Diem's own there, ms since 1970. */
  readonly time: bigint;
  readonly custody: AccountState | undefined;
  readonly root: AccountState;
}

/** @throws PdiemError `custody/no-root`; errors of `proveAccounts` */
export const proveCustody = async (
  { bridge }: Pick<Config, "bridge">,
  clients: Clients,
  output: Output,
): Promise<ProvenCustody> => {
  const { version, time, state } = await proveAccounts(clients, [bridge.diem.custody, DIEM_ROOT], output);
  const root = state(DIEM_ROOT);
  if (root === undefined)
    throw new PdiemError("custody/no-root", `expected 0xA550C18 to exist at version ${version}`, "later");
  return { version, time, custody: state(bridge.diem.custody), root };
};

/** Says where it was proven. */
export const custodySource = ({ version }: Pick<ProvenCustody, "version">): string =>
  `proven at Diem's version ${version}, from the configuration's waypoint`;
