import { createDiemClient } from "../../../chains/diem/client.js";
import { resultOf } from "../../../chains/diem/json-rpc.js";
import { getMetadata } from "../../../chains/diem/views.js";
import { createEndpoints } from "../../../chains/rpc/endpoints.js";
import type { Area } from "../area.js";
import type { CheckContext } from "../context.js";
import { type NodeWord, nodeFindings } from "./nodes.js";

/** Some seconds of a busy network. */
const FAR = 10_000n;

/** Diem's nodes: which network each is of, its version, and how far it is. */
export const diemArea: Area<Pick<CheckContext, "config" | "bridge">> = {
  name: "diem",
  look: ({ config: { diem }, bridge }) =>
    nodeFindings("diem", diem.urls, FAR, async (url): Promise<NodeWord> => {
      const client = createDiemClient(createEndpoints([url]), diem);
      const word = await client.run(async (node) => resultOf((await node.batch([getMetadata()])).answers[0]));
      const { chainId } = bridge.diem;
      return {
        chain: {
          isOurs: word.chain_id === BigInt(chainId),
          expected: `chain id ${chainId}`,
          found: `chain id ${word.chain_id}`,
        },
        program: `Diem version ${word.diem_version ?? "unknown"}`,
        height: word.version,
      };
    }),
};
