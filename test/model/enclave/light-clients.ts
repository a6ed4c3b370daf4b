/**
 * Light clients without signatures: which set vouches for what, and by which way an enclave gets
 * there.
 */
import type { Facts, ParachainFacts } from "@pdiem/bridge/facts/facts";
import { hasAuthorities, hasEpoch, type OwnSets } from "@pdiem/bridge/facts/own-sets";
import { remember } from "@pdiem/bridge/facts/set-history";
import { checkSkew } from "@pdiem/bridge/facts/skew";
import type { FactSigners, Proven } from "@pdiem/bridge/facts/verify-facts";
import { trusting } from "@pdiem/bridge/testing/checkpoints";
import { ProofError } from "@pdiem/light-client/error";
import { child } from "@pdiem/light-client/polkadot/testing/chain";
import type { DiemState } from "../chains/diem.js";
import { diemFacts } from "../chains/diem-facts.js";
import type { ParachainState } from "../chains/parachain.js";
import { parachainFacts } from "../chains/parachain-facts.js";
import { authoritySetOf, epochOf, type Line, type SetRef } from "../chains/sets.js";
import { config, FIRST_EPOCH, FIRST_SET } from "../setting.js";

const FIRST = { isForged: false, since: 0n };

const firstLightClients = (): OwnSets["lightClients"] => {
  const { diem, relay } = trusting(FIRST_EPOCH, FIRST_SET);
  if (diem.type !== "epochState") throw new Error("expected an epoch");
  const epochState = epochOf({ index: FIRST_EPOCH, ...FIRST });
  return {
    diem: { ...diem, value: { ...diem.value, epochState } },
    relay: { ...relay, ...authoritySetOf({ index: FIRST_SET, ...FIRST }) },
  };
};

/** What every enclave begins with. */
export const INITIAL_SETS: OwnSets = {
  lightClients: firstLightClients(),
  setHistory: { time: 0n, diem: [], relay: [] },
};

const LAST_HEADER = { header: child(undefined) };

const foreign = (): never => {
  throw new ProofError("proof/foreign-set", "expected signers of the light client's own chain");
};

const signerOf = (line: Line): SetRef => line.at(-1) ?? foreign();

/** The sets of the line from the present one on; a line that doesn't go through it is foreign. */
const wayFrom = (line: Line, isPresent: (set: SetRef) => boolean): Line => {
  const at = line.findIndex(isPresent);
  return at < 0 ? foreign() : line.slice(at);
};

/** Sets are made once each, so those that are the same are one. */
const isPresentEpoch = ({ lightClients: { diem } }: OwnSets, set: SetRef): boolean =>
  diem.type === "epochState" && diem.value.epochState === epochOf(set);

const isPresentSet = ({ lightClients: { relay } }: OwnSets, set: SetRef): boolean =>
  relay.authorities === authoritySetOf(set).authorities;

const followDiem = (own: OwnSets, line: Line): OwnSets => {
  const signer = signerOf(line);
  if (isPresentEpoch(own, signer) || hasEpoch(own, epochOf(signer))) return own;
  const way = wayFrom(line, (set) => isPresentEpoch(own, set));
  const diem = way
    .slice(0, -1)
    .map((set, i) => ({ epochState: epochOf(set), endedAt: (way[i + 1]?.since ?? 0n) * 1000n }));
  const { diem: trusted } = own.lightClients;
  if (trusted.type !== "epochState") return foreign();
  return {
    lightClients: {
      ...own.lightClients,
      diem: { ...trusted, value: { ...trusted.value, epochState: epochOf(signer) } },
    },
    setHistory: remember(own.setHistory, { diem, relay: [] }, {}),
  };
};

const followRelay = (own: OwnSets, line: Line): OwnSets => {
  const signer = signerOf(line);
  if (isPresentSet(own, signer) || hasAuthorities(own, authoritySetOf(signer))) return own;
  const way = wayFrom(line, (set) => isPresentSet(own, set));
  const relay = way.slice(0, -1).map((set) => ({ set: authoritySetOf(set), last: LAST_HEADER }));
  return {
    lightClients: { ...own.lightClients, relay: { ...own.lightClients.relay, ...authoritySetOf(signer) } },
    setHistory: remember(own.setHistory, { diem: [], relay }, {}),
  };
};

const timed = ({ lightClients, setHistory }: OwnSets, times: { diem?: bigint; parachain: bigint }): OwnSets => ({
  lightClients,
  setHistory: remember(setHistory, { diem: [], relay: [] }, times),
});

/**
 * Proves a block, as `verifyBlock` does.
 * @param diem signers of Diem, whose light client moves along
 * @throws ProofError `proof/foreign-set`
 */
export const proveBlock = (before: OwnSets, state: ParachainState, diem?: Line): Proven<ParachainFacts> => {
  const own = followRelay(diem === undefined ? before : followDiem(before, diem), state.line);
  const signers: FactSigners = { epoch: undefined, setId: signerOf(state.line).index };
  return { own: timed(own, { parachain: state.time }), facts: parachainFacts(state), signers };
};

/**
 * Proves both chains, as `verifyFacts` does.
 * @throws ProofError `proof/foreign-set`; RefusedError `refused/skew`
 */
export const proveFacts = (before: OwnSets, diem: DiemState, parachain: ParachainState): Proven<Facts> => {
  const own = followRelay(followDiem(before, diem.line), parachain.line);
  const facts: Facts = { diem: diemFacts(diem), parachain: parachainFacts(parachain) };
  checkSkew(config.maxSkew, facts);
  return {
    own: timed(own, { diem: diem.time, parachain: parachain.time }),
    facts,
    signers: { epoch: signerOf(diem.line).index, setId: signerOf(parachain.line).index },
  };
};
