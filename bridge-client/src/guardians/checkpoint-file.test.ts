import { signedCheckpoint } from "@pdiem/bridge/checkpoint/signed-checkpoint";
import { checkpointIn, vouchFor } from "@pdiem/bridge/testing/checkpoints";
import { exampleConfig, filled } from "@pdiem/bridge/testing/config";
import { decided, EXAMPLE_ID, GUARDIAN_SEEDS, sign, UNGOVERNED } from "@pdiem/bridge/testing/guardians";
import { toHex } from "@pdiem/light-client/bytes";
import { decode, encode } from "@pdiem/light-client/codec/bcs";
import { outcome } from "@pdiem/light-client/testing/outcome";
import { describe, expect, it } from "vitest";
import {
  addCheckpointSignature,
  type CheckpointFile,
  completeCheckpoint,
  formatCheckpointFile,
  mergeCheckpointFiles,
  parseCheckpointFile,
  proposeCheckpoint,
} from "./checkpoint-file.js";

const [one, two] = GUARDIAN_SEEDS;
if (one === undefined || two === undefined) throw new Error("expected two guardians");
const NOW = 2_000_000_000_000n;
const checkpoint = checkpointIn(5n, 8n, NOW);
const proposed = proposeCheckpoint(EXAMPLE_ID, checkpoint);
const { guardians } = exampleConfig;
const complete = (file: CheckpointFile) => outcome(() => completeCheckpoint(EXAMPLE_ID, guardians, file));
const bringing = sign(decided(UNGOVERNED, { type: "guardians", value: guardians }));

describe("a checkpoint's file", () => {
  it("goes from guardian to guardian as JSON, and is then what an enclave takes", () => {
    const first = JSON.parse(JSON.stringify(formatCheckpointFile(addCheckpointSignature(proposed, one))));
    const second = formatCheckpointFile(addCheckpointSignature(parseCheckpointFile(first), two));
    const file = parseCheckpointFile(JSON.parse(JSON.stringify(second)));
    const { signed, decision } = completeCheckpoint(EXAMPLE_ID, guardians, file);
    expect(decision).toBeUndefined();
    expect(decode(signedCheckpoint, encode(signedCheckpoint, signed))).toEqual(signed);
    const texts = ({ signatures }: typeof signed) => signatures.map(({ signature }) => toHex(signature)).sort();
    expect(texts(signed)).toEqual(texts(vouchFor(checkpoint)));
  });

  it("is put together from files signed apart, in any order, with the decision that brings its signers", () => {
    const a = addCheckpointSignature(proposed, one);
    const b = addCheckpointSignature({ ...proposed, decision: bringing }, two);
    expect(mergeCheckpointFiles(a, b)).toEqual(mergeCheckpointFiles(b, a, a));
    expect(mergeCheckpointFiles(a, b).decision).toEqual(bringing);
    expect(parseCheckpointFile(formatCheckpointFile(b)).decision).toEqual(bringing);
    expect(complete(mergeCheckpointFiles(a, b, proposed))).toBe("accepted");
    expect(complete(mergeCheckpointFiles(a, a))).toBe("proof/guardian-threshold");
  });

  it("isn't put together with another checkpoint's or bridge's, or with a forged signature", () => {
    const signed = addCheckpointSignature(proposed, one);
    const other = checkpointIn(5n, 8n, NOW, { nonces: filled(32, 1) });
    for (const file of [proposeCheckpoint(EXAMPLE_ID, other), proposeCheckpoint(filled(32, 1), checkpoint)])
      expect(outcome(() => mergeCheckpointFiles(signed, file))).toBe("refused/another-checkpoint");
    const stolen = { ...proposeCheckpoint(EXAMPLE_ID, other), signatures: signed.signatures };
    expect(outcome(() => mergeCheckpointFiles(stolen))).toBe("proof/guardian-signature");
  });

  it("isn't completed for another bridge", () => {
    const id = filled(32, 1);
    const file = GUARDIAN_SEEDS.reduce(addCheckpointSignature, proposeCheckpoint(id, checkpoint));
    expect(complete(file)).toBe("refused/another-bridge");
    expect(complete({ ...file, bridgeId: EXAMPLE_ID })).toBe("proof/guardian-signature");
  });

  it.each([
    ["something else", 7],
    ["a field too many", { ...Object(formatCheckpointFile(proposed)), more: 1 }],
    ["a checkpoint cut short", { ...Object(formatCheckpointFile(proposed)), checkpoint: "0x00" }],
    ["a decision that isn't one", { ...Object(formatCheckpointFile(proposed)), decision: "0x41" }],
  ])("isn't read from %s", (_, value) => {
    expect(outcome(() => parseCheckpointFile(value))).toMatch(/^decode\//);
  });
});
