import type { Collateral } from "@pdiem/enclave-verifier/evidence";
import { isPdiemError } from "@pdiem/light-client/error";
import { type CollateralSources, collateralSources } from "../collateral/collateral-sources.js";
import type { Service } from "./intel-service.js";
import type { Loopback } from "./loopback.js";

/** Where nobody answers. */
export const NOBODY = "http://127.0.0.1:1";

/**
 * Serves collateral.
 * @param asked hears of the paths
 * @returns the base URL
 */
export const serveCollateral = (loopback: Loopback, service: Service, asked: string[] = []): Promise<string> =>
  loopback.serve(({ url = "" }, response) => {
    asked.push(url);
    const { status, headers, body } = service(url);
    response.writeHead(status, headers).end(body);
  });

/** Sources of which nobody answers, but for those that are given. */
export const testSources = (cacheFolder: string, changes: Partial<CollateralSources> = {}): CollateralSources => ({
  ...collateralSources.parse({ pccs: [NOBODY], intelCertificates: [NOBODY], kds: [NOBODY], timeoutMs: 10_000 }),
  cacheFolder,
  ...changes,
});

/** Gives the message of the error that tells what is missing. */
export const missingFrom = async (fetched: Promise<Collateral>): Promise<string> => {
  try {
    await fetched;
  } catch (error) {
    if (isPdiemError(error) && error.code === "collateral/missing" && error.retry === "backoff") return error.message;
    throw error;
  }
  throw new Error("expected collateral to be missing");
};
