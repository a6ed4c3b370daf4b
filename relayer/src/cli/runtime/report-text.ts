/** A report on a runtime, for people and for scripts. */
import type { BatchLimits } from "@pdiem/bridge/config/bridge-config";
import { toHex } from "@pdiem/light-client/bytes";
import type { BatchTake } from "../../runtime/batch-room.js";
import type { Weight } from "../../runtime/block-limits.js";
import type { Finding, Part } from "../../runtime/check/finding.js";
import type { RuntimeReport } from "../../runtime/check/runtime-report.js";
import { type Requirement, requirements } from "./requirements.js";

export interface ReportContext {
  readonly report: RuntimeReport;
  /** What the configuration allows a batch; undefined without one. */
  readonly limits: BatchLimits | undefined;
  /** The spec version in force now; undefined where only a file was given. */
  readonly running: number | undefined;
}

const TITLES: readonly (readonly [Part, string])[] = [
  ["storage", "What the bridge reads"],
  ["calls", "What it calls"],
  ["extrinsics", "How extrinsics are signed"],
  ["extensions", "What extensions add"],
  ["metadata hash", "Whether a metadata hash is checked"],
  ["constants", "Constants"],
  ["interfaces", "Interfaces"],
];

const MARKS = { ok: "ok", note: "note", differs: "DIFFERS" } as const;
/** In picoseconds. */
const MS = 1_000_000_000n;
const US = 1_000_000n;
/** Both anchors and the remark. */
const FRAME_CALLS = 3;
const INDENT = " ".repeat(11);

const hex = (bytes: Uint8Array): string => `0x${toHex(bytes)}`;
const grouped = (value: bigint | number): string => value.toString().replace(/\B(?=(?:\d{3})+$)/g, ",");

const findingLines = ({ outcome, subject, found, expected, meaning }: Finding): readonly string[] => [
  `  ${MARKS[outcome].padEnd(8)} ${subject.padEnd(34)} ${found}`,
  ...(expected === undefined ? [] : [`${INDENT}expected ${expected}`]),
  ...(meaning === undefined ? [] : [`${INDENT}${meaning}`]),
];

const section = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : ["", title, ...lines];

/** What is as expected is counted, unless everything is wanted. */
const partLines = (all: readonly Finding[], isWhole: boolean): readonly string[] => {
  const shown = all.filter(({ outcome }) => isWhole || outcome !== "ok");
  const others = all.length - shown.length;
  return [...shown.flatMap(findingLines), ...(others === 0 ? [] : [`  ok       ${others} as expected`])];
};

/** Runtimes that count no proofs have a bound that nothing reaches. */
const proofWords = (bytes: bigint): string => (bytes < 2n ** 62n ? `${grouped(bytes)} bytes of proof` : "any proof");

const takeWords = ({ refTime, proofSize, length }: BatchTake): string =>
  `${grouped(refTime / MS)} ms, ${proofWords(proofSize)}, ${grouped(length)} bytes of extrinsic`;

const callWords = ({ refTime, proofSize }: Weight): string =>
  `${grouped(refTime / US)} µs${proofSize === 0n ? "" : ` and ${proofWords(proofSize)}`}`;

const roomLines = ({ report: { room }, limits }: ReportContext): readonly string[] => {
  if (room === undefined) return ["  the runtime doesn't tell: the configuration's bounds alone hold"];
  const { limit, weights, mints } = room;
  const isMore = limits !== undefined && limits.calls - FRAME_CALLS > mints;
  return [
    `  95 % of half a block: ${takeWords(limit)}`,
    `  a mint takes ${callWords(weights.calls.mint)}; a burn ${callWords(weights.calls.burn)}`,
    `  at most ${grouped(mints)} mints, and fewer of what weighs more`,
    ...(limits === undefined
      ? []
      : [
          `  the configuration allows ${grouped(limits.calls)} calls and ${grouped(limits.bytes)} bytes: ${
            isMore ? "relayers stop where the runtime does" : "it fits"
          }`,
        ]),
  ];
};

