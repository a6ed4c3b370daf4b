import { culpritsOf, type MisbehaviourEvidence } from "@pdiem/bridge/governance/misbehaviour";
import { describeMisbehaviour } from "@pdiem/bridge-client/guardians/evidence-file";
import { toHex } from "@pdiem/light-client/bytes";
import type { Guard } from "../sync/misbehaviour/guard.js";
import type { MisbehaviourView } from "../views/misbehaviour-view.js";

const MOST_TOLD = 16;

const setsOf = (misbehaviour: MisbehaviourEvidence): string =>
  culpritsOf(misbehaviour)
    .map(({ value }) => value)
    .join(" or ");

/** Shows what was found of validators and authorities. */
export const viewMisbehaviour = (guard: Pick<Guard, "kept" | "equivocators" | "comparedAt">): MisbehaviourView => {
  const equivocators = guard.equivocators();
  const comparedAt = guard.comparedAt();
  return {
    evidence: guard.kept().map(({ evidence: { misbehaviour }, path, isKnown }) => ({
      chain: misbehaviour.type,
      set: setsOf(misbehaviour),
      text: [...describeMisbehaviour(misbehaviour)],
      known: isKnown,
      ...(path === undefined ? {} : { file: path }),
    })),
    equivocators: {
      count: equivocators.length,
      some: equivocators.slice(-MOST_TOLD).map(({ chain, set, signer }) => ({
        chain,
        set: set.toString(),
        signer: `0x${toHex(signer)}`,
      })),
    },
    ...(comparedAt === undefined ? {} : { comparedAt }),
  };
};
