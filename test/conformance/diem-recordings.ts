/** The cases of `diem/recordings/`: exchanges with a real network. */
import { join } from "node:path";
import { parseWaypoint } from "@pdiem/light-client/diem/epochs/waypoint";
import { isPdiemError } from "@pdiem/light-client/error";
import { parseResponse } from "@pdiem/relayer/chains/diem/json-rpc";
import { type Json, parseLossless } from "@pdiem/relayer/chains/diem/lossless";
import {
  accepted,
  type ConformanceCase,
  type ConformancePart,
  equality,
  errorText,
  rejected,
  unknownCase,
} from "./conformance-case.js";
import { type Anchors, buildAnchors, NoAnchor } from "./diem/anchors.js";
import { changedBytes, type Matters } from "./diem/changed-bytes.js";
import { manifestCases } from "./diem/manifest-claims.js";
import {
  anything,
  errorOf,
  readView,
  recordedError,
  submissionExpected,
  submissionFound,
} from "./diem/plain-answers.js";
import { provesItsAnswers, type Trusted, verifyAnswer } from "./diem/proven-answers.js";
import { type Exchange, envelopeVersion, isObject, type Recording, readRecording, resultIn } from "./diem/recording.js";
import { stateProofCoverage } from "./diem/state-proof-coverage.js";
import { fieldsOf, integerOf, textOf, UnreadableVector } from "./diem/vector.js";
import { viewCases } from "./diem/views-from-proofs.js";
import { readText } from "./fixture-files.js";

const FOLDER = "diem/recordings";
// Of the bytes of an answer, how many are changed in turn; a state proof takes a signature check
// for most of its bytes.
const SAMPLES = 24;
const STATE_PROOF_SAMPLES = 10;

const trustedFor = (exchange: Exchange, anchors: Anchors): Trusted => ({
  anchors,
  ledgerAt: (version = envelopeVersion(exchange)) => {
    const ledger = anchors.ledgerAt(version);
    if (ledger === undefined) throw new NoAnchor(`no recording shows the ledger at version ${version}`);
    return ledger;
  },
});

const isAnchored = (exchange: Exchange, result: Json, anchors: Anchors): boolean => {
  try {
    verifyAnswer(exchange.method, exchange.params, result, trustedFor(exchange, anchors));
    return true;
  } catch (error) {
    return !(error instanceof NoAnchor);
  }
};

const changesNoticed = (exchange: Exchange, result: Json, anchors: Anchors): string => {
  const isStateProof = exchange.method === "get_state_proof";
  const matters: Matters = isStateProof
    ? stateProofCoverage(integerOf(exchange.params[0]), result, anchors)
    : () => true;
  const samples = isStateProof ? STATE_PROOF_SAMPLES : SAMPLES;
  const unnoticed = changedBytes(result, samples, matters).flatMap(({ place, answer }) => {
    try {
      verifyAnswer(exchange.method, exchange.params, answer, trustedFor(exchange, anchors));
      return [place];
    } catch (error) {
      return isPdiemError(error) ? [] : [`${place} (${errorText(error)})`];
    }
  });
  return unnoticed.length === 0 ? "all noticed" : `unnoticed: ${unnoticed.join("; ")}`;
};

const isEmpty = (result: Json): boolean => result === null || (Array.isArray(result) && result.length === 0);

const provenCases = (
  name: string,
  exchange: Exchange,
  result: Json,
  anchors: Anchors,
  otherVersion: bigint | undefined,
): readonly ConformanceCase[] => {
  if (!isAnchored(exchange, result, anchors))
    return [accepted(`${name} (read only: nothing recorded to check it against)`, () => undefined)];
  const verify = (trusted: Trusted) => () => verifyAnswer(exchange.method, exchange.params, result, trusted);
  const trusted = trustedFor(exchange, anchors);
  const cases = [accepted(name, verify(trusted))];
  if (isEmpty(result)) return cases;
  cases.push(equality(`${name}: changed bytes`, "all noticed", () => changesNoticed(exchange, result, anchors)));
  if (otherVersion === undefined || exchange.method === "get_state_proof") return cases;
  const elsewhere = { ...trusted, ledgerAt: (version = otherVersion) => trusted.ledgerAt(version) };
  return [...cases, rejected(`${name}: at another ledger info`, "a proof of another ledger", verify(elsewhere))];
};

