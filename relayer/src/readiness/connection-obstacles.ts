/** What keeps a relayer at work from the chains, and a bridge from having begun. */
import { endpointName } from "@pdiem/bridge-client/endpoint-name";
import type { Heads } from "../chains/parachain/heads.js";
import { type CutOff, cutOffs, type NodeFault } from "../chains/rpc/node-fault.js";
import type { Clients } from "../sync/clients.js";
import { blocking, type Obstacle, type Obstacles } from "./obstacle.js";

type Chain = "diem" | "parachain" | "relay";

export interface ConnectionParts {
  readonly follower: { readonly view: () => { readonly current?: unknown } | undefined };
  readonly heads: Pick<Heads, "state">;
  readonly nodeFaults: () => readonly NodeFault[];
  readonly clients: { readonly [C in Chain]: Pick<Clients[C], "nodes"> };
}

/** Lists for what no node of a chain is sound. */
export const nodeCutOffs = ({ nodeFaults, clients: { diem, parachain, relay } }: ConnectionParts): readonly CutOff[] =>
  cutOffs(nodeFaults(), {
    diem: diem.nodes.length,
    parachain: parachain.nodes.length,
    relay: relay.nodes.length,
  });

const named = ({ chain, of }: CutOff): string => `${chain}, for ${of === "reads" ? "answers" : "what it is handed"}`;

/** Finds what is amiss with a relayer's connections, and whether a ledger is in force. */
export const connectionObstacles = (parts: ConnectionParts): Obstacles => {
  const found: Obstacle[] = [];
  if (parts.follower.view()?.current === undefined)
    found.push({
      code: "ledger/none",
      text: "no ledger is in force",
      todo: "before genesis: see to what it names (docs/operating.md). After it: wait while history is read",
    });
  const { url, connected } = parts.heads.state();
  if (!connected)
    found.push({
      code: "parachain/not-connected",
      text: `no node tells of new blocks: ${endpointName(url)} not connected`,
      todo: "see whether the nodes of parachain.urls run, and add others",
    });
  const lost = nodeCutOffs(parts);
  if (lost.length > 0)
    found.push({
      code: "nodes/cut-off",
      text: `a chain has no node that is sound: ${lost.map(named).join("; ")}`,
      todo: "see why each was left (pdiem status has the reasons), and add nodes of other people",
    });
  return blocking(...found);
};
