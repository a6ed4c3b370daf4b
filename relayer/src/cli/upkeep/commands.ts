import { userInfo } from "node:os";
import { setTimeout } from "node:timers/promises";
import { isPdiemError, PdiemError } from "@pdiem/light-client/error";
import { readConfig } from "../../config.js";
import { ConfigError } from "../../error.js";
import { type UpkeepView, upkeepView } from "../../views/upkeep-view.js";
import { apiUrl, askRelayer } from "../api-client.js";
import type { AskOptions, Output } from "../output.js";

/** What is done to transfers: see `pdiem clear`, `replay` and `rebuild`. */
export type Verb = "clear" | "replay" | "rebuild";

export interface UpkeepOptions extends AskOptions {
  readonly all?: boolean;
  readonly deposits?: Range;
  readonly releases?: Range;
  readonly after?: number;
  readonly dryRun?: boolean;
  readonly by?: string;
}

/** Both ends belong to it. */
export interface Range {
  readonly first: bigint;
  readonly last: bigint;
}

const PAGE = 60;
const MOST_NAMED = 100_000n;
/** Live work has the relayer to itself in between. */
const PAUSE_MS = 50;
const TRIES = 5;
const AGAIN_MS = 2_000;

const namesIn = (kind: string, range: Range | undefined): readonly string[] => {
  if (range === undefined) return [];
  const { first, last } = range;
  if (last - first >= MOST_NAMED)
    throw new ConfigError("config/range", `expected ${MOST_NAMED} transfers at most in a range`, "never");
  return Array.from({ length: Number(last - first) + 1 }, (_, i) => `${kind}-${first + BigInt(i)}`);
};

type Body = { readonly names: readonly string[] } | { readonly from: number };

interface Asking {
  readonly base: string;
  readonly verb: Verb;
  readonly by: string;
  readonly dryRun: boolean;
}

/** Nodes that fail for a moment, and others who look after transfers, are waited for. */
const askPage = async ({ base, verb, by, dryRun }: Asking, body: Body): Promise<UpkeepView> => {
  for (let tries = 1; ; tries++)
    try {
      return await askRelayer(base, `/api/v1/transfers/${verb}`, upkeepView, { ...body, by, dryRun });
    } catch (error) {
      if (!isPdiemError(error) || error.retry !== "backoff" || tries === TRIES) throw error;
      await setTimeout(AGAIN_MS);
    }
};

type OnPage = (page: UpkeepView, looked: number, total: number) => void;

const askNamed = async (asking: Asking, names: readonly string[], onPage: OnPage): Promise<void> => {
  for (let from = 0; from < names.length; from += PAGE) {
    const some = names.slice(from, from + PAGE);
    onPage(await askPage(asking, { names: some }), from + some.length, names.length);
    await setTimeout(PAUSE_MS);
  }
};

/** @throws PdiemError of `askPage`, with where to go on */
const askAll = async (asking: Asking, after: number, onPage: OnPage): Promise<void> => {
  let from: number | undefined = after;
  while (from !== undefined) {
    const at: number = from;
    const page: UpkeepView = await askPage(asking, { from: at }).catch((cause: unknown) => {
      if (!isPdiemError(cause)) throw cause;
      throw new PdiemError(cause.code, `${cause.message}; go on with --after ${at}`, cause.retry, { cause });
    });
    onPage(page, at + page.looked, page.total);
    from = page.next;
    if (from !== undefined) await setTimeout(PAUSE_MS);
  }
};

type Outcome = UpkeepView["done"][number]["outcome"];

const OUTCOMES: { readonly [O in Outcome]: string } = {
  made: "job made",
  there: "has its job",
  busy: "is worked on at this moment",
  unknown: "the chains say nothing of it",
};

const would = (outcome: Outcome, dryRun: boolean): string =>
  dryRun && outcome === "made" ? "its job would be made" : OUTCOMES[outcome];

const chosenNames = (ids: readonly string[], { deposits, releases }: UpkeepOptions): readonly string[] => [
  ...ids,
  ...namesIn("deposit", deposits),
  ...namesIn("release", releases),
];

/**
 * Has a running relayer look after jobs of some transfers, or of all, a page at a time.
 * @param isAll whether all are meant where none is named
 * @throws ConfigError `config/which-transfers`, `config/range`; those of `askRelayer` and
 * `readConfig`
 */
export const upkeepCommand = async (
  verb: Verb,
  ids: readonly string[],
  options: UpkeepOptions,
  isAll: boolean,
  output: Output,
): Promise<void> => {
  const { config, api, json, all: isEach = isAll, after = 0, dryRun = false, by = userInfo().username } = options;
  const names = chosenNames(ids, options);
  if (names.length === 0 && !isEach)
    throw new ConfigError("config/which-transfers", "expected ids, --deposits, --releases, or --all", "never");
  const asking = { base: api ?? apiUrl(readConfig(config)), verb, by, dryRun };
  const all: UpkeepView["done"] = [];
  const onPage: OnPage = ({ done }, at, total) => {
    all.push(...done);
    if (json !== true) for (const { id, outcome } of done) output.out(`${id}: ${would(outcome, dryRun)}`);
    output.err(`${at} of ${total} looked at`);
  };
  await (names.length > 0 ? askNamed(asking, names, onPage) : askAll(asking, after, onPage));
  const made = all.filter(({ outcome }) => outcome === "made").length;
  if (json === true) output.out(JSON.stringify({ dryRun, done: all }));
  else output.out(`${made} jobs ${dryRun ? "would be " : ""}made`);
};
