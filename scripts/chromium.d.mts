/** A browser to start, and the environment that it wants. */
export interface Chromium {
  readonly path: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Finds Chromium. @throws Error that says what to do when there is no way to get one */
export const findChromium: (say?: (text: string) => void) => Chromium;
