import type { ActivateResponse } from "@pdiem/enclave/api";
import { PdiemError } from "@pdiem/light-client/error";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { Running } from "../relayer.js";
import { contextOf } from "./context.js";
import { parseRequest } from "./parse-request.js";

const body = z.strictObject({
  challenge: z.string().regex(/^(?:0x)?[0-9a-fA-F]{64}$/, "expected 32 bytes of hex"),
});

/**
 * `POST /api/enclave/evidence {challenge}`: the enclave's evidence over the asker's own 32 bytes, as the enclave gives it. So whoever can't
 * reach the enclave can verify it all the same. One at a time: a quote takes a machine long to make.
 */
export const enclaveEvidenceRoutes = (app: FastifyInstance, running: Running): void => {
  let isBusy = false;
  app.post("/api/enclave/evidence", async (request): Promise<ActivateResponse> => {
    const { challenge } = parseRequest(body, request.body);
    const { enclave, bridgeJson } = contextOf(running).clients;
    if (isBusy)
      throw new PdiemError("relayer/busy", "the enclave is making evidence for somebody else: ask again", "backoff");
    isBusy = true;
    try {
      // An enclave that lost its key would make another one.
      if ((await enclave.status()).active === undefined)
        throw new PdiemError(
          "relayer/starting",
          "the enclave has restarted and isn't active yet: ask again",
          "backoff",
        );
      return await enclave.activate({
        config: bridgeJson,
        challenge: `0x${challenge.replace(/^0x/, "").toLowerCase()}`,
      });
    } finally {
      isBusy = false;
    }
  });
};
