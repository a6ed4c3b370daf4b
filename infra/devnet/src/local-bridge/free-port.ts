import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";

/** The port wanted if nobody listens on it on 127.0.0.1, else any free one. */
export const freePort = async (wanted = 0): Promise<number> => {
  const server = createServer();
  try {
    server.listen(wanted, "127.0.0.1");
    await once(server, "listening");
  } catch {
    return freePort(0);
  }
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
};
