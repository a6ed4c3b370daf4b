import { randomInt } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:net";

// Below the ports that systems give out by themselves: none of these is taken by chance between its
// choice and its use.
const FIRST = 20_000;
const BLOCKS = 199;
const BLOCK_SIZE = 64;

const listen = async (port: number): Promise<Server | undefined> => {
  const server = createServer((socket) => socket.destroy());
  try {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    return server;
  } catch {
    return undefined;
  }
};

const isFree = async (port: number): Promise<boolean> => {
  const server = await listen(port);
  if (server === undefined) return false;
  server.close();
  await once(server, "close");
  return true;
};

/**
 * While a process listens on a block's first port, it gives out the others. No other process that
 * does so gives them out.
 */
const claimBlock = async (): Promise<number> => {
  const start = randomInt(BLOCKS);
  for (let i = 0; i < BLOCKS; i++) {
    const first = FIRST + ((start + i) % BLOCKS) * BLOCK_SIZE;
    const server = await listen(first);
    server?.unref();
    if (server !== undefined) return first;
  }
  throw new RangeError(`expected a port of every ${BLOCK_SIZE}th from ${FIRST} on that nobody listens on`);
};

let block: Promise<number> | undefined;
let given = 0;

/**
 * Finds the port wanted if nobody listens on it on 127.0.0.1, else any free one.
 * @throws RangeError where there is none
 */
export const freePort = async (wanted = 0): Promise<number> => {
  if (wanted !== 0 && (await isFree(wanted))) return wanted;
  block ??= claimBlock();
  const first = await block;
  for (let tried = 1; tried < BLOCK_SIZE; tried++) {
    const port = first + 1 + (given++ % (BLOCK_SIZE - 1));
    if (await isFree(port)) return port;
  }
  throw new RangeError(`expected a free port from ${first} to ${first + BLOCK_SIZE - 1}`);
};
