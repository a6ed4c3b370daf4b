/**
 * Accounts that somebody asked to be thawed, until a batch has done so: settlements thaw during an
 * amnesty alone.
 */
import { fromHex, toHex } from "@pdiem/light-client/bytes";
import { isPdiemError, PdiemError } from "@pdiem/light-client/error";
import type { Redis } from "ioredis";
import { keepLastingHash } from "./lasting-hash.js";

export interface ThawRequest {
  /** Diem's code of what the asset wraps. */
  readonly currency: string;
  /** 32 bytes. */
  readonly account: Uint8Array;
}

/** Shared by the relayers of one Redis. Losing them loses nothing: they can be asked for again. */
export interface ThawRequests {
  /** @throws PdiemError `relayer/full` */
  readonly add: (request: ThawRequest) => Promise<void>;
  readonly all: () => Promise<readonly ThawRequest[]>;
  readonly remove: (requests: readonly ThawRequest[]) => Promise<void>;
}

const MOST = 1_024;

const fieldOf = ({ currency, account }: ThawRequest): string => `${currency}-${toHex(account)}`;

const read = (name: string): readonly ThawRequest[] => {
  const [currency = "", account = ""] = name.split("-");
  try {
    return [{ currency, account: fromHex(account, 32) }];
  } catch (error) {
    if (isPdiemError(error)) return [];
    throw error;
  }
};

/** @param prefix of the key in Redis */
export const keepThawRequests = (redis: Redis, prefix: string): ThawRequests => {
  const requests = keepLastingHash(redis, `${prefix}:thaws`);
  return {
    add: async (request) => {
      const known = await requests.all();
      if (known.size >= MOST && !known.has(fieldOf(request)))
        throw new PdiemError("relayer/full", `expected at most ${MOST} accounts that wait to be thawed`, "backoff");
      await requests.set(fieldOf(request), "");
    },
    all: async () => [...(await requests.all()).keys()].flatMap(read),
    remove: (some) => requests.remove(some.map(fieldOf)),
  };
};
