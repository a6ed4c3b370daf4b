import { describe, expect, test } from "vitest";
import { outcome } from "../../testing/outcome.js";
import { verifyByWaypoint } from "../epochs/verified-ledger-info.js";
import { waypointOf } from "../epochs/waypoint.js";
import { hashTransactionAccumulatorNode as hashNode } from "../hashing.js";
import { hashOfText, ledgerInfoAt } from "../testing/ledger.js";
import { type TransactionInfo, transactionInfoHash } from "./transaction-info.js";
import { verifyTransactionInfo } from "./transaction-info-proof.js";

const info: TransactionInfo = {
  transactionHash: hashOfText("transaction"),
  stateRootHash: hashOfText("state"),
  eventRootHash: hashOfText("events"),
  gasUsed: 1n,
  status: { type: "executed", value: undefined },
};

/** A ledger as long as said, of which nothing is known but the way to one version. */
const ledgerAround = (version: bigint, latest: bigint) => {
  const siblings = Array.from({ length: latest.toString(2).length }, (_, level) => hashOfText(`sibling ${level}`));
  const root = siblings.reduce(
    (hash, sibling, level) => ((version >> BigInt(level)) & 1n ? hashNode(sibling, hash) : hashNode(hash, sibling)),
    transactionInfoHash(info),
  );
  const { commitInfo, ...rest } = ledgerInfoAt(0, root);
  const ledgerInfo = { ...rest, commitInfo: { ...commitInfo, version: latest } };
  const verified = verifyByWaypoint(waypointOf(ledgerInfo), { ledgerInfo, signatures: [] });
  const proof = { ledgerInfoToTransactionInfoProof: { siblings }, transactionInfo: info };
  return (at: bigint) => outcome(() => verifyTransactionInfo(verified, at, proof));
};

describe("a transaction's place in a ledger of any length", () => {
  test.each([1n, 5n, 2n ** 51n - 1n, 2n ** 51n, 2n ** 55n, 2n ** 60n, 2n ** 63n - 1n])(
    "as of version %d is its only one",
    (latest) => {
      for (const version of [0n, latest / 2n, latest / 2n + 1n, latest - 1n, latest]) {
        const verdict = ledgerAround(version, latest);
        expect(verdict(version)).toBe("accepted");
        for (const other of [version ^ 1n, version + 2n, version - 2n, version ^ (1n << 50n)])
          if (other >= 0n && other <= latest) expect(verdict(other)).toBe("proof/accumulator-root");
        expect(verdict(latest + 1n)).toBe("proof/version-too-new");
      }
    },
  );

  test("is refused beyond what an accumulator holds", () => {
    expect(ledgerAround(7n, 2n ** 63n)(7n)).toBe("proof/accumulator-depth");
  });
});
