import { encode } from "@pdiem/light-client/codec/scale";
import { finalityProof } from "@pdiem/light-client/polkadot/finality/finality-proof";
import { type GrandpaState, verifyFinality } from "@pdiem/light-client/polkadot/finality/grandpa-state";
import { type Header, header as headerCodec, headerHash } from "@pdiem/light-client/polkadot/finality/header";
import { type Justification, justification } from "@pdiem/light-client/polkadot/finality/justification";
import {
  chain,
  child,
  justify,
  precommit,
  prove,
  scheduled,
  type Voters,
  voteFor,
  voters,
} from "@pdiem/light-client/polkadot/testing/chain";
import { describe, expect, it } from "vitest";
import { createFinalityWitness } from "./finality-witness.js";
import { keepFindings } from "./findings.js";
import { keepSets } from "./sets-keeper.js";

const SET = voters(4, 3n);
const NEXT = voters(4, 4n, "next");
const root = child(undefined);
const [low, middle, top] = chain(3, root);
const [fork, forkMiddle, forkTop] = chain(3, root, "fork");
if (!low || !middle || !top || !fork || !forkMiddle || !forkTop) throw new Error("blocks were asked for");

const trusted: GrandpaState = {
  setId: SET.setId,
  authorities: SET.authorities,
  finalized: { number: root.number, hash: headerHash(root) },
};

const proofOf = (votes: Justification, headers: readonly Header[]): Uint8Array =>
  encode(finalityProof, {
    block: votes.commit.targetHash,
    justification: encode(justification, votes),
    unknownHeaders: headers,
  });

const listening = () => {
  const sets = keepSets();
  sets.addAuthorities(trusted);
  const findings = keepFindings();
  const witness = createFinalityWitness(new Uint8Array(32).fill(7), sets, findings);
  let state = trusted;
  return {
    witness,
    sets,
    findings,
    /** Moves a light client of one's own there. */
    follow: (target: Header, by: Voters = SET) => {
      const step = { proof: prove(by, target), header: undefined };
      const to = verifyFinality(state, { finalityProof: step.proof });
      witness.observe({ url: "honest", ...step, accepted: { from: state, to } });
      state = to.state;
    },
    /** Shows, as another node, what no light client takes. */
    show: (votes: Justification, headers: readonly Header[], header?: Header) =>
      witness.observe({
        url: "other",
        proof: proofOf(votes, headers),
        header: header === undefined ? undefined : encode(headerCodec, header),
      }),
    conflicts: () => findings.takeEvidence().map(({ misbehaviour }) => misbehaviour.value),
  };
};

const idOf = (set: Voters, index: number) => set.authorities[index]?.id;

