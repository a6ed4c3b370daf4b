import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** Who answers every request for evidence with what an enclave once showed to somebody else. */
export interface ReplayingRelayer {
  readonly url: string;
  readonly close: () => void;
}

export const startReplayingRelayer = (answer: unknown): Promise<ReplayingRelayer> =>
  new Promise((resolve) => {
    const server = createServer((request, response) => {
      request.resume();
      request.on("end", () =>
        response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer)),
      );
    });
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      resolve({ url: `http://127.0.0.1:${port}`, close: () => server.close() });
    });
  });
