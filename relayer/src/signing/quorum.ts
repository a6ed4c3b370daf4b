import { isPdiemError, type PdiemError } from "@pdiem/light-client/error";
import { tooFew } from "./too-few.js";

/** Whose word is waited for. */
export interface Asking<T> {
  readonly slot: number;
  readonly answer: Promise<T>;
}

/**
 * Waits for as many answers as it takes, and a moment longer for others. Who is slow or away holds
 * nobody up.
 * @param graceMs how much longer
 * @returns answers by slot, `threshold` at least
 * @throws EnclaveError of `tooFew`; whatever else than a PdiemError a slot's answer rejects with
 */
export const quorum = <T>(
  threshold: number,
  asking: readonly Asking<T>[],
  graceMs: number,
): Promise<ReadonlyMap<number, T>> =>
  new Promise((resolve, reject) => {
    const answers = new Map<number, T>();
    const failures = new Map<number, PdiemError>();
    const finish = (): void => resolve(new Map(answers));
    const judge = (): void => {
      if (answers.size + failures.size === asking.length && answers.size >= threshold) finish();
      else if (answers.size === threshold) setTimeout(finish, graceMs);
      else if (asking.length - failures.size < threshold) reject(tooFew(threshold, asking.length, failures));
    };
    for (const { slot, answer } of asking)
      answer.then(
        (value) => {
          answers.set(slot, value);
          judge();
        },
        (error: unknown) => {
          if (!isPdiemError(error)) reject(error);
          else failures.set(slot, error);
          judge();
        },
      );
    judge();
  });
