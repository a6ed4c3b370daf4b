/** Facts of an event. Never a secret, never a whole body. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

export type Log = (event: string, fields?: LogFields) => void;

/**
 * One JSON line an event. The time is the host's and serves readers only: nothing that is signed
 * depends on it.
 * @param write takes a whole line
 */
export const createLog =
  (write: (line: string) => void): Log =>
  (event, fields = {}) =>
    write(`${JSON.stringify({ time: new Date().toISOString(), event, ...fields })}\n`);
