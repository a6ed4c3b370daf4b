/** Everything that a request may change, as a function of state and request alone. */
import { RefusedError } from "@pdiem/bridge/error";
import { takeReceipts } from "./ceremony/receipts.js";
import { challenge, nonce } from "./handover/challenge.js";
import { takeReceipt } from "./handover/receipt.js";
import { release } from "./handover/release.js";
import { split, sum } from "./repair/help.js";
import type { RequestOf, ResponseOf, RouteName } from "./routes.js";
import type { EnclaveState, Process, StateChange } from "./state/enclave-state.js";
import type { Kept } from "./state/kept.js";
import { advance, reset } from "./verbs/advance.js";
import { checkpoint } from "./verbs/checkpoint.js";
import { commit } from "./verbs/commit.js";
import { decide } from "./verbs/decide.js";
import { genesis } from "./verbs/genesis.js";
import { payout } from "./verbs/payout.js";
import { settle } from "./verbs/settle.js";
import type { Verb } from "./verbs/verb.js";

type AnyState<R extends RouteName> = (
  state: EnclaveState,
  request: RequestOf<R>,
  self: Process,
) => StateChange<ResponseOf<R>>;

const inactive = (): never => {
  throw new RefusedError("refused/inactive", "the enclave holds no key yet: activate it first", "later");
};

/** An enclave that waits for a key follows both chains, too. */
const byFollowing =
  <R extends RouteName>(verb: Verb<R, "following">): AnyState<R> =>
  (state, request, self) =>
    state.role === "empty" ? inactive() : verb(state, request, self);

const byHolder =
  <R extends RouteName>(verb: Verb<R>): AnyState<R> =>
  (state, request, self) =>
    state.role === "holder" ? verb(state, request, self) : inactive();

const VERBS = {
  advance: byFollowing(advance),
  reset: byFollowing(reset),
  checkpoint: byFollowing(checkpoint),
  commit: byHolder(commit),
  ceremonyReceipts: byHolder(takeReceipts),
  genesis: byHolder(genesis),
  settle: byHolder(settle),
  decide: byHolder(decide),
  payout: byHolder(payout),
  handoverChallenge: byHolder(challenge),
  handoverNonce: byHolder(nonce),
  handoverRelease: byHolder(release),
  handoverReceipt: byHolder(takeReceipt),
  repairSplit: byHolder(split),
  repairSum: byHolder(sum),
} satisfies { readonly [R in RouteName]?: AnyState<R> };

/** Routes that need no TEE and no disk. */
export type PureRoute = keyof typeof VERBS;

const verbs: { readonly [R in PureRoute]: AnyState<R> } = VERBS;

/** An enclave's next state, and the answer. */
export interface Transition<Response> {
  /** To be kept even where no answer can be given. */
  readonly state: EnclaveState;
  /** Makes the answer, or throws why there is none. */
  readonly respond: () => Response;
}

const withKept = (state: EnclaveState, kept: Kept): EnclaveState =>
  state.role === "empty" ? state : { ...state, kept };

/**
 * Moves an enclave on by one request.
 * @throws DecodeError, ProofError, RefusedError where nothing changes
 */
export const transition = <R extends PureRoute>(
  state: EnclaveState,
  route: R,
  request: RequestOf<R>,
  self: Process,
): Transition<ResponseOf<R>> => {
  const { kept, respond } = verbs[route](state, request, self);
  return { state: withKept(state, kept), respond };
};
