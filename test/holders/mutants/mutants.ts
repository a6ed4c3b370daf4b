/** Each check of PROTOCOL 7a broken by itself: schedules must find that something went wrong. */
import { runChanged } from "../../model/mutants/run-mutant.js";
import type { Found } from "../../model/mutants/worker.js";
import type { Theme } from "../run-schedules.js";

export interface HoldersMutant {
  /** What the broken enclave does. */
  readonly name: string;
  /** From the root on. */
  readonly file: string;
  /** A piece of the source that stands there once, and what comes in its place. */
  readonly from: string;
  readonly to: string;
  readonly theme: Theme;
}

const REPAIR = "bridge/src/handover/repair.ts";
const END = "enclave/src/handover/check-end.ts";
const GIVING = "enclave/src/handover/giving.ts";
const HELP = "enclave/src/repair/help.ts";
const HELPING = "enclave/src/repair/helping.ts";
const SESSION = "bridge/src/holders/session.ts";
const PARTICIPANT = "enclave/src/ceremony/participant.ts";

const inRepairs: readonly Omit<HoldersMutant, "theme">[] = [
  { name: "helps with any number of helpers", file: REPAIR, from: "helpers.length === threshold && ", to: "" },
  { name: "helps with slots in any order, or twice", file: REPAIR, from: "&& isRising &&", to: "&&" },
  {
    name: "helps with the lost slot",
    file: REPAIR,
    from: " && helpers.every(({ slot }) => slot !== lost)",
    to: "",
  },
  {
    name: "helps by any public package",
    file: END,
    from: "equal(publicPackageHash(share.publicPackage), grant.publicPackage) &&",
    to: "",
  },
  {
    name: "gives another slot's share than it holds",
    file: END,
    from: "(!isOwnSlot || share.slot === grant.slot)",
    to: "true",
  },
  {
    name: "gives by transcripts with others' hand-over keys",
    file: END,
    from: "equal(own.handoverKey, end.publicKey),",
    to: "true,",
  },
  {
    name: "doesn't verify the receiver",
    file: GIVING,
    from: "const platform = verifyOtherSide(receiver, { ...judgement, reportData, slot: granted?.slot });",
    to: "const platform = undefined; void reportData;",
  },
  {
    name: "verifies the receiver by any class's measurements",
    file: GIVING,
    from: "slot: granted?.slot });",
    to: "slot: undefined });",
  },
  {
    name: "doesn't verify other helpers",
    file: HELPING,
    from: "checkNamed(verifyOtherSide(party, { ...judgement, collateral, reportData, slot }), platform);",
    to: "void [checkNamed, verifyOtherSide, collateral, reportData, platform];",
  },
  {
    name: "verifies helpers by any class's measurements",
    file: HELPING,
    from: "collateral, reportData, slot }), platform",
    to: "collateral, reportData, slot: undefined }), platform",
  },
  {
    name: "gives without a decision",
    file: "bridge/src/handover/admission.ts",
    from: "  checkDecided(inForce, shown.name);\n",
    to: "  void checkDecided;\n",
  },
  {
    name: "gives by a decision about another slot",
    file: "bridge/src/handover/grant.ts",
    from: "granted === undefined ? transcript :",
    to: "granted !== undefined || granted === undefined ? transcript :",
  },
  {
    name: "gives while paused",
    file: "bridge/src/handover/admission.ts",
    from: "  checkOperating(inForce);\n",
    to: "  void checkOperating;\n",
  },
  {
    name: "takes any nonce for its own",
    file: GIVING,
    from: 'self.nonces.isOwn("checkpoint", transcript, nonce)',
    to: "nonce.length === 32 || self === undefined",
  },
  {
    name: "splits another way each time",
    file: "enclave/src/repair/arithmetic.ts",
    from: "transcript, Uint8Array.of(helper)",
    to: "crypto.getRandomValues(new Uint8Array(32)), transcript, Uint8Array.of(helper)",
  },
  {
    name: "splits the same way for every transcript",
    file: "enclave/src/repair/arithmetic.ts",
    from: "blake2b256(TAG, transcript, Uint8Array.of(helper))",
    to: "blake2b256(TAG, Uint8Array.of(helper + 0 * transcript.length))",
  },
  {
    name: "adds up whatever rows it is shown",
    file: HELP,
    from: "    checkRows(transcript, share.publicPackage, rows);\n",
    to: "    void checkRows;\n",
  },
  {
    name: "doesn't look for its own points",
    file: HELP,
    from: "if (!equal(concat(...own.map(({ point }) => point)), concat(...(rows[place] ?? []))))",
    to: "if (equal(concat(), concat(Uint8Array.of(0))))",
  },
  {
    name: "binds no points into boxes",
    file: "enclave/src/repair/box.ts",
    from: "Uint8Array.of(from, to), concat(...rows.flat())",
    to: "Uint8Array.of(from, to), concat(...rows.slice(0, 0).flat())",
  },
  {
    name: "binds no transcript into boxes",
    file: "enclave/src/repair/box.ts",
    from: "blake2b256(TAG, transcript, Uint8Array",
    to: "blake2b256(TAG, transcript.subarray(0, 0), Uint8Array",
  },
  {
    name: "takes a share that its verifying share doesn't verify, of sums that fit no points",
    file: "enclave/src/repair/arithmetic.ts",
    from: "  if (!holds)\n",
    to: "  if (!holds && what.length === 0)\n",
  },
];