describe("a witness of the relay chain's finality", () => {
  it("has evidence as soon as a node shows another final block of a known height, once for each set", () => {
    const { follow, show, findings } = listening();
    follow(low);
    follow(middle);
    show(justify(SET, fork, 3), [], fork);
    show(justify(SET, forkMiddle, 3), [], forkMiddle);
    const [file, ...more] = findings.takeEvidence();
    expect(more).toEqual([]);
    expect(file?.sets.relay).toEqual([{ setId: 3n, authorities: SET.authorities }]);
    expect(file?.misbehaviour).toEqual({
      type: "relay",
      value: {
        lower: { setId: 3n, justification: justify(SET, low, 3) },
        higher: { setId: 3n, justification: justify(SET, fork, 3) },
        headers: [],
      },
    });
  });

  it("has evidence where the headers to a higher final block pass a known one by", () => {
    const { follow, show, conflicts } = listening();
    follow(low);
    show(justify(SET, forkTop, 3), [forkMiddle, forkTop]);
    expect(conflicts()).toMatchObject([{ headers: [forkMiddle, forkTop] }]);
  });

  it("has none where they lead on from it, or don't say", () => {
    const { follow, show, conflicts, witness } = listening();
    follow(low);
    show(justify(SET, top, 3), [middle, top]);
    const above = child(child(forkTop, [], "fork"), [], "fork");
    show(justify(SET, above, 3), [above]);
    expect(conflicts()).toEqual([]);
    expect(witness.newest().map(({ number }) => number)).toEqual([above.number, low.number]);
    show(justify(SET, middle, 3), [middle]);
    expect(witness.newest().map(({ number }) => number)).toEqual([middle.number, low.number]);
  });

  it("has evidence once the light client's own chain is shown from a lower final block of another fork on", () => {
    const { follow, show, conflicts, witness } = listening();
    follow(top);
    show(justify(SET, fork, 3), [], fork);
    expect(conflicts()).toEqual([]);
    witness.observe({ url: "honest", proof: proofOf(justify(SET, top, 3), [middle, top]), header: undefined });
    expect(conflicts()).toMatchObject([{ lower: { justification: justify(SET, fork, 3) }, headers: [middle, top] }]);
  });

  it("has evidence against the set before, by its last votes", () => {
    const last = child(low, [scheduled({ nextAuthorities: NEXT.authorities, delay: 0 })]);
    const { follow, show, conflicts } = listening();
    follow(low);
    follow(last);
    follow(child(last), NEXT);
    show(justify(SET, fork, 3), [], fork);
    expect(conflicts()).toMatchObject([{ lower: { setId: 3n }, higher: { setId: 3n } }]);
  });

  it("has evidence against a set that many came after", () => {
    const { follow, show, conflicts, sets } = listening();
    follow(low);
    for (let id = 4n; id < 12n; id++) sets.addAuthorities(voters(4, id, `later ${id}`));
    show(justify(SET, fork, 3), [], fork);
    expect(conflicts()).toMatchObject([{ lower: { setId: 3n }, higher: { setId: 3n } }]);
  });

  it("knows which blocks a node's own headers have led through, by nothing that doesn't hold together", () => {
    const { follow, show, witness } = listening();
    follow(low);
    const [block] = witness.newest();
    if (block === undefined) throw new RangeError("expected a final block");
    show(justify(SET, top, 3), [middle, forkTop]);
    show(justify(SET, forkTop, 3), [{ ...forkMiddle, parentHash: headerHash(low) }, forkTop]);
    expect(witness.hasPassed("other", block)).toBe(false);
    show(justify(SET, top, 3), [middle, top]);
    expect(witness.hasPassed("other", block)).toBe(true);
    expect(witness.hasPassed("honest", block)).toBe(false);
  });

  it("only names who voted twice in a round, where too few voted for the other block", () => {
    const { follow, show, conflicts, findings } = listening();
    follow(low);
    show(justify(SET, fork, 1), [], fork);
    show({ ...justify(SET, fork, 3), round: 99n }, [], fork);
    expect(conflicts()).toEqual([]);
    expect(findings.takeEquivocators()).toEqual([{ chain: "relay", set: 3n, signer: idOf(SET, 0) }]);
  });

  it("names who voted twice in a justification that holds all the same", () => {
    const { show, findings } = listening();
    show(justify(SET, low, 3, [precommit(SET, 3, voteFor(low)), precommit(SET, 3, voteFor(fork))]), [], low);
    expect(findings.takeEquivocators()).toEqual([{ chain: "relay", set: 3n, signer: idOf(SET, 3) }]);
  });

  it("says whether a known set vouches for what it observed", () => {
    const { show } = listening();
    expect(show(justify(SET, low, 3), [], low)).toBe(true);
    expect(show(justify(SET, low, 3), [], low)).toBe(true);
    expect(show(justify(SET, middle, 2), [], middle)).toBe(false);
  });

  it("takes nothing on trust: strangers' votes, none at all, or bytes of another kind", () => {
    const { follow, show, conflicts, witness } = listening();
    follow(low);
    show(justify(voters(4, 3n, "stranger"), fork, 3), [], fork);
    show(justify(SET, fork, 0), [], fork);
    for (const proof of [new Uint8Array(), new Uint8Array(200).fill(255)])
      witness.observe({ url: "other", proof, header: undefined });
    const own = proofOf(justify(SET, root, 0), []);
    witness.observe({
      url: "other",
      proof: own,
      header: encode(headerCodec, root),
      accepted: {
        from: trusted,
        to: verifyFinality(trusted, { finalityProof: own, header: encode(headerCodec, root) }),
      },
    });
    expect(conflicts()).toEqual([]);
    expect(witness.newest()).toEqual([{ number: low.number, hash: headerHash(low), setId: 3n }]);
  });
});
