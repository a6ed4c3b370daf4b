/** Prometheus' own checkers, and the folders of libraries that they need beside the machine's. */
export interface PrometheusTools {
  readonly promtool: string;
  readonly amtool: string;
  /** For LD_LIBRARY_PATH, when they were unpacked rather than installed. */
  readonly libraries: string | undefined;
}

/**
 * Finds promtool and amtool: on PATH, or in Debian's packages, unpacked into the user's cache
 * folder.
 *
 * @throws Error that says what to do when there is no way to get them
 */
export const findPrometheusTools: (say?: (text: string) => void) => PrometheusTools;

/** Finds promtool and amtool where they are already; never asks the network. */
export const presentPrometheusTools: () => PrometheusTools | undefined;
