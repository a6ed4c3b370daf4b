import { describe, expect, test } from "vitest";
import { decode, encode } from "../../codec/bcs.js";
import { outcome } from "../../testing/outcome.js";
import { hashTransactionAccumulatorNode } from "../hashing.js";
import { buildAccumulatorTree } from "../testing/accumulator-tree.js";
import { hashOfText, ledgerInfoAt } from "../testing/ledger.js";
import { epochStateOf, signLedgerInfo, validators } from "../testing/validators.js";
import type { LedgerInfo } from "./ledger-info.js";
import {
  doubleSigners,
  type LedgerInfoConflict,
  ledgerInfoConflict,
  verifyLedgerInfoConflict,
} from "./misbehaviour.js";

const set = validators(4);
const state = epochStateOf(1n, set);
const info = ledgerInfoAt(9, hashOfText("root"));
const fork = ledgerInfoAt(9, hashOfText("another root"));
const ending = ledgerInfoAt(9, hashOfText("root"), 1n, epochStateOf(2n, validators(4, 10)));

const conflictOf = (first: LedgerInfo, second: LedgerInfo, signers = [3, 3]) => ({
  first: signLedgerInfo(first, set.slice(0, signers[0])),
  second: signLedgerInfo(second, set.slice(0, signers[1])),
});
const check = (first: LedgerInfo, second: LedgerInfo, signers?: number[]) =>
  outcome(() => verifyLedgerInfoConflict(state, conflictOf(first, second, signers)));

describe("a conflict of ledger infos", () => {
  test("is two roots, or two sets of next validators, for one version", () => {
    expect(check(info, fork)).toBe("accepted");
    expect(check(fork, info)).toBe("accepted");
    expect(check(info, ending)).toBe("accepted");
    expect(check(ending, ledgerInfoAt(9, hashOfText("root"), 1n, epochStateOf(2n, set)))).toBe("accepted");
  });

  test("is one that goes on in an epoch that the other has ended, whatever its history", () => {
    const later = ledgerInfoAt(12, hashOfText("later"));
    expect(check(ending, later)).toBe("accepted");
    expect(check(ending, { ...ending, commitInfo: { ...ending.commitInfo, version: 12n } })).toBe("accepted");
    expect(check(later, ending)).toBe("proof/no-conflict");
    expect(check(ending, ledgerInfoAt(8, hashOfText("earlier")))).toBe("proof/no-conflict");
    expect(check(ending, ledgerInfoAt(12, hashOfText("later"), 2n))).toBe("proof/no-conflict");
    expect(check(ending, later, [3, 2])).toBe("proof/voting-power");
  });

  test("isn't the same ledger info twice, another round of it, another version or another epoch", () => {
    const round = { ...info, commitInfo: { ...info.commitInfo, round: 2n, id: hashOfText("b"), timestampUsecs: 1n } };
    expect(check(info, info)).toBe("proof/no-conflict");
    expect(check(info, round)).toBe("proof/no-conflict");
    expect(check(info, ledgerInfoAt(10, hashOfText("another root")))).toBe("proof/no-conflict");
    expect(check(info, ledgerInfoAt(9, hashOfText("another root"), 2n))).toBe("proof/no-conflict");
  });

  test("needs a quorum of the epoch for each", () => {
    expect(check(info, fork, [3, 2])).toBe("proof/voting-power");
    expect(check(info, fork, [2, 3])).toBe("proof/voting-power");
    const conflict = conflictOf(info, fork);
    expect(outcome(() => verifyLedgerInfoConflict(epochStateOf(1n, validators(4, 10)), conflict))).toBe(
      "proof/unknown-author",
    );
    const forged = { ...conflict, second: { ...conflict.second, signatures: conflict.first.signatures } };
    expect(outcome(() => verifyLedgerInfoConflict(state, forged))).toBe("proof/signature");
  });

  test("comes back from its encoding", () => {
    const conflict = conflictOf(info, ending);
    expect(decode(ledgerInfoConflict, encode(ledgerInfoConflict, conflict))).toEqual(conflict);
  });

  test("names who signed both, also below a quorum, and only by valid signatures", () => {
    const one = { first: signLedgerInfo(info, set), second: signLedgerInfo(fork, set.slice(1, 2)) };
    expect(doubleSigners(state, one)).toEqual(set.slice(1, 2).map(({ address }) => address));
    const forged = { ...one, second: { ...one.second, signatures: one.first.signatures } };
    expect(doubleSigners(state, forged)).toEqual([]);
    expect(outcome(() => doubleSigners(state, conflictOf(info, info)))).toBe("proof/no-conflict");
  });
});

describe("a conflict of histories", () => {
  const treeOf = (name: string, length: number) =>
    buildAccumulatorTree(
      hashTransactionAccumulatorNode,
      Array.from({ length }, (_, i) => hashOfText(i < 3 ? `${i}` : `${name} ${i}`)),
    );
  const earlier = (version: number, epoch = 1n) => ledgerInfoAt(version, treeOf("main", version + 1).root, epoch);
  const fork = treeOf("fork", 13);
  const history = (version: number) => ({
    accumulator: treeOf("fork", version + 1).frozen,
    subtrees: fork.proveConsistency(version + 1),
  });
  const conflict = (version: number, signers = [3, 3]): LedgerInfoConflict => ({
    ...conflictOf(earlier(version), ledgerInfoAt(12, fork.root), signers),
    history: history(version),
  });
  const verdict = (shown: LedgerInfoConflict) => outcome(() => verifyLedgerInfoConflict(state, shown));

  test("is a ledger info whose own history has another root at the version of an earlier one", () => {
    for (const version of [3, 4, 7, 8, 11]) expect(verdict(conflict(version))).toBe("accepted");
  });

  test("isn't a history that both share", () => {
    expect(verdict(conflict(2))).toBe("proof/no-conflict");
  });

  test("isn't a history that doesn't lead to the later root, or is another version's or epoch's", () => {
    const shown = conflict(5);
    const main = { accumulator: treeOf("main", 6).frozen, subtrees: history(5).subtrees };
    expect(verdict({ ...shown, history: main })).toBe("proof/ledger-history");
    expect(verdict({ ...shown, history: history(6) })).not.toBe("accepted");
    expect(verdict({ ...shown, history: { ...history(5), subtrees: [] } })).not.toBe("accepted");
    expect(verdict({ ...shown, first: shown.second, second: shown.first })).toBe("proof/ledger-history");
    const sameVersion = { ...shown, first: conflictOf(ledgerInfoAt(12, hashOfText("x")), earlier(5)).first };
    expect(verdict(sameVersion)).toBe("proof/ledger-history");
    const otherEpoch = { ...shown, first: conflictOf(earlier(5, 2n), earlier(5)).first };
    expect(verdict(otherEpoch)).toBe("proof/ledger-history");
  });

  test("needs a quorum of the epoch for each", () => {
    expect(verdict(conflict(5, [3, 2]))).toBe("proof/voting-power");
    expect(verdict(conflict(5, [2, 3]))).toBe("proof/voting-power");
  });

  test("comes back from its encoding, and names who signed both", () => {
    const shown = conflict(5, [2, 1]);
    expect(decode(ledgerInfoConflict, encode(ledgerInfoConflict, shown))).toEqual(shown);
    expect(doubleSigners(state, shown)).toEqual(set.slice(0, 1).map(({ address }) => address));
  });
});
