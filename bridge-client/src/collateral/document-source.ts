import { isPdiemError } from "@pdiem/light-client/error";
import { CollateralError } from "./collateral-error.js";
import type { CollateralSources } from "./collateral-sources.js";
import type { DocumentCache, KeptAnswer } from "./document-cache.js";
import type {
  CollateralService,
  DocumentAnswer,
  DocumentPlace,
  DocumentRequest,
  FetchDocument,
} from "./document-request.js";
import { type HttpAnswer, httpGet } from "./http-get.js";

/**
 * A document that is this old is asked for again, as vendors may replace theirs before they expire.
 */
const RENEWAL_MS = 24 * 3_600_000;

const API = /\/(sgx|tdx)\/certification\/v4$/;

const withoutSlash = (url: string): string => url.replace(/\/+$/, "");

const basesOf = (
  { pccs, intelCertificates, kds }: CollateralSources,
  service: CollateralService,
): readonly string[] => {
  switch (service) {
    case "pccs":
      return pccs.map((url) => withoutSlash(url).replace(API, ""));
    case "intel-certificates":
      return intelCertificates.map(withoutSlash);
    case "kds":
      return kds.map(withoutSlash);
  }
};

const urlsOf = (sources: CollateralSources, places: readonly DocumentPlace[]): readonly string[] =>
  places.flatMap(({ service, path }) => basesOf(sources, service).map((base) => `${base}${path}`));

const statusError = (url: string, { status, body, header }: HttpAnswer): CollateralError => {
  const text = new TextDecoder("latin1").decode(body.subarray(0, 100)).replaceAll(/[^\x20-\x7e]+/g, " ");
  const wait = header("retry-after");
  const advice =
    status === 429 ? `: it limits requests, wait${wait === undefined ? "" : ` ${wait.slice(0, 40)} s`}` : "";
  return new CollateralError(
    "collateral/status",
    `expected status 200 from ${url}, got ${status}${advice} ${text}`,
    "backoff",
  );
};

const ask = async (
  url: string,
  { issuerChainHeaders, maximumBytes }: DocumentRequest<unknown>,
  timeoutMs: number,
): Promise<DocumentAnswer> => {
  const answer = await httpGet(url, { timeoutMs, maximumBytes });
  if (answer.status !== 200) throw statusError(url, answer);
  const issuerChain = issuerChainHeaders.map(answer.header).find((value) => value !== undefined);
  return { body: answer.body, ...(issuerChain === undefined ? {} : { issuerChain }) };
};

/** The error's message; anything that wasn't thrown on purpose is thrown on. */
const reasonOf = (error: unknown): string => {
  if (!isPdiemError(error)) throw error;
  return error.message;
};

/** What was kept, read; undefined if it holds no more. */
const readKept = <T>(request: DocumentRequest<T>, kept: KeptAnswer, now: number): { readonly value: T } | undefined => {
  try {
    return { value: request.read(kept.answer, now) };
  } catch (error) {
    reasonOf(error);
    return undefined;
  }
};

export interface DocumentSourceOptions {
  readonly sources: CollateralSources;
  readonly cache: DocumentCache;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Hears of what went wrong and did no harm. */
  readonly warn: (message: string) => void;
}

/**
 * Takes documents from the cache while they are young, else from the first service whose answer can
 * be read. Where none can, the cache serves while its documents hold.
 * @throws CollateralError `collateral/unavailable`, with what was wrong at every service
 */
export const createDocumentSource =
  ({ sources, cache, now, warn }: DocumentSourceOptions): FetchDocument =>
  async (request) => {
    const kept = await cache.read(request);
    const found = kept && readKept(request, kept, now);
    const age = now - (kept?.fetchedAt ?? Number.NaN);
    if (found !== undefined && (request.lasting || (age >= 0 && age < RENEWAL_MS))) return found.value;
    const failures: string[] = [];
    for (const url of urlsOf(sources, request.places)) {
      try {
        const answer = await ask(url, request, sources.timeoutMs);
        const value = request.read(answer, now);
        await cache
          .write(request, { fetchedAt: now, answer })
          .catch((error: unknown) => warn(`couldn't keep ${request.name} in ${sources.cacheFolder}: ${String(error)}`));
        return value;
      } catch (error) {
        failures.push(`${url}: ${reasonOf(error)}`);
      }
    }
    const what = `${request.name}; tried ${failures.join("; ")}`;
    if (found === undefined) throw new CollateralError("collateral/unavailable", what, "backoff");
    warn(`no service has ${what}. The one that was kept holds still.`);
    return found.value;
  };
