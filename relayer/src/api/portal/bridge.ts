import { bridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { toHex } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import type { FastifyInstance } from "fastify";
import type { Config } from "../../config.js";
import type { BridgeDescription } from "../../views/bridge-view.js";
import type { AtWork } from "../at-work.js";

export interface BridgeParts {
  readonly config: Config["bridge"];
  readonly bridgeId: Uint8Array;
  readonly issuer: Uint8Array;
}

/**
 * Serves what the bridge is, at `GET /bridge`. That is its configuration, which anybody can
 * hash, and the roots of trust in it.
 */
export const bridgeRoutes = (
  app: FastifyInstance,
  work: AtWork<BridgeParts>,
  { explorers, portal: { relayers } }: Pick<Config, "explorers" | "portal">,
): void => {
  app.get("/api/v1/bridge", (): BridgeDescription => {
    const { config, bridgeId, issuer } = work();
    return {
      bridgeId: toHex(bridgeId),
      issuer: toHex(issuer),
      config: toHex(encode(bridgeConfig, config)),
      explorers,
      relayers,
    };
  });
};
