import { createServer, type RequestListener, type Server } from "node:http";

/** HTTP servers of a test, at ports that are free. */
export interface Loopback {
  /** @returns the server's base URL, without a slash at its end */
  readonly serve: (listener: RequestListener) => Promise<string>;
  /** Ends all of them, and whatever they are at. */
  readonly close: () => void;
}

export const createLoopback = (): Loopback => {
  const servers: Server[] = [];
  return {
    serve: (listener) =>
      new Promise((resolve, reject) => {
        // Clients end idle connections: a server that does so might end one that is just used
        // again.
        const server = createServer({ keepAliveTimeout: 0 }, listener);
        servers.push(server);
        server.listen(0, "127.0.0.1", () => {
          const address = server.address();
          if (address === null || typeof address === "string") reject(new Error("expected a port"));
          else resolve(`http://127.0.0.1:${address.port}`);
        });
      }),
    close: () => {
      for (const server of servers.splice(0)) {
        server.closeAllConnections();
        server.close();
      }
    },
  };
};
