import { z } from "zod";

const chain = z.enum(["diem", "relay"]);

/**
 * What was found since this process runs, and what its folder held from before: sets and signers of
 * either chain.
 */
export const misbehaviourView = z.object({
  evidence: z.array(
    z.object({
      chain,
      /** `3 or 5` where each has signed one of two histories. */
      set: z.string(),
      text: z.array(z.string()),
      /**
       * Whether light clients here went through those sets; else the file alone says that they are
       * the chain's.
       */
      known: z.boolean(),
      /** For `pdiem evidence show`; none as long as it can't be written. */
      file: z.string().optional(),
    }),
  ),
  equivocators: z.object({
    count: z.int(),
    /** The last ones. */
    some: z.array(z.object({ chain, set: z.string(), signer: z.string() })),
  }),
  /** When all nodes were last compared, ms since 1970. */
  comparedAt: z.number().optional(),
});

export type MisbehaviourView = z.output<typeof misbehaviourView>;

/** Writes a line for each thing that was found. */
export const describeMisbehaviourView = ({ evidence, equivocators }: MisbehaviourView): readonly string[] => [
  ...evidence.map(({ text, file, known }) => {
    const doubt = known ? "" : "(by sets that this relayer doesn't know, perhaps forged) ";
    return `${doubt}${text[0] ?? ""} ${file ?? "not written yet"}`;
  }),
  ...(equivocators.count === 0 ? [] : [`${equivocators.count} single signers signed for two histories`]),
];
