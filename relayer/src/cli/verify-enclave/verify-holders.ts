import { randomBytes } from "node:crypto";
import { type Holders, MAX_SLOTS } from "@pdiem/bridge/config/holders";
import { parseCollateral } from "@pdiem/bridge-client/collateral/collateral-json";
import { type ShownEnclave, shownEnclaveOf } from "@pdiem/bridge-client/examine/shown-enclave";
import type { Collateral } from "@pdiem/enclave-verifier/evidence";
import { isPdiemError, type PdiemError } from "@pdiem/light-client/error";
import { createClients } from "../../clients.js";
import type { Config } from "../../config.js";
import { readJson } from "../json-file.js";
import type { Output } from "../output.js";
import { ownWalk } from "../own-walk.js";
import { askForEvidence } from "./ask-enclave.js";
import { examineHolders, type ShownHolder } from "./examine-holders.js";
import { holdersReportOf, holdersReportText } from "./holders-report.js";
import { fetchFor, orRefusal, throwVerdict, type VerifyOptions } from "./outcome.js";
import { proveState } from "./prove-state.js";

/** A file for several has a list, in the order of the slots. */
const collateralsIn = (path: string | undefined): readonly Collateral[] => {
  if (path === undefined) return [];
  const value = readJson(path);
  return Array.isArray(value) ? value.slice(0, MAX_SLOTS).map(parseCollateral) : [parseCollateral(value)];
};

const askHolder = async (
  config: Config,
  { api }: VerifyOptions,
  slot: number,
  challenge: Uint8Array,
): Promise<ShownEnclave | PdiemError> =>
  orRefusal(async () =>
    shownEnclaveOf(await askForEvidence(config, { slot, ...(api === undefined ? {} : { api }) }, challenge)),
  );

/** Checks enclaves that hold a key together: each, all of them together, and both chains once. */
export const verifyHolders = async (
  config: Config,
  { slots }: Holders,
  options: VerifyOptions,
  output: Output,
): Promise<void> => {
  const given = collateralsIn(options.collateral);
  const challenge = new Uint8Array(randomBytes(32));
  const holders: ShownHolder[] = [];
  // One after another: a relayer has one make evidence at a time.
  for (const [i] of slots.entries()) {
    const shown = await askHolder(config, options, i + 1, challenge);
    const collateral = isPdiemError(shown)
      ? shown
      : (given[i] ?? (await orRefusal(() => fetchFor(shown, config, output))));
    holders.push({ slot: i + 1, shown, collateral });
  }
  const known = holders.flatMap(({ shown }) => (isPdiemError(shown) ? [] : [shown]));
  const [first] = known;
  const failure = holders.find(({ shown }) => isPdiemError(shown))?.shown;
  if (first === undefined) throw failure;
  const groupKey = first.custodyKey;
  const clients = createClients(config);
  const state = await orRefusal(async () => {
    const sets = await ownWalk(config, clients, options, output);
    return proveState(config, clients, groupKey, sets, { api: options.api, tell: output.err });
  });
  const examination = { config: config.bridge, challenge, holders, groupKey, state, now: Date.now() };
  const report = holdersReportOf(examination, examineHolders(examination));
  output.out(options.json === true ? JSON.stringify(report) : holdersReportText(examination, report));
  throwVerdict(report.verdict);
};
