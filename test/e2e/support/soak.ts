/**
 * `npm run soak` runs the long tests at their full size. `npm test` runs a smaller one, so that it
 * stays quick.
 */
export const isSoak = process.env.PDIEM_SOAK === "1";

export const sized = ({ quick, full }: { readonly quick: number; readonly full: number }): number =>
  isSoak ? full : quick;
