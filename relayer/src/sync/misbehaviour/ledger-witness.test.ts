import { verifyMisbehaviour } from "@pdiem/bridge/governance/misbehaviour";
import type { LedgerInfo, LedgerInfoWithSignatures } from "@pdiem/light-client/diem/epochs/ledger-info";
import { ratchet, type TrustedState, trustedStateOf } from "@pdiem/light-client/diem/epochs/trusted-state";
import { waypointOf } from "@pdiem/light-client/diem/epochs/waypoint";
import { buildChain, endOf } from "@pdiem/light-client/diem/testing/chain";
import { hashOfText, ledgerInfoAt } from "@pdiem/light-client/diem/testing/ledger";
import { signLedgerInfo, validators } from "@pdiem/light-client/diem/testing/validators";
import { describe, expect, it } from "vitest";
import { keepFindings } from "./findings.js";
import { createLedgerWitness } from "./ledger-witness.js";
import { keepSets } from "./sets-keeper.js";

const chain = buildChain(6);
const [genesis] = chain.epochEnds;
if (genesis === undefined) throw new RangeError("expected a genesis ledger info");
const root = trustedStateOf(waypointOf(genesis.ledgerInfo));
const none = { ledgerInfos: [], more: false };

const proofOf = (latest: LedgerInfoWithSignatures, ends: readonly LedgerInfoWithSignatures[] = []) => ({
  latest,
  epochChangeProof: { ...none, ledgerInfos: ends },
});

/** Another ledger info for the same version, signed by so many of its epoch. */
const forge = ({ ledgerInfo: { commitInfo, ...rest } }: LedgerInfoWithSignatures, signers = 3) => {
  const forged: LedgerInfo = { ...rest, commitInfo: { ...commitInfo, executedStateId: hashOfText("another root") } };
  return signLedgerInfo(forged, validators(4, Number(commitInfo.epoch)).slice(0, signers));
};

const listening = () => {
  const sets = keepSets();
  const findings = keepFindings();
  const witness = createLedgerWitness(new Uint8Array(32).fill(7), sets, findings);
  let trusted: TrustedState = root;
  return {
    witness,
    sets,
    findings,
    /** Moves a light client of one's own there. */
    follow: (epoch: number, version: number) => {
      const stateProof = proofOf(chain.ledgerInfo(epoch, version), chain.epochEnds.slice(0, epoch));
      const to = ratchet(trusted, stateProof);
      witness.observe({ url: "honest", stateProof, accepted: { from: trusted, to } });
      trusted = to.state;
    },
    /** Shows, as another node, what no light client takes. */
    show: (latest: LedgerInfoWithSignatures, ends: readonly LedgerInfoWithSignatures[] = []) =>
      witness.observe({ url: "other", stateProof: proofOf(latest, ends) }),
    culprits: () => findings.takeEvidence().map(({ misbehaviour }) => misbehaviour.value),
  };
};

