import { isPdiemError } from "@pdiem/light-client/error";
import { z } from "zod";
import { readConfig } from "../config.js";
import { enclaveLine, holdersLines } from "../views/holders-text.js";
import { describeMisbehaviourView } from "../views/misbehaviour-view.js";
import { describeNodeFault } from "../views/node-faults-view.js";
import { type StatusView, statusView } from "../views/status-view.js";
import { apiUrl, askRelayer } from "./api-client.js";
import { durationText } from "./duration.js";
import type { AskOptions, Output } from "./output.js";

const busy = (queue: Readonly<Record<string, number>>): string =>
  Object.entries(queue)
    .filter(([, count]) => count > 0)
    .map(([state, count]) => `${count} ${state}`)
    .join(", ") || "empty";

const funds = ({ issuerFree, issuerReserve }: StatusView): string => {
  if (issuerFree === undefined) return "the issuer's account doesn't exist";
  const isEnough = BigInt(issuerFree) > BigInt(issuerReserve);
  return `${issuerFree} free to the issuer, ${isEnough ? "" : "NOT "}above the reserve of ${issuerReserve}`;
};

const waitingLines = ({ deposits, releases }: NonNullable<StatusView["ledger"]>["waiting"]): readonly string[] =>
  deposits + releases === 0
    ? []
    : [`waiting     deposits: ${deposits}, releases whose payment aborted: ${releases}; /api/v1/waiting says why`];

const ledgerLines = (ledger: StatusView["ledger"]): readonly string[] => {
  if (ledger === undefined) return ["ledger      none in force yet"];
  const { batches, accounts, deposits, releases, waiting, failures, currencies } = ledger;
  return [
    `ledger      batches: ${batches}, accounts: ${accounts}, deposits: ${deposits.admitted} admitted, ${deposits.next ?? "?"} to come; releases: ${releases.count}, ${releases.unpaid ?? "?"} unpaid`,
    ...waitingLines(waiting),
    ...(failures === 0 ? [] : [`failures    a score of ${failures}: batches wait longer, and hold less`]),
    ...currencies.map(
      ({ code, owed, feesAccrued }) =>
        `${code.padEnd(11)} owed on Diem: ${owed}, fees: ${feesAccrued}, in smallest units`,
    ),
  ];
};

const guardianLines = (guardians: StatusView["guardians"]): readonly string[] => {
  if (guardians === undefined) return [];
  const { paused, frozen, amnesty, decisions, delayed, keyMayHaveLeft } = guardians;
  const state = [paused ? "PAUSED" : "not paused", ...(frozen ? ["FROZEN"] : []), ...(amnesty ? ["amnesty"] : [])];
  return [
    `guardians   ${state.join(", ")}; decisions: ${decisions}, actions delayed: ${delayed.length}`,
    ...delayed.map(({ text, left }) => `delayed     ${durationText(BigInt(left))} of active time: ${text}`),
    ...keyMayHaveLeft.map((one) => `key         ${one}`),
  ];
};

const queueLines = (queues: StatusView["queues"]): readonly string[] =>
  queues === undefined
    ? ["queues      unknown: Redis doesn't answer"]
    : Object.entries(queues).map(([name, queue]) => `queue       ${name}: ${busy(queue)}`);

const obstacleLines = (name: string, obstacles: StatusView["obstacles"]): readonly string[] =>
  obstacles.map(({ code, text, todo }) => `${name.padEnd(11)} ${code}: ${text}. To do: ${todo}`);

const lines = (status: StatusView): readonly string[] => {
  const { bridgeId, custody, issuer, ledger, guardians, checkpoint, chains, misbehaviour, standstill } = status;
  const { diem, parachain, relay } = chains;
  return [
    `bridge      ${bridgeId}`,
    `custody     ${custody} on Diem`,
    `issuer      ${issuer} on the parachain`,
    `funds       ${funds(status)}`,
    `diem        version ${diem.version ?? "?"}, ${diem.ageSeconds ?? "?"} s old`,
    `parachain   block ${parachain.block}, ${parachain.ageSeconds} s old (relay chain ${relay.block}), runtime ${parachain.specVersion ?? "?"}`,
    ...ledgerLines(ledger),
    ...guardianLines(guardians),
    `checkpoint  ${checkpoint?.text ?? "not asked for yet"}`,
    `deposits    ${busy(status.deposits)}`,
    ...queueLines(status.queues),
    ...status.nodes.map((fault) => `node        ${describeNodeFault(fault, Date.now())}`),
    ...(misbehaviour === undefined ? [] : describeMisbehaviourView(misbehaviour)).map((one) => `misbehaviour ${one}`),
    ...(status.holders === undefined ? [enclaveLine(status.enclave)] : holdersLines(status.holders, Date.now())),
    ...(status.catchingUp ?? []).map((one) => `catching up ${one}`),
    ...(standstill === undefined ? [] : [`standstill  all waits for ${standstill}`]),
    ...obstacleLines("obstacle", status.obstacles),
    ...obstacleLines("warning", status.warnings),
    ...(status.lastError === undefined ? [] : [`now         ${status.lastError}`]),
  ];
};

const openTransfers = z.object({
  transfers: z.array(z.object({ id: z.string(), waitingFor: z.string().optional() })),
  open: z.int(),
});

const MOST_SHOWN = 10;

/** Asks what transfers wait for. Without Redis the relayer can't say: then nothing is shown. */
const waitingTransfers = async (base: string): Promise<readonly string[]> => {
  try {
    const { transfers, open } = await askRelayer(base, `/api/v1/transfers?limit=${MOST_SHOWN}`, openTransfers);
    const waiting = transfers.flatMap(({ id, waitingFor }) =>
      waitingFor === undefined ? [] : [`open        ${id}: waits for ${waitingFor}`],
    );
    return open > MOST_SHOWN ? [...waiting, `open        ${open} in all: /api/v1/transfers`] : waiting;
  } catch (error) {
    if (isPdiemError(error)) return [];
    throw error;
  }
};

/**
 * Shows how far both chains and the bridge are, and what waits.
 * @throws what `askRelayer` and `readConfig` throw
 */
export const statusCommand = async ({ config, api, json }: AskOptions, output: Output): Promise<void> => {
  const base = api ?? apiUrl(readConfig(config));
  const answer = await askRelayer(base, "/api/v1/status", statusView);
  if (json === true) output.out(JSON.stringify(answer));
  else output.out([...lines(answer), ...(await waitingTransfers(base))].join("\n"));
};
