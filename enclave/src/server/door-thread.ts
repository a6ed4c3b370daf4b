/**
 * A door on a thread of its own. So no request, however large, keeps others from being received and
 * `status` from being answered.
 */
import { type MessagePort, Worker } from "node:worker_threads";
import type { LogFields } from "../log.js";
import type { RouteName } from "../routes.js";
import type { Answer } from "./answer.js";
import type { Ask } from "./answering.js";
import { type Door, type DoorPlace, type OpenDoor, openDoor } from "./door.js";

/** `status` is the newest answer to that route: the door gives it without asking. */
type ToDoor =
  | { readonly type: "open"; readonly at: DoorPlace; readonly status: Answer }
  | { readonly type: "answer"; readonly id: number; readonly answer: Answer; readonly status: Answer }
  | { readonly type: "close" };

type FromDoor =
  | { readonly type: "ask"; readonly id: number; readonly route: RouteName; readonly body: Uint8Array }
  | { readonly type: "log"; readonly event: string; readonly fields: LogFields | undefined }
  | { readonly type: "open"; readonly url: string }
  | { readonly type: "failed"; readonly reason: unknown }
  | { readonly type: "closed" };

/** Serves as the door's own thread. @param port to the thread that opens it */
export const runDoorThread = (port: MessagePort): void => {
  const waiting = new Map<number, (answer: Answer) => void>();
  let asked = 0;
  let status: Answer | undefined;
  let door: Door | undefined;
  const post = (message: FromDoor): void => port.postMessage(message);
  const ask: Ask = (route, body) =>
    new Promise((resolve) => {
      if (route === "status" && status !== undefined) return resolve(status);
      asked += 1;
      waiting.set(asked, resolve);
      post({ type: "ask", id: asked, route, body });
    });
  port.on("message", async (message: ToDoor) => {
    if (message.type !== "close") status = message.status;
    switch (message.type) {
      case "open":
        try {
          door = await openDoor(ask, (event, fields) => post({ type: "log", event, fields }), message.at);
          post({ type: "open", url: door.url });
        } catch (reason) {
          post({ type: "failed", reason });
          port.close();
        }
        break;
      case "answer":
        waiting.get(message.id)?.(message.answer);
        waiting.delete(message.id);
        break;
      case "close":
        await door?.close();
        post({ type: "closed" });
        port.close();
    }
  });
};

const NO_BODY = new Uint8Array();

/**
 * Opens a door on another thread of this process. What the thread fails of ends the process.
 * @param program URL of a module that calls `runDoorThread` where it isn't the main thread
 */
export const openDoorThread =
  (program: string): OpenDoor =>
  async (ask, log, at) => {
    const statusNow = (): Promise<Answer> => ask("status", NO_BODY);
    const worker = new Worker(new URL(program));
    const post = (message: ToDoor): void => worker.postMessage(message);
    post({ type: "open", at, status: await statusNow() });
    return new Promise((resolve, reject) => {
      let closed = (): void => undefined;
      const close = (): Promise<void> =>
        new Promise((done) => {
          closed = done;
          post({ type: "close" });
        });
      worker.on("message", async (message: FromDoor) => {
        switch (message.type) {
          case "ask": {
            const answer = await ask(message.route, message.body);
            return post({ type: "answer", id: message.id, answer, status: await statusNow() });
          }
          case "log":
            return log(message.event, message.fields);
          case "open":
            return resolve({ url: message.url, close });
          case "failed":
            return reject(message.reason);
          case "closed":
            return closed();
        }
      });
      worker.on("error", (error) => {
        throw error;
      });
    });
  };
