/** What every verb does with evidence before anything else. */
import type { PassedSets } from "@pdiem/bridge/facts/advance";
import type { Evidence } from "@pdiem/bridge/facts/proof-bundle";
import type { Facts } from "@pdiem/bridge/facts/facts";
import { checkTerm } from "@pdiem/bridge/checkpoint/term";
import type { Heads } from "@pdiem/bridge/facts/light-client-state";
import { type ProvenTimes, remember } from "@pdiem/bridge/facts/recent-sets";
import { verifyFacts } from "@pdiem/bridge/facts/verify-facts";
import type { Following } from "./active.js";
import type { Kept } from "./kept.js";

interface Stepped {
  readonly heads: Heads;
  readonly passed: PassedSets;
}

/** What is kept once the light clients have moved on, and these times were proven. */
export const keptAfter = (
  { recentSets, checkpoint, receipt }: Following,
  { heads, passed }: Stepped,
  proven: ProvenTimes,
): Kept => ({ heads, recentSets: remember(recentSets, passed, proven), checkpoint, receipt });

/** Nothing is signed but under a checkpoint. @throws as `checkTerm` */
export const checkTermOf = ({ config, checkpoint }: Following, ...times: readonly bigint[]): void =>
  checkTerm(config, checkpoint?.checkpoint, ...times);

/** Facts of both chains, and what is kept from then on. @throws as `verifyFacts` */
export const prove = (following: Following, evidence: Evidence): { readonly kept: Kept; readonly facts: Facts } => {
  const { facts, ...stepped } = verifyFacts(following.config, following.heads, evidence);
  const times = { diem: facts.diem.time, parachain: facts.parachain.time };
  return { kept: keptAfter(following, stepped, times), facts };
};
