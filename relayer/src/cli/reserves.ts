import { fromHex } from "@pdiem/light-client/bytes";
import { isPdiemError, PdiemError } from "@pdiem/light-client/error";
import { z } from "zod";
import { formatReserves } from "../api/reserves.js";
import { createClients } from "../clients.js";
import { type Config, readConfig } from "../config.js";
import type { Clients } from "../simulate/clients.js";
import { type ProvenReserves, proveReserves } from "../simulate/prove-reserves.js";
import { apiUrl, askRelayer } from "./api-client.js";
import type { AskOptions, Output } from "./output.js";
import { ledgerIn, type OwnFollowerOptions, ownFollower } from "./own-follower.js";
import { ownWalk, type WalkAgainOptions } from "./own-walk.js";

const TRIES = 3;

/** A batch between reading the journal and proving its ledger makes another look necessary. */
const prove = async (
  config: Config,
  clients: Clients,
  issuer: Uint8Array,
  options: OwnFollowerOptions,
): Promise<ProvenReserves> => {
  const follower = ownFollower(config, clients, issuer, options);
  for (let left = TRIES; ; left--) {
    const current = ledgerIn(await follower.follow());
    try {
      return await proveReserves(clients, issuer, current);
    } catch (error) {
      if (left <= 1 || !isPdiemError(error) || error.retry === "never") throw error;
    }
  }
};

type Shown = ReturnType<typeof formatReserves>;

const linesOf = ({ currency, custody, supply, unpaid, fees, surplus }: Shown["currencies"][number]) => {
  const figures = [
    ["custody holds", custody],
    ["wrapped supply", supply],
    ["unpaid releases", unpaid],
    ["accrued fees", fees],
    ["surplus", surplus],
  ] as const;
  const width = Math.max(...figures.map(([, amount]) => amount.length));
  return [
    `${currency}, in smallest units`,
    ...figures.map(([what, amount]) => `  ${what.padEnd(16)} ${amount.padStart(width)}`),
  ];
};

const lines = ({ currencies, isCovered, block, diemVersion }: Shown): readonly string[] => [
  ...currencies.flatMap(linesOf),
  `${isCovered ? "covered" : "NOT COVERED"}, proven at parachain block ${block} and Diem version ${diemVersion}`,
];

/**
 * Proves the reserves from the configuration's roots of trust on, believing neither the relayer nor any node: it is asked
 * for the issuer's name alone, which custody's own key must bear out.
 * @throws PdiemError `reserves/shortfall`; as `proveReserves`, `askRelayer` and `readConfig`
 */
export const reservesCommand = async (
  { config: file, api, json, fromRoots = false }: AskOptions & WalkAgainOptions,
  output: Output,
): Promise<void> => {
  const config = readConfig(file);
  const { issuer } = await askRelayer(api ?? apiUrl(config), "/api/status", z.object({ issuer: z.string() }));
  const clients = createClients(config);
  await ownWalk(config, clients, { fromRoots }, output);
  const shown = formatReserves(await prove(config, clients, fromHex(issuer, 32), { api, tell: output.err }));
  output.out(json === true ? JSON.stringify(shown) : lines(shown).join("\n"));
  if (!shown.isCovered)
    throw new PdiemError("reserves/shortfall", "custody holds less than what is owed: see above", "never");
};
