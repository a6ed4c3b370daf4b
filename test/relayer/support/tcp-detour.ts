import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A port that leads to another one, which can change while connections stay where they are. */
export interface TcpDetour {
  readonly port: number;
  /** Where connections made from now on lead to. */
  readonly lead: (port: number) => void;
  readonly close: () => void;
}

export const tcpDetour = async (target: number): Promise<TcpDetour> => {
  let to = target;
  const live = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(to, "127.0.0.1");
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      live.add(one);
      one.pipe(other);
      one.on("error", () => other.destroy());
      one.on("close", () => {
        other.destroy();
        live.delete(one);
      });
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    lead: (port) => {
      to = port;
    },
    close: () => {
      server.close();
      for (const socket of live) socket.destroy();
    },
  };
};
