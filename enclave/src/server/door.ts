import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type { Log } from "../log.js";
import type { Options } from "../options.js";
import type { Ask } from "./answering.js";
import type { Guard } from "./guard.js";
import { createEnclaveServer } from "./server.js";

/** How long requests under way may take once the door is to close, ms. */
const CLOSE_TIMEOUT = 10_000;

/** An open server. */
export interface Door {
  readonly url: string;
  /** Finishes what is under way. */
  readonly close: () => Promise<void>;
}

export interface DoorPlace extends Pick<Options, "host" | "port"> {
  readonly guard: Guard;
}

export type OpenDoor = (ask: Ask, log: Log, at: DoorPlace) => Promise<Door>;

/** Opens a door on this thread. @throws an Error of `node:net` where the address is taken */
export const openDoor: OpenDoor = async (ask, log, at) => {
  const server = createEnclaveServer(ask, log, at.guard);
  await once(server.listen(at.port, at.host), "listening");
  const { address, family, port } = server.address() as AddressInfo;
  return {
    url: `${at.guard.tls === undefined ? "http" : "https"}://${family === "IPv6" ? `[${address}]` : address}:${port}`,
    close: async () => {
      const closed = once(server.close(), "close");
      const deadline = setTimeout(() => server.closeAllConnections(), CLOSE_TIMEOUT);
      await closed;
      clearTimeout(deadline);
    },
  };
};
