import { bridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { toHex } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import type { FastifyInstance } from "fastify";
import type { Config } from "../../config.js";
import { type BridgeDescription, bridgeView } from "../../views/bridge-view.js";
import type { AtWork } from "../at-work.js";
import { get } from "../route.js";

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
  const describe = ({ config, bridgeId, issuer }: BridgeParts): BridgeDescription => ({
    bridgeId: toHex(bridgeId),
    issuer: toHex(issuer),
    config: toHex(encode(bridgeConfig, config)),
    explorers,
    relayers,
  });
  get(
    app,
    "/bridge",
    {
      summary: "Shows the bridge's configuration, whose hash is its id",
      tag: "bridge",
      answers: { 200: bridgeView },
    },
    () => describe(work()),
  );
};
