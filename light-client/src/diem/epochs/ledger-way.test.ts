import { describe, expect, test } from "vitest";
import { decode, encode } from "../../codec/bcs.js";
import { outcome } from "../../testing/outcome.js";
import { buildChain, endOf } from "../testing/chain.js";
import { hashOfText, ledgerInfoAt } from "../testing/ledger.js";
import { signLedgerInfo, validators } from "../testing/validators.js";
import { epochChangeProof } from "./epoch-change.js";
import { epochState } from "./epoch-state.js";
import { ledgerInfoWithSignatures } from "./ledger-info.js";
import { followEpochs } from "./ledger-way.js";
import { verifyLedgerInfo } from "./verified-ledger-info.js";

const chain = buildChain(5);
const none = { ledgerInfos: [], more: false };
const latest = chain.ledgerInfo(5, 23);
const from = (epoch: number) => chain.epochState(epoch);

describe("PROTOCOL 6: a ledger info that a given epoch's validators have signed", () => {
  const older = chain.ledgerInfo(3, endOf(3) - 1);

  test("is verified by their signatures, however old it is, and says so", () => {
    const { ledgerInfo, signedBy } = verifyLedgerInfo(from(3), older);
    expect(ledgerInfo.commitInfo.version).toBe(BigInt(endOf(3) - 1));
    expect(signedBy).toEqual(from(3));
    expect(outcome(() => verifyLedgerInfo(from(4), older))).toBe("proof/epoch");
    expect(outcome(() => verifyLedgerInfo({ ...from(4), epoch: 3n }, older))).toBe("proof/unknown-author");
  });
});

describe("PROTOCOL 6: a way from an earlier epoch", () => {
  const ends = { ledgerInfos: chain.epochEnds, more: false };

  test("leads to a ledger info of a later one, over epochs whose validators have signed their ends", () => {
    const way = followEpochs(from(2), { latest, epochChangeProof: ends });
    expect([way.isLatest, way.verified.signedBy, way.epochState]).toEqual([true, from(5), from(5)]);
    expect(way.passed.map(({ epochState }) => epochState)).toEqual([from(2), from(3), from(4)]);
  });

  test("is none within an epoch", () => {
    const way = followEpochs(from(3), { latest: chain.ledgerInfo(3, endOf(3) - 1), epochChangeProof: none });
    expect([way.verified.signedBy, way.passed, way.epochState]).toEqual([from(3), [], from(3)]);
    const end = chain.epochEnds[3] ?? latest;
    expect(followEpochs(from(3), { latest: end, epochChangeProof: none }).passed).toEqual([]);
  });

  test("can leave out no epoch, and lead back to none", () => {
    const gap = { ledgerInfos: chain.epochEnds.slice(3), more: false };
    expect(outcome(() => followEpochs(from(2), { latest, epochChangeProof: gap }))).toBe("proof/epoch");
    const short = { ledgerInfos: chain.epochEnds.slice(0, 4), more: false };
    expect(outcome(() => followEpochs(from(2), { latest, epochChangeProof: short }))).toBe("proof/epoch-gap");
    expect(outcome(() => followEpochs(from(2), { latest, epochChangeProof: none }))).toBe("proof/epoch-change-empty");
    const back = { latest: chain.ledgerInfo(2, endOf(2) - 1), epochChangeProof: ends };
    expect(outcome(() => followEpochs(from(3), back))).toBe("proof/epoch-gap");
  });

  test("to validators who are named by old keys alone shows nothing that they have signed", () => {
    const forged = ledgerInfoAt(endOf(2), hashOfText("forged"), 2n, from(3));
    const end = signLedgerInfo(forged, validators(4, 2));
    const way = followEpochs(from(2), { latest: end, epochChangeProof: { ledgerInfos: [end], more: false } });
    expect(way.verified.signedBy).toEqual(from(2));
  });

  test("keeps nothing of the bytes that it came in", () => {
    const [latestBytes, endBytes] = [encode(ledgerInfoWithSignatures, latest), encode(epochChangeProof, ends)];
    const read = () => ({
      latest: decode(ledgerInfoWithSignatures, latestBytes),
      epochChangeProof: decode(epochChangeProof, endBytes),
    });
    const expected = followEpochs(from(2), { latest, epochChangeProof: ends });
    const way = followEpochs(from(2), read());
    const setBytes = encode(epochState, from(5));
    const { signedBy } = followEpochs(decode(epochState, setBytes), { ...read(), epochChangeProof: none }).verified;
    for (const bytes of [latestBytes, endBytes, setBytes]) bytes.fill(0);
    expect(way).toEqual(expected);
    expect(signedBy).toEqual(from(5));
  });
});
