import { RequestError } from "./error.js";

/** Runs tasks one after the other, in the order they came. */
export type Serial = <T>(task: () => Promise<T>) => Promise<T>;

/**
 * @param limit tasks that may wait or run at once; one more is refused with RequestError
 * `request/busy`, status 503
 */
export const createSerial = (limit: number): Serial => {
  let tail: Promise<unknown> = Promise.resolve();
  let pending = 0;
  return async (task) => {
    if (pending >= limit)
      throw new RequestError(503, "request/busy", `${limit} requests are waiting already: ask again soon`, "backoff");
    pending += 1;
    const result = tail.then(task);
    tail = result.catch(() => undefined);
    try {
      return await result;
    } finally {
      pending -= 1;
    }
  };
};
