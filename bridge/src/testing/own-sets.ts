import type { Facts, ParachainFacts } from "../facts/facts.js";
import type { OwnSets } from "../facts/own-sets.js";
import { authoritySetHash, epochStateHash } from "../facts/set-hash.js";
import type { FactSigners, Proven } from "../facts/verify-facts.js";
import { authoritiesOf, trusting, validatorsOf } from "./checkpoints.js";

/** Names own chains that trust that epoch and set, and have left those before. */
export const ownSets = (
  epoch: bigint,
  setId: bigint,
  { epochs = [], sets = [] }: { readonly epochs?: readonly bigint[]; readonly sets?: readonly bigint[] } = {},
): OwnSets => ({
  lightClients: trusting(epoch, setId),
  setHistory: {
    time: 1n,
    diem: epochs.map((one) => ({ hash: epochStateHash(validatorsOf(one)), leftAt: 1n })),
    relay: sets.map((one) => ({ hash: authoritySetHash(authoritiesOf(one)), leftAt: 1n })),
  },
});

/** Says of facts who signed them: by default the present sets. */
export const provenBy = <F extends Facts | ParachainFacts>(
  own: OwnSets,
  facts: F,
  signers: Partial<FactSigners> = {},
): Proven<F> => {
  const { diem, relay } = own.lightClients;
  const epoch = diem.type === "epochState" ? diem.value.epochState.epoch : undefined;
  return { own, facts, signers: { epoch, setId: relay.setId, ...signers } };
};
