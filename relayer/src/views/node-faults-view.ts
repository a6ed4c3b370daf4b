import { z } from "zod";
import type { NodeFault } from "../chains/rpc/node-fault.js";

/** Nodes that are left at the moment, and why. */
export const nodeFaultsView = z.array(
  z.object({
    chain: z.string(),
    /** Host and port. */
    node: z.string(),
    /** `reads`, `writes`, or `blocks` where it doesn't tell of new ones. */
    of: z.enum(["reads", "writes", "blocks"]),
    code: z.string(),
    reason: z.string(),
    /** Ms since 1970. */
    since: z.number(),
  }),
) satisfies z.ZodType<readonly NodeFault[]>;

const USES = { reads: "isn't asked", writes: "is handed nothing", blocks: "isn't listened to" } as const;

/** Describes one in words. @param now ms since 1970 */
export const describeNodeFault = ({ chain, node, of, reason, since }: NodeFault, now: number): string =>
  `${chain} node ${node} ${USES[of]} while others are there, for ${Math.max(0, Math.round((now - since) / 1000))} s: ${reason}`;
