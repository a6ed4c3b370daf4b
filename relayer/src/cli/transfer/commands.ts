import { isPdiemError, PdiemError } from "@pdiem/light-client/error";
import { z } from "zod";
import { type Config, readConfig } from "../../config.js";
import { isUsualWait } from "../../views/usual-wait.js";
import { apiUrl, askRelayer } from "../api-client.js";
import type { AskOptions, Output } from "../output.js";
import { eventStream } from "./event-stream.js";
import { type Filters, isWanted, searchWords } from "./search.js";
import { isDone, type ToldTransfer, toldTransfer } from "./told-transfer.js";
import { fullText, lineText, stateText } from "./transfer-text.js";

export interface ListOptions extends AskOptions, Filters {
  readonly limit: number;
}

const page = z.object({ transfers: z.array(toldTransfer), open: z.int(), next: z.string().optional() });

const PAGE = 1_000;
/** So many transfers are looked through: the newest, after those that are open. */
const MOST_PAGES = 100;

interface Asked {
  readonly base: string;
  readonly hrp: string;
}

const askedOf = ({ config, api }: AskOptions): Asked => {
  const { bridge, ...rest }: Config = readConfig(config);
  return { base: api ?? apiUrl(rest), hrp: bridge.diem.hrp };
};

/** @param enough how many are wanted at most */
const findTransfers = async (
  { base, hrp }: Asked,
  filters: Filters,
  enough: number,
): Promise<readonly ToldTransfer[]> => {
  const found: ToldTransfer[] = [];
  let cursor = "";
  for (let pages = 0; pages < MOST_PAGES && found.length < enough; pages++) {
    const { transfers, next } = await askRelayer(base, `/api/v1/transfers?limit=${PAGE}${cursor}`, page);
    found.push(...transfers.filter((one) => isWanted(one, filters, hrp, isUsualWait)));
    if (next === undefined) break;
    cursor = `&cursor=${encodeURIComponent(next)}`;
  }
  return found;
};

/**
 * Lists transfers: open ones, then the newest that ended.
 * @throws what `askRelayer` and `readConfig` throw
 */
export const listCommand = async (options: ListOptions, output: Output): Promise<void> => {
  const { json, limit } = options;
  const found = await findTransfers(askedOf(options), options, limit + 1);
  const shown = found.slice(0, limit);
  const isMore = found.length > shown.length;
  if (json === true) output.out(JSON.stringify({ transfers: shown, more: isMore }));
  else {
    for (const one of shown) output.out(lineText(one));
    if (isMore) output.out("and more: --limit");
    if (found.length === 0) output.out("no transfer");
  }
};

const ID = /^(?:deposit-[0-9]{1,20}|withdrawal-[0-9a-f]{64}-[A-Z][A-Z0-9]{0,31}-[0-9]{1,10})$/;

/** A name may be that of several: an account, a block. */
const MOST_NAMED = 100;

const isUnknown = (error: unknown): boolean => isPdiemError(error) && error.code === "transfer/unknown";

/** By its id at once; by anything else among the newest. */
const findOne = async (asked: Asked, text: string): Promise<readonly ToldTransfer[]> => {
  const id = searchWords(text, asked.hrp).find((word) => ID.test(word));
  if (id === undefined) return findTransfers(asked, { search: text }, MOST_NAMED);
  try {
    return [await askRelayer(asked.base, `/api/v1/transfers/${id}`, toldTransfer)];
  } catch (error) {
    if (isUnknown(error)) return [];
    throw error;
  }
};

const unknown = (text: string): never => {
  throw new PdiemError(
    "transfer/unknown",
    `no transfer is named by ${text.slice(0, 100)}, as far as is known`,
    "later",
  );
};

/**
 * Shows all that is known of a transfer; several where a name is that of several.
 * @throws PdiemError `transfer/unknown`, `later`; those of `askRelayer` and `readConfig`
 */
export const showCommand = async (text: string, options: AskOptions, output: Output): Promise<void> => {
  const found = await findOne(askedOf(options), text);
  if (found.length === 0) unknown(text);
  output.out(options.json === true ? JSON.stringify({ transfers: found }) : found.map(fullText).join("\n\n"));
};

export interface FollowOptions extends AskOptions {
  /** Seconds. */
  readonly timeout: number;
}

/** One that isn't known yet is waited for by its id alone. */
const idToFollow = async (asked: Asked, text: string): Promise<string> => {
  if (ID.test(text)) return text;
  const found = await findOne(asked, text);
  if (found.length > 1)
    throw new PdiemError(
      "transfer/several",
      `expected one transfer, ${text} names ${found.map(({ id }) => id).join(", ")}`,
      "never",
    );
  return found[0]?.id ?? unknown(text);
};

const timeText = (): string => new Date().toISOString().slice(11, 19);

/**
 * Shows a transfer's states as they come, until it is done.
 * @throws PdiemError `transfer/unfinished`, `later`, once the time is up; `transfer/several`,
 * `transfer/unknown`; those of `askRelayer` and `readConfig`
 */
export const followCommand = async (text: string, options: FollowOptions, output: Output): Promise<void> => {
  const asked = askedOf(options);
  const id = await idToFollow(asked, text);
  const end = AbortSignal.timeout(options.timeout * 1_000);
  const url = new URL(`/api/v1/transfers/${id}/events`, asked.base).href;
  let told = "";
  const tell = (one: ToldTransfer): void => {
    const line = stateText(one);
    if (options.json === true) output.out(JSON.stringify(one));
    else if (line !== told) output.out(`${timeText()}  ${line}`);
    told = line;
  };
  for await (const { type, data } of eventStream(url, end, (reason) => output.err(`connection lost: ${reason}`))) {
    if (type === "unknown") output.err("not known yet");
    if (type !== "transfer") continue;
    const one = toldTransfer.parse(JSON.parse(data));
    tell(one);
    if (!isDone(one)) continue;
    if (options.json !== true) output.out(fullText(one));
    return;
  }
  throw new PdiemError(
    "transfer/unfinished",
    `${id} isn't done after ${options.timeout} s: ${told || "unknown"}`,
    "later",
  );
};
