/** Answers of `/metrics`, taken as Prometheus takes them. */

export interface Scrape {
  /** Seconds since 1970. */
  readonly at: number;
  /** Values by series; undefined where nobody answered. */
  readonly values: ReadonlyMap<string, number> | undefined;
}

const valuesIn = (exposition: string): ReadonlyMap<string, number> =>
  new Map(
    exposition
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"))
      .map((line) => {
        const at = line.lastIndexOf(" ");
        return [line.slice(0, at), Number(line.slice(at + 1))] as const;
      }),
  );

/** Reads an exposition as one that was answered at this moment. */
export const scrapeOf = (exposition: string): Scrape => ({ at: Date.now() / 1000, values: valuesIn(exposition) });

/** Prometheus waits as long, by `prometheus.yaml`. */
const TIMEOUT_MS = 10_000;

/** Asks a relayer, as Prometheus does. */
export const scrape = async (url: string): Promise<Scrape> => {
  try {
    const response = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!response.ok) throw new Error(`expected 200, got ${response.status}`);
    return scrapeOf(await response.text());
  } catch {
    return { at: Date.now() / 1000, values: undefined };
  }
};
