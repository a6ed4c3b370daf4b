/** What must never happen has happened. */
export class Violation extends Error {}

/** @throws Violation unless it holds */
export const demand = (holds: boolean, what: () => string): void => {
  if (!holds) throw new Violation(what());
};

/** @throws Violation */
export const violated: (what: string) => never = (what) => {
  throw new Violation(what);
};