describe("a witness of Diem's ledger", () => {
  it("knows the sets that its light client went through", () => {
    const { sets, follow } = listening();
    follow(3, 12);
    expect(sets.get().diem).toEqual([3, 2, 1].map(chain.epochState));
  });

  it("has evidence as soon as a node shows another root for a known version, once for each epoch", () => {
    const { sets, follow, show, findings } = listening();
    follow(2, 7);
    follow(2, 8);
    show(forge(chain.ledgerInfo(2, 7)));
    show(forge(chain.ledgerInfo(2, 8)));
    const [file, ...more] = findings.takeEvidence();
    expect(more).toEqual([]);
    expect(file?.sets.diem).toEqual([chain.epochState(2)]);
    expect(file?.misbehaviour).toMatchObject({ type: "diem", value: { second: forge(chain.ledgerInfo(2, 7)) } });
    if (file !== undefined) verifyMisbehaviour(sets.get(), file.misbehaviour);
  });

  it("has evidence against the epoch before, by how a node says that it ended", () => {
    const { follow, show, culprits } = listening();
    follow(3, 12);
    const [end] = chain.epochEnds.slice(2);
    if (end === undefined) throw new RangeError("expected epoch 2 to end");
    show(chain.ledgerInfo(4, 16), [forge(end)]);
    expect(culprits()).toEqual([{ first: end, second: forge(end), history: undefined }]);
  });

  it("remembers what other nodes have shown, though its own light client was never there", () => {
    const { follow, show, culprits } = listening();
    follow(2, 9);
    show(chain.ledgerInfo(2, 7));
    show(forge(chain.ledgerInfo(2, 7)));
    expect(culprits()).toEqual([{ first: chain.ledgerInfo(2, 7), second: forge(chain.ledgerInfo(2, 7)) }]);
  });

  it("only names the validators where fewer than a quorum signed, and nobody where signatures are made up", () => {
    const { follow, show, culprits, findings } = listening();
    follow(2, 7);
    show(forge(chain.ledgerInfo(2, 7), 1));
    show({ ...forge(chain.ledgerInfo(2, 7)), signatures: chain.ledgerInfo(2, 7).signatures });
    expect(culprits()).toEqual([]);
    const [one] = [...validators(4, 2)];
    expect(findings.takeEquivocators()).toEqual([{ chain: "diem", set: 2n, signer: one?.address }]);
  });

  it("remembers nothing that isn't signed: made up ledger infos don't hide a fork that is", () => {
    const { show, sets, culprits } = listening();
    sets.addEpoch(chain.epochState(2));
    const made = forge(chain.ledgerInfo(2, 7), 0);
    show(made);
    show(chain.ledgerInfo(2, 7));
    show(forge(chain.ledgerInfo(2, 7)));
    expect(culprits()).toMatchObject([{ first: chain.ledgerInfo(2, 7) }]);
  });

  it("isn't led to believe what it can't verify: no later set counts that only a node names", () => {
    const { sets, follow, show } = listening();
    follow(2, 7);
    show(chain.ledgerInfo(5, 22), chain.epochEnds.slice(2, 5));
    expect(sets.get().diem.map(({ epoch }) => epoch)).toEqual([2n, 1n]);
  });

  it("verifies the latest and the newest ends of epochs of a page alone, however many a node shows", () => {
    const { witness, sets, findings } = listening();
    for (const epoch of [1, 2, 3, 4, 5]) sets.addEpoch(chain.epochState(epoch));
    const ends = chain.epochEnds.slice(1);
    witness.observe({ url: "other", stateProof: proofOf(chain.ledgerInfo(5, 22), ends) });
    const known = ends.filter((end) => {
      witness.observe({ url: "forger", stateProof: proofOf(forge(end)) });
      return findings.takeEvidence().length > 0;
    });
    expect(known.map(({ ledgerInfo }) => ledgerInfo.commitInfo.epoch)).toEqual([3n, 4n, 5n]);
  });

  it("says whose history a ledger info must share, and from where on nodes should tell how epochs ended", () => {
    const { witness, follow, show } = listening();
    expect(witness.since()).toBeUndefined();
    follow(3, 12);
    show(chain.ledgerInfo(3, 11));
    const later = chain.ledgerInfo(3, 14);
    expect(witness.earlier(later).map(({ ledgerInfo }) => ledgerInfo.commitInfo.version)).toEqual([12n, 11n]);
    show(chain.ledgerInfo(3, 13));
    show(chain.ledgerInfo(3, 11));
    expect(witness.earlier(later).map(({ ledgerInfo }) => ledgerInfo.commitInfo.version)).toEqual([12n, 11n]);
    expect(witness.earlier(chain.ledgerInfo(2, 9))).toEqual([]);
    expect(witness.since()).toBeUndefined();
    follow(5, 22);
    expect(witness.since()).toBe(BigInt(endOf(2)));
  });

  it("has evidence where a later ledger info's history is another one", () => {
    const { witness, follow, culprits } = listening();
    follow(2, 7);
    const first = signLedgerInfo(ledgerInfoAt(7, hashOfText("fork"), 2n), validators(4, 2).slice(0, 3));
    const history = { accumulator: chain.accumulator(7), subtrees: chain.consistency(7, 9) };
    const conflict = { first, second: chain.ledgerInfo(2, 9), history };
    witness.examineConflict(conflict);
    expect(culprits()).toEqual([conflict]);
  });
});
