/** Nodes that are left at the moment, as people and dashboards are told of them. */
import { endpointName, withoutSecrets } from "@pdiem/bridge-client/endpoint-name";
import { timeOfDay } from "../../clock.js";
import type { Standing } from "./standing.js";

/** One node that isn't asked, or isn't handed anything, and why. */
export interface NodeFault {
  readonly chain: string;
  /** Its `endpointName`. */
  readonly node: string;
  /**
   * What it is left for. `reads` are its answers, `writes` what becomes of what it is handed;
   * `blocks` says that it doesn't tell of new ones.
   */
  readonly of: "reads" | "writes" | "blocks";
  readonly code: string;
  readonly reason: string;
  /** Ms since 1970. */
  readonly since: number;
}

/** What is known of one node. */
export interface NodeStanding {
  readonly url: string;
  readonly standing: Standing;
}

/** Lists those that are left. Their reasons name nodes as `endpointName` does. */
export const nodeFaults = (chain: string, of: NodeFault["of"], nodes: readonly NodeStanding[]): readonly NodeFault[] =>
  nodes.flatMap(({ url, standing }) =>
    standing.type === "sound"
      ? []
      : [
          {
            chain,
            node: endpointName(url),
            of,
            code: standing.fault.code,
            reason: withoutSecrets(standing.fault.reason, url),
            since: timeOfDay(standing.since),
          },
        ],
  );

/** One of a chain's uses, of which every node is left: nothing gets through to the chain by it. */
export interface CutOff {
  readonly chain: string;
  readonly of: NodeFault["of"];
}

/**
 * Lists for what no node of a chain is sound. Blocks that aren't heard of are polled for, and so
 * don't count.
 * @param counts how many nodes each chain has
 */
export const cutOffs = (faults: readonly NodeFault[], counts: Readonly<Record<string, number>>): readonly CutOff[] =>
  Object.entries(counts).flatMap(([chain, count]) =>
    (["reads", "writes"] as const).flatMap((of) =>
      faults.filter((fault) => fault.chain === chain && fault.of === of).length >= count ? [{ chain, of }] : [],
    ),
  );
