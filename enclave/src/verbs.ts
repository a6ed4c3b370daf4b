import type { Active, Step } from "./active.js";
import { advanceHeads } from "./advance.js";
import type { Api, Endpoint } from "./api.js";

type Verb<E extends Endpoint> = (active: Active, body: unknown) => Step<Api[E]["response"]>;

/** The verbs that work on an activated enclave: pure functions of its state and a request. */
export const VERBS: { readonly [E in "POST /v1/advance"]: Verb<E> } = {
  "POST /v1/advance": advanceHeads,
};
