/**
 * Withdrawal accounts that other relayers were told: whoever told one of them needn't tell each.
 * Nothing of it is believed, and an account that nobody sends to costs a look-up.
 */

import type { WithdrawalPreimage } from "@pdiem/bridge/withdrawal/withdrawal-account";
import { endpointName } from "@pdiem/bridge-client/endpoint-name";
import { isPdiemError } from "@pdiem/light-client/error";
import type { Logger } from "pino";
import { requestOk } from "../../chains/rpc/http.js";
import { RpcError } from "../../error.js";
import { parsePreimage } from "./preimage-file.js";
import { PAGE_PREIMAGES, type PreimagePage, preimagePage } from "./preimage-page.js";
import { MOST_ACCOUNTS, type WithdrawalAccounts } from "./withdrawal-accounts.js";

export interface PeerPreimages {
  /** Asks each of them for what is new there. */
  readonly poll: () => Promise<void>;
}

export interface PeerPreimagesOptions {
  /** Where the other relayers' APIs answer. */
  readonly urls: readonly string[];
  readonly accounts: Pick<WithdrawalAccounts, "present" | "all">;
  readonly log: Pick<Logger, "info" | "warn">;
}

const BOUNDS = { timeoutMs: 10_000, maxResponseBytes: 1_000_000 };
/** One that tells of more wants to be listened to for ever. */
const MOST_PAGES = MOST_ACCOUNTS / PAGE_PREIMAGES;

interface Place {
  readonly session: string;
  readonly from: number;
}

const ask = async (base: string, from: number): Promise<PreimagePage> => {
  const url = new URL(`/api/v1/withdrawals/preimages?from=${from}`, base).href;
  const text = await requestOk(url, BOUNDS);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new RpcError("rpc/form", `expected JSON from the relayer at ${endpointName(base)}`, "backoff");
  }
  const page = preimagePage.safeParse(value);
  if (!page.success)
    throw new RpcError("rpc/form", `expected a page of preimages from ${endpointName(base)}`, "backoff");
  return page.data;
};

const readAll = (told: readonly string[]): readonly WithdrawalPreimage[] =>
  told.flatMap((text) => parsePreimage(text) ?? []);

export const followPeers = ({ urls, accounts, log }: PeerPreimagesOptions): PeerPreimages => {
  const places = new Map<string, Place>();
  const silent = new Set<string>();

  const follow = async (base: string): Promise<void> => {
    const known = places.get(base);
    let from = known?.from ?? 0;
    for (let pages = 0; pages < MOST_PAGES; pages++) {
      const page = await ask(base, from);
      if (known !== undefined && page.session !== known.session) {
        places.delete(base);
        return follow(base);
      }
      const room = MOST_ACCOUNTS - accounts.all().length;
      await accounts.present(readAll(page.preimages).slice(0, Math.max(0, room)));
      from += page.preimages.length;
      places.set(base, { session: page.session, from });
      if (page.next !== from || page.preimages.length === 0) return;
    }
  };

  return {
    poll: async () => {
      for (const base of urls)
        try {
          await follow(base);
          silent.delete(base);
        } catch (error) {
          if (!isPdiemError(error)) throw error;
          if (!silent.has(base))
            log.warn({ relayer: endpointName(base), error: error.message }, "another relayer tells nothing");
          silent.add(base);
        }
    },
  };
};