const requirementLine = ({ needs, why, isMet }: Requirement): readonly string[] => [
  `  ${isMet === undefined ? "not seen" : isMet ? "has it" : "LACKS IT"}`.padEnd(11) + needs,
  `${INDENT}${why}`,
];

/** Writes the command by which guardians name the runtime. */
const checkpointCommand = ({ report: { version }, running }: ReportContext): string => {
  const versions = running === version.specVersion ? [running] : [running ?? "RUNNING", version.specVersion];
  return `npx pdiem guardian checkpoint propose ${versions.map((one) => `--spec-version ${one}`).join(" ")} --key KEY -o cp.json --config own.json`;
};

const encodingWords = ({ encoding }: RuntimeReport): string => {
  if (encoding === undefined) return "the enclave can't write its extrinsics";
  return encoding.type === "pinned"
    ? "calls are pinned by a profile: no metadata hash is signed"
    : `calls are proven, bound to the metadata hash ${encoding.digest} (${encoding.token.symbol}, ${encoding.token.decimals} decimals)`;
};

const verdictLines = (context: ReportContext): readonly string[] => {
  const { qualifies, findings, version } = context.report;
  const wrong = findings.filter(({ outcome }) => outcome === "differs").length;
  if (!qualifies)
    return [
      "",
      `NO: the bridge can't run on ${version.specName} ${version.specVersion}, for ${wrong === 1 ? "one difference" : `${wrong} differences`}. Don't name it in a checkpoint.`,
    ];
  return [
    "",
    `YES: the bridge can run on ${version.specName} ${version.specVersion}. Types don't show what calls do, nor migrations under way: read the release's notes.`,
    `Guardians name ${version.specVersion} in a checkpoint, before the upgrade comes:`,
    `  ${checkpointCommand(context)}`,
  ];
};

/**
 * Writes a report line by line, the verdict last.
 * @param isWhole also tells each single thing that is as expected
 */
export const reportLines = (context: ReportContext, isWhole: boolean): readonly string[] => {
  const { report } = context;
  const { version, source, metadataVersion, findings } = report;
  return [
    `${version.specName} ${version.specVersion}, at ${source.name}`,
    ...(source.codeHash === undefined
      ? []
      : [`  code hash ${hex(source.codeHash)}: an upgrade's proposal must name it`]),
    `  transaction version ${version.transactionVersion}, state version ${version.stateVersion}, metadata ${metadataVersion}`,
    `  ${encodingWords(report)}`,
    ...TITLES.flatMap(([part, title]) =>
      section(
        title,
        partLines(
          findings.filter((one) => one.part === part),
          isWhole,
        ),
      ),
    ),
    ...section("What a batch may hold", roomLines(context)),
    ...section("A parachain qualifies that has", requirements(report).flatMap(requirementLine)),
    ...verdictLines(context),
  ];
};

const weightView = ({ refTime, proofSize }: Weight) => ({
  refTime: refTime.toString(),
  proofSize: proofSize.toString(),
});

/** Makes the same as one JSON value: amounts and weights are decimal strings. */
export const reportView = (context: ReportContext) => {
  const { report, limits } = context;
  const { version, source, metadataVersion, encoding, findings, room, qualifies } = report;
  const { specName, specVersion, transactionVersion, stateVersion } = version;
  return {
    source: source.name,
    codeHash: source.codeHash === undefined ? null : hex(source.codeHash),
    qualifies,
    runtime: { specName, specVersion, transactionVersion, stateVersion, metadataVersion },
    encoding: encoding?.type ?? null,
    metadataHash: encoding?.type === "proven" ? encoding.digest : null,
    findings,
    requirements: requirements(report).map(({ isMet, ...words }) => ({ ...words, isMet: isMet ?? null })),
    batch:
      room === undefined
        ? null
        : {
            limit: { ...weightView(room.limit), length: room.limit.length },
            mint: weightView(room.weights.calls.mint),
            burn: weightView(room.weights.calls.burn),
            mints: room.mints,
            configuredCalls: limits?.calls ?? null,
          },
    checkpoint: qualifies ? { specVersion, command: checkpointCommand(context) } : null,
  };
};
