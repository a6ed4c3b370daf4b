/** Whether the relayer can listen where the configuration says. */
import { createServer } from "node:net";
import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import { toHex } from "@pdiem/light-client/bytes";
import { isPdiemError } from "@pdiem/light-client/error";
import { z } from "zod";
import type { Config } from "../../../config.js";
import { apiUrl, askRelayer } from "../../api-client.js";
import { type Finding, need, wish } from "../../set-up/finding.js";
import type { Area } from "../area.js";

const LOOPBACK = /^(?:127\.|localhost$|::1$)/;
const EXPECTED = "a free port, or this bridge's relayer at it";

/** Listens for a moment. @returns the system's word for what is in the way */
const obstacleAt = (host: string, port: number): Promise<string | undefined> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error) => resolve("code" in error ? String(error.code) : error.message));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });

interface Listener {
  readonly isOurs: boolean;
  readonly text: string;
}

const isRelayer = async (url: string): Promise<boolean> => {
  try {
    await askRelayer(url, "/healthz", z.object({ status: z.literal("ok") }));
    return true;
  } catch (error) {
    if (isPdiemError(error)) return false;
    throw error;
  }
};

/** Asks whoever listens which bridge's relayer it is. */
const whoIsAt = async (url: string, ours: string): Promise<Listener> => {
  if (!(await isRelayer(url))) return { isOurs: false, text: "another program listens there" };
  try {
    const { bridgeId: found } = await askRelayer(url, "/api/v1/bridge", z.object({ bridgeId: z.string().max(66) }));
    return { isOurs: found === ours, text: `a relayer of bridge 0x${found} answers` };
  } catch (error) {
    if (!isPdiemError(error)) throw error;
    return { isOurs: true, text: `a relayer answers, which can't say yet of which bridge (${error.code})` };
  }
};

const portFinding = async ({ api, bridge }: Config): Promise<Finding> => {
  const name = `api ${api.host}:${api.port}`;
  const obstacle = await obstacleAt(api.host, api.port);
  if (obstacle === undefined) return need("api/port", name, true, EXPECTED, "free", "");
  if (obstacle === "EADDRINUSE") {
    const { isOurs, text } = await whoIsAt(apiUrl({ api }), toHex(bridgeId(bridge)));
    return need("api/taken", name, isOurs, EXPECTED, text, "stop that one, or write another api.port");
  }
  const todo = "write an api.host of this machine, and a port above 1023 unless it may use others";
  return need("api/address", name, false, EXPECTED, `the system refuses: ${obstacle}`, todo);
};

/** The port, and who reaches it. */
export const apiArea: Area<{ readonly config: Config }> = {
  name: "api",
  look: async ({ config }) => [
    await portFinding(config),
    wish(
      "api/open",
      "api.host",
      LOOPBACK.test(config.api.host),
      "loopback, or a proxy in front of it",
      config.api.host,
      "whoever reaches it can delay transfers: keep it on loopback, or behind a proxy or firewall",
    ),
  ],
};
