/** The platform's generator under observation: it stays the platform's. */
import crypto from "node:crypto";
import { syncBuiltinESMExports } from "node:module";

export interface Draws {
  /** All that was drawn while it was watched. */
  readonly drawn: readonly Uint8Array[];
  /** Has the next but so many draws fail, once. */
  readonly failAfter: (draws: number) => void;
  readonly stop: () => void;
}

/** What a draw that fails throws. */
export class DrawFailed extends Error {}

export const watchDraws = (): Draws => {
  const genuine = crypto.randomBytes;
  const drawn: Uint8Array[] = [];
  let left = Number.POSITIVE_INFINITY;
  const watched = (length: number): Buffer => {
    if (left === 0) {
      left = Number.POSITIVE_INFINITY;
      throw new DrawFailed("expected to draw");
    }
    left -= 1;
    const bytes = genuine(length);
    drawn.push(new Uint8Array(bytes));
    return bytes;
  };
  Object.assign(crypto, { randomBytes: watched });
  syncBuiltinESMExports();
  return {
    drawn,
    failAfter: (draws) => {
      left = draws;
    },
    stop: () => {
      Object.assign(crypto, { randomBytes: genuine });
      syncBuiltinESMExports();
    },
  };
};
