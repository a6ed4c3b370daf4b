/**
 * A program whose main thread does nothing but wait while it works on a request. It waits until
 * others have been told the status. Prints what came of it as JSON.
 */
import { Worker } from "node:worker_threads";
import { encode } from "@pdiem/light-client/codec/bcs";
import { CONTENT_TYPE, type ResponseOf, routes } from "../routes.js";
import type { Answer } from "../server/answer.js";
import { openDoorThread } from "../server/door-thread.js";
import { UNGUARDED } from "../server/guard.js";

const PROGRAM = new URL("../main/simulated.js", import.meta.url).href;
const HERE = { host: "127.0.0.1", port: 0, guard: UNGUARDED };
const TIMEOUT = 60_000;

/** Asks for the status so often, on a thread of its own, and then says so. */
const ASKER = `
  const { workerData: { url, told } } = require("node:worker_threads");
  (async () => {
    for (let i = 0; i < 20; i++) if ((await fetch(url)).status !== 200) return;
    Atomics.store(told, 0, 1);
    Atomics.notify(told, 0);
  })();
`;

let tee: ResponseOf<"status">["tee"] = "simulated";
const status = (): Answer => ({
  status: 200,
  body: encode(routes.status.response, { tee, isLasting: true, role: { type: "empty", value: undefined } }),
});

let url = "";
let waited = "";
const events: string[] = [];

const door = await openDoorThread(PROGRAM)(
  async (route, body) => {
    if (route === "status") return status();
    if (waited === "") {
      const told = new Int32Array(new SharedArrayBuffer(4));
      const asker = new Worker(ASKER, { eval: true, workerData: { url: `${url}${routes.status.path}`, told } });
      waited = Atomics.wait(told, 0, 0, TIMEOUT);
      asker.unref();
    }
    tee = "tdx";
    return { status: 200, body };
  },
  (event) => events.push(event),
  HERE,
);
url = door.url;

const post = async (byte: number): Promise<string> => {
  const body = new Uint8Array(32).fill(byte);
  const headers = { "content-type": CONTENT_TYPE };
  const response = await fetch(`${url}${routes.handoverNonce.path}`, { method: "POST", headers, body });
  return Buffer.from(await response.arrayBuffer()).toString("hex");
};

const statusTold = async (): Promise<boolean> => {
  const response = await fetch(`${url}${routes.status.path}`);
  const { body } = status() as { readonly body: Uint8Array };
  return Buffer.from(body).equals(Buffer.from(await response.arrayBuffer()));
};

const isStatusRightBefore = await statusTold();
const answers = await Promise.all([1, 2, 3].map(post));
const isStatusRightAfter = await statusTold();
const taken = await openDoorThread(PROGRAM)(
  async () => status(),
  () => undefined,
  { ...HERE, port: Number(new URL(url).port) },
).then(
  () => "open",
  (error: unknown) => String(error),
);
await door.close();
process.stdout.write(JSON.stringify({ waited, answers, isStatusRightBefore, isStatusRightAfter, taken, events }));
