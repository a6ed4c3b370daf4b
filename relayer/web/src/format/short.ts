/** Shortens long text in the middle: both ends tell such names apart. */
export const shorten = (text: string, each = 8): string =>
  text.length <= 2 * each + 1 ? text : `${text.slice(0, each)}…${text.slice(-each)}`;
