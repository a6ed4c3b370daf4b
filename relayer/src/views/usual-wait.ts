/** What transfers wait for while all goes well. */
export const USUAL_WAIT = {
  deposit: "a batch that settles it",
  withdrawal: "a batch that burns it",
  payment: "its payment on Diem",
} as const;

/** Tells whether that is all that a transfer waits for. */
export const isUsualWait = (waitingFor: string): boolean => Object.values<string>(USUAL_WAIT).includes(waitingFor);
