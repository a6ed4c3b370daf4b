import type { CheckpointStep, SignedCheckpoint } from "@pdiem/bridge/checkpoint/signed-checkpoint";
import type { Signers } from "@pdiem/bridge/config/guardians";
import type { SignedDecision } from "@pdiem/bridge/governance/signed-decision";
import { checkpointIn, vouchFor } from "@pdiem/bridge/testing/checkpoints";
import { EXAMPLE_ID, exampleConfig, filled, HOUR } from "@pdiem/bridge/testing/config";
import { decided, QUORUM_SEEDS, sign, UNGOVERNED } from "@pdiem/bridge/testing/guardians";
import { exampleGovernance, exampleLedger } from "@pdiem/bridge/testing/world";
import { publicKeyOf } from "@pdiem/light-client/crypto/ed25519";
import { describe, expect, it } from "vitest";
import { stepsTo } from "./succession.js";

interface Generation {
  readonly seeds: readonly Uint8Array[];
  readonly signers: Signers;
}

const { keys, threshold } = exampleConfig.guardians;
const FIRST: Generation = { seeds: QUORUM_SEEDS, signers: { keys, threshold } };
const generation = (byte: number): Generation => {
  const seeds = [filled(32, byte), filled(32, byte + 1)];
  return { seeds, signers: { keys: seeds.map(publicKeyOf), threshold: 2 } };
};
const [SECOND, THIRD] = [generation(0x20), generation(0x30)];

const change = (from: Generation, to: Generation): SignedDecision =>
  sign(decided(UNGOVERNED, { type: "guardians", value: { ...to.signers, freezer: filled(32, 1) } }), [
    ...from.seeds,
    ...to.seeds,
  ]);

const madeAt = (hours: bigint, by: Generation, ...named: readonly Generation[]): SignedCheckpoint =>
  vouchFor(
    checkpointIn(5n, 8n, exampleConfig.rootsTime + hours * HOUR, { signers: named.map(({ signers }) => signers) }),
    by.seeds,
  );

const taken = (decision: SignedDecision) => ({ decision, state: exampleGovernance, ledger: exampleLedger });
const TO_SECOND = change(FIRST, SECOND);
const TO_THIRD = change(SECOND, THIRD);

const steps = (
  kept: SignedCheckpoint | undefined,
  newest: SignedCheckpoint,
  history: { checkpoints?: readonly SignedCheckpoint[]; decisions?: readonly SignedDecision[] } = {},
): readonly CheckpointStep[] => {
  const { checkpoints = [], decisions = [] } = history;
  const told = { checkpoints, decisions: decisions.map(taken) };
  const sources = { config: exampleConfig, bridgeId: EXAMPLE_ID, history: told };
  return stepsTo(sources, kept, { signed: newest, decision: undefined });
};

describe("PROTOCOL 6: the way to the newest checkpoint", () => {
  it("is that checkpoint alone where those sign it whom the kept one names, or the configuration", () => {
    const newest = madeAt(2n, FIRST, FIRST);
    expect(steps(undefined, newest)).toEqual([{ signed: newest, decision: undefined }]);
    expect(steps(madeAt(1n, FIRST, FIRST), newest, { decisions: [TO_SECOND] })).toEqual([
      { signed: newest, decision: undefined },
    ]);
  });

  it("shows the decision that brings its signers, from the journal", () => {
    const newest = madeAt(2n, SECOND, SECOND);
    expect(steps(madeAt(1n, FIRST, FIRST), newest, { decisions: [TO_SECOND, TO_THIRD] })).toEqual([
      { signed: newest, decision: TO_SECOND },
    ]);
    expect(steps(madeAt(1n, FIRST, FIRST, SECOND), newest, { decisions: [TO_SECOND] })).toEqual([
      { signed: newest, decision: undefined },
    ]);
  });

  it("leads over the journal's checkpoints for an enclave that several changes have passed", () => {
    const [before, between, newest] = [madeAt(1n, FIRST, FIRST), madeAt(2n, SECOND, SECOND), madeAt(3n, THIRD, THIRD)];
    const history = { checkpoints: [before, between, newest], decisions: [TO_SECOND, TO_THIRD] };
    expect(steps(before, newest, history)).toEqual([
      { signed: between, decision: TO_SECOND },
      { signed: newest, decision: TO_THIRD },
    ]);
    expect(steps(between, newest, history)).toEqual([{ signed: newest, decision: TO_THIRD }]);
  });
});