const inSigning: readonly Omit<HoldersMutant, "theme">[] = [
  {
    name: "signs with any number of commitments",
    file: SESSION,
    from: "commitments.length === threshold,",
    to: "commitments.length > 0 || threshold === 0,",
  },
  {
    name: "signs with slots that there aren't",
    file: SESSION,
    from: " && slot <= slots.length,",
    to: " && slots.length > 0,",
  },
  {
    name: "signs with slots in any order",
    file: SESSION,
    from: "slot > (commitments[i - 1]?.slot ?? 0) &&",
    to: "i >= 0 &&",
  },
  {
    name: "signs another message than was asked for",
    file: SESSION,
    from: "    equal(hash, messageHash(message)),\n",
    to: "    hash.length === messageHash(message).length,\n",
  },
  {
    name: "takes a handle twice",
    file: "enclave/src/signer/handles.ts",
    from: "    for (const name of names) epoch.used.add(name);\n",
    to: "    void names;\n",
  },
];

const inCeremonies: readonly Omit<HoldersMutant, "theme">[] = [
  {
    name: "takes two slots of one hand-over key",
    file: PARTICIPANT,
    from: "new Set(parts.map(({ handoverKey }) => toHex(handoverKey))).size === length,",
    to: "toHex(parts[0]?.handoverKey ?? new Uint8Array()).length > 0,",
  },
  {
    name: "answers for parts of any number of commitments",
    file: PARTICIPANT,
    from: "commitments.length === holders.threshold,",
    to: "commitments.length >= 0,",
  },
  {
    name: "answers for two rolls",
    file: PARTICIPANT,
    from: "    equal(roll.hash, hash),\n",
    to: "    roll.hash.length === hash.length,\n",
  },
];

export const HOLDERS_MUTANTS: readonly HoldersMutant[] = [
  ...inRepairs.map((mutant) => ({ ...mutant, theme: "repair" as const })),
  ...inSigning.map((mutant) => ({ ...mutant, theme: "signing" as const })),
  ...inCeremonies.map((mutant) => ({ ...mutant, theme: "ceremony" as const })),
];

/** Runs schedules on a mutant; undefined where they find nothing wrong. */
export const runHoldersMutant = (mutant: HoldersMutant, most: number, seed: number): Promise<Found> =>
  runChanged(mutant, mutant.file, "test/holders/mutants/worker.ts", { seed, theme: mutant.theme, most });
