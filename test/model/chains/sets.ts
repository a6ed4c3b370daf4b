/** Who signs for both chains: sets that follow each other, and forks by keys of former ones. */
import { authoritiesOf, validatorsOf } from "@pdiem/bridge/testing/checkpoints";
import type { EpochState } from "@pdiem/light-client/diem/epochs/epoch-state";
import { epochStateOf, validators } from "@pdiem/light-client/diem/testing/validators";
import type { AuthoritySet } from "@pdiem/light-client/polkadot/finality/authority-set";
import { voters } from "@pdiem/light-client/polkadot/testing/chain";

/** One set of a chain. Its keys tell whether it is one of the true chain's. */
export interface SetRef {
  /** Epoch or GRANDPA set id. */
  readonly index: bigint;
  readonly isForged: boolean;
  /** When it took over, ms. */
  readonly since: bigint;
}

/** Sets that follow each other, from the first to who signs. */
export type Line = readonly SetRef[];

const remembered = <T>(make: (set: SetRef) => T): ((set: SetRef) => T) => {
  const made = new Map<string, T>();
  return (set) => {
    const name = `${set.index}/${set.isForged}`;
    const before = made.get(name) ?? make(set);
    made.set(name, before);
    return before;
  };
};

export const epochOf: (set: SetRef) => EpochState = remembered(({ index, isForged }) =>
  isForged ? epochStateOf(index, validators(4, 1_000 + Number(index))) : validatorsOf(index),
);

export const authoritySetOf: (set: SetRef) => AuthoritySet = remembered(({ index, isForged }) => {
  if (!isForged) return authoritiesOf(index);
  const { authorities } = voters(4, index, `forger of ${index}`);
  return { setId: index, authorities };
});

/** The next set, elected or forged. */
export const followedBy = (line: Line, since: bigint, isForged: boolean): Line => {
  const last = line.at(-1);
  if (last === undefined) throw new RangeError("expected a first set");
  return [...line, { index: last.index + 1n, isForged, since }];
};
