/** What the enclave that has the key does for a hand-over. */
import type { Active, Step } from "../active.js";
import type { HandoverApi } from "../handover-api.js";
import { hexText } from "../hex-text.js";
import { release } from "./giver.js";
import type { Process } from "./process.js";
import { takeReceipt } from "./receipt.js";
import { parseChallenge, parseNonce } from "./requests.js";

type Verb<E extends keyof HandoverApi> = (
  active: Active,
  self: Process,
  body: unknown,
) => Step<HandoverApi[E]["response"]>;

const challenge: Verb<"POST /v1/handover/challenge"> = (active, { drawing }, body) => {
  parseChallenge(body);
  return { kept: active, respond: () => ({ challenge: hexText(drawing.draw("challenge", active.bridgeId)) }) };
};

const nonce: Verb<"POST /v1/handover/nonce"> = (active, { drawing }, body) => {
  const { transcript } = parseNonce(body);
  return { kept: active, respond: () => ({ nonce: hexText(drawing.draw("nonce", transcript)) }) };
};

export const GIVER_VERBS = {
  "POST /v1/handover/challenge": challenge,
  "POST /v1/handover/nonce": nonce,
  "POST /v1/handover/release": release,
  "POST /v1/handover/receipt": takeReceipt,
} satisfies { readonly [E in keyof HandoverApi]?: Verb<E> };
