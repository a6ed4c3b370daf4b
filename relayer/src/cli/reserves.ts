import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import { anchorOf } from "@pdiem/bridge/ledger/anchor";
import { isPdiemError, PdiemError } from "@pdiem/light-client/error";
import { createClients } from "../clients.js";
import { type Config, readConfig } from "../config.js";
import { type ProvenReserves, proveReserves } from "../simulate/prove-reserves.js";
import type { Clients } from "../sync/clients.js";
import { type ReservesView, viewReserves } from "../views/reserves-view.js";
import { apiUrl } from "./api-client.js";
import type { AskOptions, Output } from "./output.js";
import { ownWalk, type WalkAgainOptions } from "./own-walk.js";
import { begun, presentState } from "./present-state.js";

const TRIES = 3;

/** Asks again where a batch comes between the relayer's answer and its proof. */
const prove = async ({ bridge }: Config, clients: Clients, base: string): Promise<ProvenReserves> => {
  for (let left = TRIES; ; left--) {
    const { issuer, governed } = await presentState(bridge, base);
    const { ledger } = begun(governed);
    try {
      return await proveReserves(clients, issuer, { anchor: anchorOf(bridgeId(bridge), ledger), history: { ledger } });
    } catch (error) {
      if (left <= 1 || !isPdiemError(error) || error.retry === "never") throw error;
    }
  }
};

const linesOf = (reserves: ReservesView["currencies"][number]): readonly string[] => {
  const { currency, custody, paidSince, supply, owed, fees, surplus } = reserves;
  const figures = [
    ["custody holds", custody],
    ["paid since", paidSince],
    ["wrapped supply", supply],
    ["owed on Diem", owed],
    ["accrued fees", fees],
    ["surplus", surplus],
  ] as const;
  const width = Math.max(...figures.map(([, amount]) => amount.length));
  return [
    `${currency}, in smallest units`,
    ...figures.map(([what, amount]) => `  ${what.padEnd(16)} ${amount.padStart(width)}`),
  ];
};

const lines = ({ currencies, isCovered, block, diemVersion }: ReservesView): readonly string[] => [
  ...currencies.flatMap(linesOf),
  `${isCovered ? "covered" : "NOT COVERED"}, proven at parachain block ${block} and Diem version ${diemVersion}`,
];

/**
 * Proves the reserves from the configuration's roots of trust on, from ledger, anchor and both
 * chains' states. Neither the relayer nor any node is believed. The ledger that it tells must be in
 * force, its issuer hold custody's key.
 * @throws PdiemError `reserves/shortfall`; those of `proveReserves`, `presentState` and
 * `readConfig`
 */
export const reservesCommand = async (
  { config: file, api, json, fromRoots = false }: AskOptions & WalkAgainOptions,
  output: Output,
): Promise<void> => {
  const config = readConfig(file);
  const clients = createClients(config);
  await ownWalk(config, clients, { fromRoots }, output);
  const shown = viewReserves(await prove(config, clients, api ?? apiUrl(config)));
  output.out(json === true ? JSON.stringify(shown) : lines(shown).join("\n"));
  if (!shown.isCovered)
    throw new PdiemError("reserves/shortfall", "custody holds less than what is owed: see above", "never");
};