const exchangeCases = (
  name: string,
  exchange: Exchange,
  anchors: Anchors,
  otherVersion: bigint | undefined,
): readonly ConformanceCase[] => {
  const result = resultIn(exchange);
  const submission =
    exchange.method === "submit" && isObject(exchange.response)
      ? [equality(`${name}: the transaction`, submissionExpected(exchange), () => submissionFound(exchange))]
      : [];
  if (result === undefined) return [equality(name, recordedError(exchange), () => errorOf(exchange)), ...submission];
  if (provesItsAnswers(exchange.method)) return provenCases(name, exchange, result, anchors, otherVersion);
  return [accepted(name, () => readView(exchange)), ...submission];
};

const isBundle = ({ isBatch, exchanges }: Recording): boolean => isBatch && exchanges[0]?.method === "get_state_proof";

const bundleVersions = (recordings: readonly Recording[]): readonly bigint[] =>
  recordings
    .filter(isBundle)
    .flatMap(({ exchanges: [first] }) => (first === undefined ? [] : [envelopeVersion(first)]));

const recordingCases = (
  recording: Recording,
  anchors: Anchors,
  bundles: readonly bigint[],
): readonly ConformanceCase[] => {
  const name = `${FOLDER} ${recording.name}`;
  if (recording.status !== 200n)
    return [rejected(name, `HTTP ${recording.status}`, () => parseResponse(anything, recording.body))];
  if (!recording.isReadable) return [unknownCase(name, "an answer with status 200 that isn't JSON")];
  return recording.exchanges.flatMap((exchange, i) => {
    const version = isBundle(recording) ? envelopeVersion(exchange) : undefined;
    const other = version === undefined ? undefined : bundles.find((one) => one !== version);
    const place = recording.isBatch ? ` [${i}] ${exchange.method}` : "";
    return exchangeCases(`${name}${place}`, exchange, anchors, other);
  });
};

const pathCases = (path: readonly Recording[], anchors: Anchors): readonly ConformanceCase[] =>
  anchors.path.map((step, i) => {
    const isLast = i === anchors.path.length - 1;
    const name = `${FOLDER} trusted path: ${path[i]?.name}`;
    return isLast
      ? equality(name, "verified to the latest ledger info", () =>
          step.isLatest ? "verified to the latest ledger info" : "stopped before the latest ledger info",
        )
      : equality(name, "an epoch change", () => (step.change === "epoch" ? "an epoch change" : step.change));
  });

/** Each line as a recording, or as a case that fails: the others are run all the same. */
const readLines = (
  text: string,
): { readonly recordings: readonly Recording[]; readonly broken: readonly ConformanceCase[] } => {
  const recordings: Recording[] = [];
  const broken: ConformanceCase[] = [];
  for (const [i, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    try {
      recordings.push(readRecording(line));
    } catch (error) {
      broken.push(unknownCase(`${FOLDER} line ${i + 1}`, errorText(error)));
    }
  }
  return { recordings, broken };
};

const find = (recordings: readonly Recording[], name: string): Recording => {
  const found = recordings.find((one) => one.name === name);
  if (found === undefined) throw new UnreadableVector(`the trusted path names ${name}, which isn't recorded`);
  return found;
};

export const diemRecordings: ConformancePart = {
  name: FOLDER,
  cases: async (folder) => {
    const manifest = await readText(join(folder, FOLDER, "manifest.json"));
    const lines = await readText(join(folder, FOLDER, "recordings.jsonl"));
    if (manifest === undefined && lines === undefined) return undefined;
    if (manifest === undefined || lines === undefined)
      throw new UnreadableVector("expected manifest.json and recordings.jsonl beside each other");
    const fields = fieldsOf(parseLossless(manifest), "the manifest");
    const { recordings, broken } = readLines(lines);
    const path = fields
      .list("trusted_path")
      .map((one) => textOf(one))
      .filter((name) => name !== "waypoint")
      .map((name) => find(recordings, name));
    const anchors = buildAnchors(parseWaypoint(fields.text("waypoint")), path, recordings);
    const bundles = bundleVersions(recordings);
    return [
      ...broken,
      ...pathCases(path, anchors),
      ...manifestCases(FOLDER, fields, recordings, anchors),
      ...viewCases(FOLDER, recordings, anchors),
      ...recordings.flatMap((recording) => recordingCases(recording, anchors, bundles)),
    ];
  },
};
