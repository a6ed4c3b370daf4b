/**
 * `npm run soak` runs the long tests at their full size. `npm test` runs a smaller one, so that it
 * stays quick.
 */
export const isSoak = process.env.PDIEM_SOAK === "1";

/** Time that a test may take, ms: longer where there is more to do. */
export const LONG_MS = isSoak ? 3_600_000 : 300_000;

export const sized = ({ quick, full }: { readonly quick: number; readonly full: number }): number =>
  isSoak ? full : quick;
