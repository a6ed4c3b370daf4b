import { z } from "zod";
import { describeMisbehaviourView, misbehaviourView } from "../api/misbehaviour.js";
import { readConfig } from "../config.js";
import { apiUrl, askRelayer } from "./api-client.js";
import type { AskOptions, Output } from "./output.js";

const counts = z.record(z.string(), z.number());

const status = z.looseObject({
  bridgeId: z.string(),
  custody: z.string(),
  issuer: z.string(),
  issuerFree: z.string().optional(),
  issuerReserve: z.string(),
  ledger: z
    .looseObject({
      batches: z.number(),
      accounts: z.string(),
      depositsOpen: z.string().optional(),
      releasesUnpaid: z.string(),
      currencies: z.array(z.looseObject({ code: z.string(), owed: z.string(), feesAccrued: z.string() })),
    })
    .optional(),
  guardians: z
    .looseObject({
      paused: z.boolean(),
      frozen: z.boolean(),
      decisions: z.string(),
      delayed: z.number(),
      keyMayHaveLeft: z.array(z.string()),
    })
    .optional(),
  checkpoint: z.looseObject({ text: z.string() }).optional(),
  chains: z.looseObject({
    diem: z.looseObject({ version: z.string().optional(), ageSeconds: z.number().optional() }),
    parachain: z.looseObject({ block: z.number(), ageSeconds: z.number() }),
    relay: z.looseObject({ block: z.number() }),
  }),
  misbehaviour: misbehaviourView.optional(),
  /** Absent while Redis doesn't answer. */
  queues: z.record(z.string(), counts).optional(),
  deposits: counts,
  lastError: z.string().optional(),
});

type Status = z.output<typeof status>;

const busy = (queue: Readonly<Record<string, number>>): string =>
  Object.entries(queue)
    .filter(([, count]) => count > 0)
    .map(([state, count]) => `${count} ${state}`)
    .join(", ") || "empty";

const funds = (free: string | undefined, reserve: string): string => {
  if (free === undefined) return "the issuer's account doesn't exist";
  const isEnough = BigInt(free) > BigInt(reserve);
  return `${free} free to the issuer, ${isEnough ? "" : "NOT "}above the reserve of ${reserve}`;
};

const ledgerLines = (ledger: Status["ledger"]): readonly string[] => {
  if (ledger === undefined) return ["ledger      none in force yet"];
  const { batches, accounts, depositsOpen = "?", releasesUnpaid, currencies } = ledger;
  return [
    `ledger      batches: ${batches}, accounts: ${accounts}, open deposits: ${depositsOpen}, unpaid releases: ${releasesUnpaid}`,
    ...currencies.map(
      ({ code, owed, feesAccrued }) =>
        `${code.padEnd(11)} owed on Diem: ${owed}, fees: ${feesAccrued}, in smallest units`,
    ),
  ];
};

const governance = ({ paused, frozen, decisions, delayed, keyMayHaveLeft }: NonNullable<Status["guardians"]>) => [
  `guardians   ${paused ? "PAUSED" : "not paused"}${frozen ? ", FROZEN" : ""}; ${decisions} decisions, ${delayed} of them delayed`,
  ...keyMayHaveLeft.map((one) => `key         ${one}`),
];

const lines = ({
  bridgeId,
  custody,
  issuer,
  issuerFree,
  issuerReserve,
  ledger,
  guardians,
  checkpoint,
  chains,
  misbehaviour,
  queues,
  deposits,
  lastError,
}: Status): readonly string[] => [
  `bridge      ${bridgeId}`,
  `custody     ${custody} on Diem`,
  `issuer      ${issuer} on the parachain`,
  `funds       ${funds(issuerFree, issuerReserve)}`,
  `diem        version ${chains.diem.version ?? "?"}, ${chains.diem.ageSeconds ?? "?"} s old`,
  `parachain   block ${chains.parachain.block}, ${chains.parachain.ageSeconds} s old (relay chain ${chains.relay.block})`,
  ...ledgerLines(ledger),
  ...(guardians === undefined ? [] : governance(guardians)),
  `checkpoint  ${checkpoint?.text ?? "not asked for yet"}`,
  `deposits    ${busy(deposits)}`,
  ...(queues === undefined
    ? ["queues      unknown: Redis doesn't answer"]
    : Object.entries(queues).map(([name, queue]) => `queue       ${name}: ${busy(queue)}`)),
  ...(misbehaviour === undefined ? [] : describeMisbehaviourView(misbehaviour)).map((one) => `misbehaviour ${one}`),
  ...(lastError === undefined ? [] : [`now         ${lastError}`]),
];

/** @throws as `askRelayer` and `readConfig` */
export const statusCommand = async ({ config, api, json }: AskOptions, output: Output): Promise<void> => {
  const answer = await askRelayer(api ?? apiUrl(readConfig(config)), "/api/status", status);
  output.out(json === true ? JSON.stringify(answer) : lines(answer).join("\n"));
};
