import { type Checkpoint, checkpointMessage, checkpointOf } from "@pdiem/bridge/checkpoint/checkpoint";
import { signedCheckpoint } from "@pdiem/bridge/checkpoint/signed-checkpoint";
import { initialHeads } from "@pdiem/bridge/facts/light-client-state";
import { decisionMessage } from "@pdiem/bridge/governance/decision";
import { checkpointIn, vouchFor } from "@pdiem/bridge/testing/checkpoints";
import { exampleConfig, filled } from "@pdiem/bridge/testing/config";
import { decided, EXAMPLE_ID, GUARDIAN_SEEDS, sign, UNGOVERNED } from "@pdiem/bridge/testing/guardians";
import { refusal } from "@pdiem/bridge/testing/refusal";
import { toHex } from "@pdiem/light-client/bytes";
import { decode, encode } from "@pdiem/light-client/codec/bcs";
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
const complete = (file: CheckpointFile) => refusal(() => completeCheckpoint(exampleConfig, file));
const [toSame] = decided(UNGOVERNED, { type: "guardians", value: exampleConfig.guardians });
if (toSame === undefined) throw new Error("expected a decision");

describe("a checkpoint's file", () => {
  it("goes from guardian to guardian as JSON, and is then what an enclave takes", () => {
    const first = JSON.parse(JSON.stringify(formatCheckpointFile(addCheckpointSignature(proposed, one))));
    const second = formatCheckpointFile(addCheckpointSignature(parseCheckpointFile(first), two));
    const signed = completeCheckpoint(exampleConfig, parseCheckpointFile(JSON.parse(JSON.stringify(second))));
    expect(signed.checkpoint).toEqual(checkpoint);
    expect(decode(signedCheckpoint, encode(signedCheckpoint, signed))).toEqual(signed);
    expect(signed.signatures.map(({ signature }) => toHex(signature)).sort()).toEqual(
      vouchFor(checkpoint)
        .signatures.map(({ signature }) => toHex(signature))
        .sort(),
    );
  });

  it("is put together from files that were signed apart, in any order, with the longest succession", () => {
    const succession = [sign(toSame)];
    const a = addCheckpointSignature(proposed, one);
    const b = addCheckpointSignature({ ...proposed, succession }, two);
    expect(mergeCheckpointFiles(a, b)).toEqual(mergeCheckpointFiles(b, a, a));
    expect(mergeCheckpointFiles(a, b).succession).toEqual(succession);
    expect(complete(mergeCheckpointFiles(a, b, proposed))).toBeUndefined();
    expect(complete(mergeCheckpointFiles(a, a))).toBe("proof/guardian-threshold");
  });

  it("isn't put together with another checkpoint's or bridge's, or with a forged signature", () => {
    const signed = addCheckpointSignature(proposed, one);
    const other = checkpointIn(5n, 8n, NOW, filled(32, 1));
    for (const file of [proposeCheckpoint(EXAMPLE_ID, other), proposeCheckpoint(filled(32, 1), checkpoint)])
      expect(refusal(() => mergeCheckpointFiles(signed, file))).toBe("refused/another-checkpoint");
    const stolen = { ...proposeCheckpoint(EXAMPLE_ID, other), signatures: signed.signatures };
    expect(refusal(() => mergeCheckpointFiles(stolen))).toBe("proof/guardian-signature");
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
    ["a succession of 65", { ...Object(formatCheckpointFile(proposed)), succession: `0x41${"00".repeat(65)}` }],
  ])("isn't read from %s", (_, value) => {
    expect(refusal(() => parseCheckpointFile(value))).toMatch(/^decode\//);
  });
});

describe("what guardians sign", () => {
  it("is different for each value of each field, and never a decision", () => {
    const { diem, relay } = checkpoint;
    const variants: Checkpoint[] = [
      checkpoint,
      { ...checkpoint, diem: { ...diem, epoch: 6n } },
      { ...checkpoint, diem: { ...diem, hash: relay.hash } },
      { ...checkpoint, relay: { ...relay, setId: 9n } },
      { ...checkpoint, relay: { ...relay, hash: diem.hash } },
      { ...checkpoint, time: NOW + 1n },
      { ...checkpoint, nonce: filled(32, 0) },
    ];
    const messages = [
      ...variants.map((one) => checkpointMessage(EXAMPLE_ID, one)),
      checkpointMessage(filled(32, 1), checkpoint),
      decisionMessage(EXAMPLE_ID, toSame),
    ].map(toHex);
    expect(new Set(messages).size).toBe(messages.length);
    for (const message of messages)
      expect(messages.filter((other) => other !== message && other.startsWith(message))).toEqual([]);
  });

  it("can't be made by light clients that only trust a waypoint", () => {
    expect(checkpointOf(initialHeads(exampleConfig), NOW)).toBeUndefined();
  });
});
