import { type KnownSets, NO_SETS } from "@pdiem/bridge/governance/known-sets";
import type { MisbehaviourEvidence } from "@pdiem/bridge/governance/misbehaviour";
import { EXAMPLE_ID } from "@pdiem/bridge/testing/guardians";
import { hashTransactionAccumulatorNode } from "@pdiem/light-client/diem/hashing";
import { buildAccumulatorTree } from "@pdiem/light-client/diem/testing/accumulator-tree";
import { hashOfText, ledgerInfoAt } from "@pdiem/light-client/diem/testing/ledger";
import { epochStateOf, signLedgerInfo, validators } from "@pdiem/light-client/diem/testing/validators";
import { child, justify, voters } from "@pdiem/light-client/polkadot/testing/chain";
import { outcome } from "@pdiem/light-client/testing/outcome";
import { describe, expect, it } from "vitest";
import {
  describeMisbehaviour,
  formatEvidenceFile,
  makeEvidenceFile,
  parseEvidenceFile,
  readEvidenceFile,
} from "./evidence-file.js";

const VALIDATORS = validators(4);
const [OLD, NEW] = [voters(4, 3n), voters(4, 4n, "next")];
const known: KnownSets = {
  diem: [epochStateOf(1n, VALIDATORS), epochStateOf(2n, validators(4, 10))],
  relay: [OLD, NEW, OLD],
};
const treeOf = (...leaves: readonly string[]) =>
  buildAccumulatorTree(hashTransactionAccumulatorNode, leaves.map(hashOfText));
const diemFork: MisbehaviourEvidence = {
  type: "diem",
  value: {
    first: signLedgerInfo(ledgerInfoAt(9, hashOfText("one")), VALIDATORS),
    second: signLedgerInfo(ledgerInfoAt(9, hashOfText("one"), 1n, epochStateOf(2n, VALIDATORS)), VALIDATORS),
  },
};
/** The later ledger info has another transaction at version 1. */
const diemHistories: MisbehaviourEvidence = {
  type: "diem",
  value: {
    first: signLedgerInfo(ledgerInfoAt(2, treeOf("a", "b", "c").root), VALIDATORS),
    second: signLedgerInfo(ledgerInfoAt(3, treeOf("a", "x", "c", "d").root), VALIDATORS),
    history: { accumulator: treeOf("a", "x", "c").frozen, subtrees: [hashOfText("d")] },
  },
};
const relayFork = (higher = NEW): MisbehaviourEvidence => ({
  type: "relay",
  value: {
    lower: { setId: OLD.setId, justification: justify(OLD, child(undefined), 3) },
    higher: { setId: higher.setId, justification: justify(higher, child(undefined, [], "fork"), 3) },
    headers: [],
  },
});
const written = (evidence: MisbehaviourEvidence) =>
  JSON.parse(JSON.stringify(formatEvidenceFile(makeEvidenceFile(EXAMPLE_ID, known, evidence))));

describe("a file of evidence", () => {
  it("holds all that anyone needs to verify it, and no more", () => {
    for (const evidence of [diemFork, diemHistories, relayFork(), relayFork(OLD)])
      expect(parseEvidenceFile(written(evidence)).misbehaviour).toEqual(evidence);
    const counts = ({ sets }: ReturnType<typeof parseEvidenceFile>) => [sets.diem.length, sets.relay.length];
    expect([diemFork, relayFork(), relayFork(OLD)].map((one) => counts(parseEvidenceFile(written(one))))).toEqual([
      [1, 0],
      [0, 2],
      [0, 1],
    ]);
  });

  it("isn't made of unknown sets, and isn't read where it proves nothing", () => {
    for (const evidence of [diemFork, relayFork()])
      expect(outcome(() => makeEvidenceFile(EXAMPLE_ID, NO_SETS, evidence))).toBe("proof/unknown-set");
    const mixed = { ...written(diemFork), misbehaviour: written(relayFork()).misbehaviour };
    expect(outcome(() => parseEvidenceFile(mixed))).toBe("proof/unknown-set");
    expect(readEvidenceFile(mixed).misbehaviour).toEqual(relayFork());
    expect(outcome(() => parseEvidenceFile({ ...written(diemFork), sets: "0x" }))).toMatch(/^decode\//);
    expect(outcome(() => parseEvidenceFile(null))).toBe("decode/json");
  });

  it("says in words what was vouched for twice", () => {
    expect(describeMisbehaviour(diemFork)).toEqual([
      "Diem's validators of epoch 1 signed two ledger infos for version 9:",
      expect.stringMatching(/^ {2}root 0x[0-9a-f]{64}, next validators none, round 1, 4 signatures$/),
      expect.stringContaining("next validators of epoch 2"),
    ]);
    expect(describeMisbehaviour(diemHistories)[0]).toBe(
      "Diem's validators of epoch 1 signed a ledger info for version 2, and another history with the one for version 3:",
    );
    const ending = ledgerInfoAt(9, hashOfText("one"), 1n, epochStateOf(2n, VALIDATORS));
    const [first, second] = [ending, ledgerInfoAt(12, hashOfText("on"))].map((one) => signLedgerInfo(one, VALIDATORS));
    if (first === undefined || second === undefined) throw new RangeError("expected two");
    expect(describeMisbehaviour({ type: "diem", value: { first, second } })[0]).toBe(
      "Diem's validators of epoch 1 signed that it ends with version 9, and went on in it with version 12:",
    );
    const [headline, lower, higher] = describeMisbehaviour(relayFork());
    expect(headline).toContain("two forks");
    expect(lower).toMatch(/block 100 0x[0-9a-f]{64}, by set 3 in round 7, 3 votes/);
    expect(higher).toContain("by set 4");
  });
});
