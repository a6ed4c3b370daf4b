import fc from "fast-check";

const MAX_ROUNDS = 8;

/**
 * Checks a property on so many random cases. More rounds of as many follow until all is tried that
 * must be: nearly always one does.
 * @param missing what no case has come to yet
 * @throws Error of `fc.assert`, or where something is still missing after eight rounds
 */
export const assertReaching = <T>(
  property: fc.IProperty<T>,
  numRuns: number,
  missing: () => readonly string[],
): void => {
  for (let round = 0; round === 0 || (round < MAX_ROUNDS && missing().length > 0); round++)
    fc.assert(property, { numRuns });
  if (missing().length > 0) throw new Error(`expected random cases to come to ${missing().join(", ")}`);
};
