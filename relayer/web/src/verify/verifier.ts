/** The page's side of the worker that verifies. It is loaded when it is first asked. */
import { signal } from "@preact/signals";
import { baseUrl } from "../api/ask.js";
import { RelayerError } from "../api/relayer-error.js";
import type { WalkProgress } from "./session.js";
import type { Answers, Asked, Told } from "./worker.js";

interface Waiting {
  readonly resolve: (answer: never) => void;
  readonly reject: (error: Error) => void;
}

const waiting = new Map<number, Waiting>();
let worker: Worker | undefined;
let next = 0;

/** How far the worker is on a long way; undefined while it isn't on one. */
export const walkProgress = signal<WalkProgress | undefined>(undefined);

const hear = ({ data }: MessageEvent<Told>): void => {
  if ("progress" in data) {
    walkProgress.value = data.progress;
    return;
  }
  walkProgress.value = undefined;
  const asker = waiting.get(data.id);
  waiting.delete(data.id);
  if ("error" in data) asker?.reject(new RelayerError(data.error.code, data.error.message, data.error.isPassing));
  else asker?.resolve(data.answer as never);
};

const open = (): Worker => {
  if (worker !== undefined) return worker;
  worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: baseUrl() });
  worker.addEventListener("message", hear);
  worker.addEventListener("error", ({ message }) => {
    for (const { reject } of waiting.values()) reject(new RelayerError("page/defect", message, false));
    waiting.clear();
    worker = undefined;
  });
  return worker;
};

/**
 * Has something verified, or computed on what is verified.
 * @throws RelayerError with the refusal's code
 */
export const askVerifier = <A extends Asked>(asked: A): Promise<Answers[A["type"]]> =>
  new Promise((resolve, reject) => {
    const id = next++;
    waiting.set(id, { resolve: resolve as (answer: never) => void, reject });
    open().postMessage({ id, asked });
  });
