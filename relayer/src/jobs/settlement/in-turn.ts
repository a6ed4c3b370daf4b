/**
 * Items that may be tried now: those that no batch has left out first, then those left out the longest ago. However many
 * wait for something, nothing that could end is kept from its turn.
 * @param blocked until when each that was left out stays so, ms
 */
export const inTurn = <T extends { readonly name: string }>(
  items: readonly T[],
  blocked: ReadonlyMap<string, number>,
  now: number,
): readonly T[] => {
  const until = ({ name }: T): number => blocked.get(name) ?? 0;
  return items.filter((item) => until(item) <= now).sort((a, b) => until(a) - until(b));
};
