import { MAX_SLOTS } from "@pdiem/bridge/config/holders";
import { formatCollateral } from "@pdiem/bridge-client/collateral/collateral-json";
import type { CollateralSources } from "@pdiem/bridge-client/collateral/collateral-sources";
import { fetchCollateral } from "@pdiem/bridge-client/collateral/fetch-collateral";
import type { EnclaveClient } from "@pdiem/bridge-client/enclave/enclave-client";
import type { ResponseOf } from "@pdiem/enclave/routes";
import { routes } from "@pdiem/enclave/routes";
import { readShownEvidence } from "@pdiem/enclave-verifier/shown-evidence";
import { fromHex, toHex } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import { isPdiemError, PdiemError } from "@pdiem/light-client/error";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { Clients } from "../sync/clients.js";
import { type EnclaveEvidenceView, enclaveEvidenceView } from "../views/enclave-evidence-view.js";
import type { AtWork } from "./at-work.js";
import { post } from "./route.js";

export interface EnclaveEvidenceParts {
  readonly clients: Pick<Clients, "config">;
  /** Holders of the key: one, or one for each slot. */
  readonly enclaves: readonly Pick<EnclaveClient, "status" | "activate">[];
}

const body = z.strictObject({
  challenge: z.string().regex(/^(?:0x)?[0-9a-fA-F]{64}$/, "expected 32 bytes of hex"),
  slot: z
    .int()
    .min(1)
    .max(MAX_SLOTS)
    .default(1)
    .describe("whose, where several enclaves hold the key together; from 1 on"),
});

/** Fetches what it is verified with, for those who can't ask the vendors themselves. */
const collateralFor = async (
  { tee, evidence, supplement }: ResponseOf<"activate">["attestation"],
  sources: CollateralSources,
): Promise<EnclaveEvidenceView["collateral"]> => {
  try {
    const shown = readShownEvidence({ tee, bytes: evidence });
    return formatCollateral(await fetchCollateral(shown, sources, supplement === undefined ? {} : { supplement }));
  } catch (error) {
    if (isPdiemError(error)) return undefined;
    throw error;
  }
};

const askEnclave = async (
  { clients: { config }, enclaves }: EnclaveEvidenceParts,
  { challenge, slot }: { readonly challenge: Uint8Array; readonly slot: number },
  sources: CollateralSources,
): Promise<EnclaveEvidenceView> => {
  const enclave = enclaves[slot - 1];
  if (enclave === undefined)
    throw new PdiemError("request/slot", `expected a slot from 1 to ${enclaves.length}, got ${slot}`);
  // An enclave that lost its key would make another one.
  if ((await enclave.status()).role.type !== "holder")
    throw new PdiemError("relayer/starting", "the enclave has restarted and isn't active yet: ask again", "backoff");
  const answer = await enclave.activate({ config, challenge });
  const collateral = await collateralFor(answer.attestation, sources);
  return {
    answer: toHex(encode(routes.activate.response, answer)),
    ...(collateral === undefined ? {} : { collateral }),
  };
};

/**
 * Serves an enclave's evidence: `POST /enclave/evidence {challenge, slot}` gives it over the
 * asker's own 32 bytes, as the enclave does. So whoever can't reach the enclave can verify it all
 * the same. One at a time: a quote takes long to make.
 */
export const enclaveEvidenceRoutes = (
  app: FastifyInstance,
  work: AtWork<EnclaveEvidenceParts>,
  sources: CollateralSources,
): void => {
  let isBusy = false;
  const evidenceOver = async ({ challenge, slot }: z.output<typeof body>): Promise<EnclaveEvidenceView> => {
    const parts = work();
    if (isBusy)
      throw new PdiemError("relayer/busy", "the enclave is making evidence for somebody else: ask again", "backoff");
    isBusy = true;
    try {
      return await askEnclave(parts, { challenge: fromHex(challenge, 32), slot }, sources);
    } finally {
      isBusy = false;
    }
  };
  post(
    app,
    "/enclave/evidence",
    {
      summary: "Gives the enclave's evidence over the asker's own challenge, with the vendor's collateral",
      tag: "proofs",
      cost: "costly",
      body,
      answers: { 200: enclaveEvidenceView },
    },
    ({ body: asked }) => evidenceOver(asked),
  );
};
