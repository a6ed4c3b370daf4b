import { formatRelayRoot } from "@pdiem/bridge-client/config/bridge-config-json";
import { toHex } from "@pdiem/light-client/bytes";
import { isPdiemError, PdiemError } from "@pdiem/light-client/error";
import { slotTime } from "@pdiem/light-client/polkadot/finality/babe-slot";
import { blockHash } from "../../chains/parachain/substrate-node.js";
import { createSubstrateRpc, type SubstrateNode, type SubstrateRpc } from "../../chains/parachain/substrate-rpc.js";
import { createEndpoints } from "../../chains/rpc/endpoints.js";
import { ConfigError } from "../../error.js";
import { readJson, writeJson } from "../json-file.js";
import type { Output } from "../output.js";
import { differencesAt } from "./check.js";
import { followRoot, type Root, rootOfNode, rootOfSpecification } from "./root.js";

export interface RelayRootOptions {
  /** File of a chain specification, or of its light sync state. */
  readonly spec?: string;
  /** URL of a node. */
  readonly node?: string;
  /** URLs of the nodes that it is checked against. */
  readonly check?: readonly string[];
  /** File to write; left out, it goes to the output. */
  readonly to?: string;
  readonly json?: boolean;
  /** Seconds that a node may take to get above the root's block. */
  readonly timeout: number;
}

const BOUNDS = { timeoutMs: 60_000, maxResponseBytes: 64_000_000 };
const DAY_MS = 24 * 3_600_000;
/** An enclave signs nothing for times later than that after its checkpoint: PROTOCOL 6. */
const TERM_DAYS = 14;
const TELL_MS = 1_000;

const nodesAt = (urls: readonly string[]): SubstrateRpc => createSubstrateRpc(createEndpoints(urls), BOUNDS);

const followed = (relay: SubstrateRpc, from: Root, { err }: Output): Promise<Root> => {
  const first = from.state.setId;
  let toldAt = performance.now();
  return followRoot(relay, from, (setId, latest) => {
    if (performance.now() - toldAt < TELL_MS) return;
    toldAt = performance.now();
    err(`${setId - first} ${latest === undefined ? "" : `of ${latest - first} `}authority sets, at set ${setId}`);
  });
};

const rootFrom = async ({ spec, node }: RelayRootOptions, output: Output): Promise<Root> => {
  if (spec === undefined) {
    if (node !== undefined) return nodesAt([node]).run(rootOfNode);
    throw new ConfigError("config/relay-root", "expected --spec FILE, --node URL or both: where the root comes from");
  }
  const published = rootOfSpecification(readJson(spec));
  return node === undefined ? published : followed(nodesAt([node]), published, output);
};

/** What one of the nodes found: nothing, or why it doesn't agree, or why it can't be asked. */
interface Verdict {
  readonly url: string;
  readonly differences: readonly string[];
  readonly failure: string | undefined;
}

const verdictOf = async (
  node: SubstrateNode,
  root: Root,
  genesis: Uint8Array | undefined,
  waitMs: number,
): Promise<Verdict> => {
  const { url } = node;
  try {
    return { url, differences: await differencesAt(node, root, genesis, waitMs), failure: undefined };
  } catch (error) {
    if (!isPdiemError(error)) throw error;
    return { url, differences: [], failure: error.message };
  }
};

const expectAgreement = (verdicts: readonly Verdict[]): void => {
  const differ = verdicts.flatMap(({ url, differences }) => differences.map((one) => `${url}: ${one}`));
  if (differ.length > 0)
    throw new PdiemError("relay-root/differs", `expected all nodes to agree with the root\n${differ.join("\n")}`);
  const failed = verdicts.flatMap(({ url, failure }) => (failure === undefined ? [] : [`${url}: ${failure}`]));
  if (failed.length > 0)
    throw new PdiemError("relay-root/unchecked", `expected all nodes to answer\n${failed.join("\n")}`, "backoff");
};

const genesisOf = async (urls: readonly string[]): Promise<Uint8Array | undefined> => {
  for (const { call } of nodesAt(urls).nodes)
    try {
      const first = await blockHash(call, 0);
      if (first !== undefined) return first;
    } catch (error) {
      if (!isPdiemError(error)) throw error;
    }
  return undefined;
};

const tellRoot = ({ state, header }: Root, genesis: Uint8Array | undefined, { err }: Output): void => {
  const { setId, authorities, finalized } = state;
  const time = Number(slotTime(header));
  if (genesis !== undefined) err(`relay chain   genesis 0x${toHex(genesis)}`);
  err(`root          block ${finalized.number} 0x${toHex(finalized.hash)}, ${new Date(time).toISOString()}`);
  err(`finalized by  set ${setId}, ${authorities.length} authorities`);
  const days = Math.floor((Date.now() - time) / DAY_MS);
  if (days >= 1)
    err(
      `the root is ${days} days old, and the first checkpoint with it: ${TERM_DAYS} days after it enclaves sign nothing without a newer one; --node follows finality to a newer root`,
    );
};

/**
 * Writes the relay part of a bridge's configuration: `relay` and `rootsTime`. It begins at a
 * published light sync state, or at a node's word. From there a node's finality is followed to now.
 * @throws ConfigError `config/relay-root`; PdiemError `relay-root/differs` where a node disagrees,
 * `relay-root/unchecked`, `backoff`, where one can't be asked; those of `rootOfSpecification`,
 * `rootOfNode` and `followRoot`
 */
export const relayRootCommand = async (options: RelayRootOptions, output: Output): Promise<void> => {
  const { node, check = [], to, timeout } = options;
  const root = await rootFrom(options, output);
  const genesis = await genesisOf([...(node === undefined ? [] : [node]), ...check]);
  tellRoot(root, genesis, output);
  const verdicts = await Promise.all(nodesAt(check).nodes.map((one) => verdictOf(one, root, genesis, timeout * 1_000)));
  expectAgreement(verdicts);
  output.err(
    check.length === 0
      ? "checked against no other node: --check URL... does that, and everything rests on it"
      : `checked       ${check.length} nodes agree: ${check.join(", ")}`,
  );
  const part = { relay: formatRelayRoot(root.state), rootsTime: slotTime(root.header).toString() };
  if (to !== undefined) writeJson(to, part);
  if (options.json === true) output.out(JSON.stringify(part));
  else if (to === undefined) output.out(JSON.stringify(part, undefined, 2));
};
