import type { ActivateResponse } from "@pdiem/enclave/api";
import { PdiemError } from "@pdiem/light-client/error";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { Clients } from "../simulate/clients.js";
import { parseRequest } from "./parse-request.js";

const body = z.strictObject({
  challenge: z.string().regex(/^(?:0x)?[0-9a-fA-F]{64}$/, "expected 32 bytes of hex"),
});

/**
 * `POST /api/enclave/evidence {challenge}`: the enclave's evidence over the asker's own 32 bytes, as the enclave gives it. So whoever can't
 * reach the enclave can verify it all the same. One at a time: a quote takes a machine long to make.
 * @param clients throws until the relayer is at work
 */
export const enclaveEvidenceRoutes = (
  app: FastifyInstance,
  clients: () => Pick<Clients, "enclave" | "bridgeJson">,
): void => {
  let isBusy = false;
  app.post("/api/enclave/evidence", async (request): Promise<ActivateResponse> => {
    const { challenge } = parseRequest(body, request.body);
    const { enclave, bridgeJson } = clients();
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
