/** The bridge itself, by the rules that a relayer at work is judged by. */
import { readDiemAccount } from "@pdiem/light-client/diem/state/resources/diem-account";
import { type ReadinessParts, workObstacles } from "../../../readiness/readiness.js";
import { type ProvenReserves, proveReserves } from "../../../simulate/prove-reserves.js";
import type { BridgeView } from "../../../sync/bridge/bridge-view.js";
import { describeTerm, presentTerm } from "../../../sync/checkpoints/checkpoint-term.js";
import type { ProvenCustody } from "../../custody/prove-custody.js";
import { type Area, ofObstacles } from "../area.js";
import type { CheckContext } from "../context.js";
import { keptCheckpoint } from "./runtime.js";

const reservesOf = async (
  { clients, key }: CheckContext,
  { current }: BridgeView,
): Promise<ProvenReserves | undefined> =>
  current === undefined ? undefined : proveReserves(clients, await key(), current);

const sightOf = ({ custody, version, time }: ProvenCustody) => {
  const account = custody === undefined ? undefined : readDiemAccount(custody);
  return custody === undefined || account === undefined ? undefined : { account, resources: custody, version, time };
};

/** What a relayer would know, found out once. */
const partsOf = async (context: CheckContext, view: BridgeView): Promise<ReadinessParts> => {
  const sight = sightOf(await context.custody());
  const checkpoint = await keptCheckpoint(context);
  const reserves = await reservesOf(context, view);
  const still = { state: () => undefined };
  return {
    config: context.bridge,
    follower: { view: () => view },
    payments: { custody: () => sight },
    checkpoints: { kept: () => checkpoint },
    pulses: { diem: still, parachain: still },
    writes: still,
    // Its own area tells.
    provableCalls: { fault: () => undefined },
    reserves: { latest: () => reserves },
    poll: { provenMs: () => 0, lastError: () => undefined },
  };
};

const words = (parts: ReadinessParts, view: BridgeView): string => {
  const term = presentTerm(parts);
  const inForce = view.current === undefined ? "before genesis" : "a ledger is in force";
  const checkpoint = term === undefined ? "" : `; checkpoint ${describeTerm(term)}`;
  return `${inForce} at block ${view.block.number}, runtime ${view.specVersion ?? "?"}${checkpoint}`;
};

/** Pauses, checkpoint's term, runtime, calls, reserves, the issuer's funds. */
export const bridgeArea: Area<CheckContext> = {
  name: "bridge",
  look: async (context) => {
    const view = await context.view();
    const parts = await partsOf(context, view);
    const expected = "a bridge that nothing stops";
    const common = { code: "bridge", name: "bridge", expected, found: words(parts, view) };
    return ofObstacles(common, workObstacles(parts, Date.now()));
  },
};
