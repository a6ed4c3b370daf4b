import { describeMisbehaviour } from "@pdiem/bridge-client/guardians/evidence-file";
import { culpritsOf, type Misbehaviour } from "@pdiem/bridge/governance/misbehaviour";
import { toHex } from "@pdiem/light-client/bytes";
import { z } from "zod";
import type { Guard } from "../sync/misbehaviour/guard.js";

/** What was found since this process runs, and what its folder held from before. Sets and signers of either chain. */
export const misbehaviourView = z.object({
  evidence: z.array(
    z.object({
      chain: z.enum(["diem", "relay"]),
      /** `3 or 5` where each has signed one of two histories. */
      set: z.string(),
      text: z.array(z.string()),
      /** Whether light clients here went through those sets; else nothing but the file itself says that they are the chain's. */
      known: z.boolean(),
      /** For `pdiem evidence show`; none as long as it can't be written. */
      file: z.string().optional(),
    }),
  ),
  equivocators: z.object({
    count: z.int(),
    /** The last ones. */
    some: z.array(z.object({ chain: z.enum(["diem", "relay"]), set: z.string(), signer: z.string() })),
  }),
  /** When all nodes were last compared, ms since 1970. */
  comparedAt: z.number().optional(),
});

export type MisbehaviourView = z.output<typeof misbehaviourView>;

const MOST_TOLD = 16;

const setsOf = (misbehaviour: Misbehaviour): string =>
  culpritsOf(misbehaviour)
    .map(({ value }) => value)
    .join(" or ");

export const viewMisbehaviour = (guard: Guard): MisbehaviourView => {
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

/** In a line each. */
export const describeMisbehaviourView = ({ evidence, equivocators }: MisbehaviourView): readonly string[] => [
  ...evidence.map(
    ({ text, file, known }) =>
      `${known ? "" : "(by sets that this relayer doesn't know, perhaps forged) "}${text[0] ?? ""} ${file ?? "not written yet"}`,
  ),
  ...(equivocators.count === 0 ? [] : [`${equivocators.count} single signers signed for two histories`]),
];
