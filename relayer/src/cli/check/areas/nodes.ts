/** What each node of a chain says of itself, judged together. It is believed for nothing more. */
import { endpointName } from "@pdiem/bridge-client/endpoint-name";
import { CHAIN_NAMES, type Chain, noNode } from "../../../readiness/node-obstacles.js";
import { blocking } from "../../../readiness/obstacle.js";
import { type Finding, need, wish } from "../../set-up/finding.js";
import { faultIn, ofObstacles, textOf } from "../area.js";

/** What one node says. */
export interface NodeWord {
  /** Whether it is of the chain that the configuration means, and what it says. */
  readonly chain: { readonly isOurs: boolean; readonly expected: string; readonly found: string };
  /** Names the program and its version. */
  readonly program: string;
  /** The newest block or version that is final. */
  readonly height: bigint;
}

interface Asked {
  readonly url: string;
  readonly word?: NodeWord;
  readonly error?: unknown;
}

const ask = async (url: string, asking: (url: string) => Promise<NodeWord>): Promise<Asked> => {
  try {
    return { url, word: await asking(url) };
  } catch (error) {
    return { url, error: faultIn(error) };
  }
};

const CORRECT: Readonly<Record<Chain, string>> = {
  diem: "name nodes of this network in diem.urls, or correct bridge.diem: a bridge's network never changes",
  parachain: "name nodes of this parachain in parachain.urls, or correct bridge.parachain.genesisHash",
  relay: "name nodes of this relay chain in relay.urls, or make bridge.relay anew: pdiem relay-root",
};

const ofNode = (chain: Chain, { url, word, error }: Asked, best: bigint, far: bigint): readonly Finding[] => {
  const name = `${CHAIN_NAMES[chain]} at ${endpointName(url)}`;
  if (word === undefined)
    return [wish(`${chain}/node`, name, false, "an answer", textOf(error), "see whether it runs, or name another")];
  const { isOurs, expected, found } = word.chain;
  const told = `${found}, ${word.program}, at ${word.height}`;
  return [
    need(`${chain}/other-chain`, name, isOurs, expected, told, CORRECT[chain]),
    ...(isOurs && best - word.height > far
      ? [wish(`${chain}/behind`, name, false, `about ${best}, as others have`, `${word.height}`, "see why it lags")]
      : []),
  ];
};

/** Two nodes of one host fall together. */
const spread = (chain: Chain, urls: readonly string[]): Finding =>
  wish(
    `${chain}/one-node`,
    `nodes of ${CHAIN_NAMES[chain]}`,
    new Set(urls.map((url) => new URL(url).host)).size > 1,
    "several, of different people",
    `${urls.length}`,
    `add others to ${chain}.urls: where one fails or lies, the next is asked`,
  );

/**
 * Asks each node by itself.
 * @param far how many blocks or versions behind the best node tell of one that lags
 */
export const nodeFindings = async (
  chain: Chain,
  urls: readonly string[],
  far: bigint,
  asking: (url: string) => Promise<NodeWord>,
): Promise<readonly Finding[]> => {
  const asked = await Promise.all(urls.map((url) => ask(url, asking)));
  const words = asked.flatMap(({ word }) => (word === undefined ? [] : [word]));
  const name = `nodes of ${CHAIN_NAMES[chain]}`;
  if (words.length === 0) {
    const reason = textOf(asked[0]?.error);
    const common = { code: `${chain}/no-node`, name, expected: "a node that answers", found: "" };
    return ofObstacles(common, blocking(noNode(chain, reason)));
  }
  const best = words.reduce((most, { height }) => (height > most ? height : most), 0n);
  return [...asked.flatMap((one) => ofNode(chain, one, best, far)), spread(chain, urls)];
};
