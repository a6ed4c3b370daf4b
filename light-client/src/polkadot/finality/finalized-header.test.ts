import { describe, expect, test } from "vitest";
import { decode, encode } from "../../codec/scale.js";
import { outcome } from "../../testing/outcome.js";
import { chain, child, forced, prove, scheduled, type Voters, voters } from "../testing/chain.js";
import { type FinalityUpdate, finalityProof } from "./finality-proof.js";
import { followFinality, verifyFinalizedHeader } from "./finalized-header.js";
import { type Header, header, headerHash } from "./header.js";

const [first, second, third] = [11n, 12n, 13n].map((id) => voters(4, id, `set ${id}`));
if (!first || !second || !third) throw new Error("three sets were asked for");
const root = child(undefined);
const handOver = (parent: Header, to: Voters, delay = 0) =>
  child(parent, [scheduled({ nextAuthorities: to.authorities, delay })]);

/** A justification and its target's header, and nothing else. */
const bare = (by: Voters, target: Header): FinalityUpdate => ({
  finalityProof: encode(finalityProof, { ...decode(finalityProof, prove(by, target)), unknownHeaders: [] }),
  header: encode(header, target),
});
const withHeaders = (by: Voters, target: Header, before: readonly Header[]): FinalityUpdate => ({
  finalityProof: prove(by, target, before),
});
const setOf = ({ setId, authorities }: Voters) => ({ setId, authorities });
const endOfFirst = handOver(root, second);
const endOfSecond = handOver(child(endOfFirst), third);
const inThird = child(endOfSecond);

describe("PROTOCOL 6: a block that a given set has finalized", () => {
  test("is verified by that set's signatures, and says so", () => {
    const { verified, ancestors, next } = verifyFinalizedHeader(first, withHeaders(first, inThird, [endOfSecond]));
    expect(verified).toMatchObject({ header: inThird, hash: headerHash(inThird), signedBy: setOf(first) });
    expect(ancestors).toMatchObject([{ header: endOfSecond, signedBy: setOf(first) }]);
    expect(next).toBeUndefined();
    expect(outcome(() => verifyFinalizedHeader(second, bare(first, inThird)))).toBe("proof/quorum");
    expect(outcome(() => verifyFinalizedHeader({ ...first, setId: 12n }, bare(first, inThird)))).toBe("proof/quorum");
    expect(outcome(() => verifyFinalizedHeader({ ...first, authorities: [] }, bare(first, inThird)))).toBe(
      "proof/authority-set",
    );
  });

  test("is the one that proof and header name", () => {
    const { finalityProof: proof } = bare(first, inThird);
    const other = encode(header, endOfSecond);
    expect(outcome(() => verifyFinalizedHeader(first, { finalityProof: proof, header: other }))).toBe(
      "proof/target-header",
    );
    const unlinked = withHeaders(first, inThird, [endOfFirst]);
    expect(outcome(() => verifyFinalizedHeader(first, unlinked))).toBe("proof/ancestry");
  });

  test("names the set after it where it is its set's last", () => {
    const after = (update: FinalityUpdate) => verifyFinalizedHeader(first, update).next;
    expect(after(bare(first, endOfFirst))).toEqual(setOf(second));
    const delayed = handOver(root, second, 2);
    const [middle, end, beyond] = chain(3, delayed);
    if (!middle || !end || !beyond) throw new Error("three blocks were asked for");
    expect(after(bare(first, delayed))).toBeUndefined();
    expect(after(withHeaders(first, end, [delayed, middle]))).toEqual(setOf(second));
    expect(after(withHeaders(first, beyond, [delayed, middle, end]))).toBeUndefined();
    const forcing = child(root, [forced({ nextAuthorities: second.authorities, delay: 0 })]);
    expect(after(bare(first, forcing))).toBeUndefined();
    const two = child(delayed, [scheduled({ nextAuthorities: third.authorities, delay: 1 })]);
    expect(outcome(() => after(withHeaders(first, child(two), [delayed, two])))).toBe("proof/set-changes");
  });
});

describe("PROTOCOL 6: a way from an earlier set", () => {
  const steps = [bare(first, endOfFirst), bare(second, endOfSecond), bare(third, inThird)];

  test("leads over the last blocks of sets, each signed by its own", () => {
    const way = followFinality(first, steps);
    expect(way.passed).toEqual([setOf(first), setOf(second)]);
    expect(way.set).toEqual(setOf(third));
    expect(way.steps.map(({ verified }) => verified.signedBy?.setId)).toEqual([11n, 12n, 13n]);
    expect(followFinality(second, steps.slice(1)).set).toEqual(setOf(third));
    expect(followFinality(first, [])).toEqual({ steps: [], passed: [], set: setOf(first) });
  });

  test("can leave out no step, and take none twice", () => {
    for (const wrong of [steps.slice(1), [steps[0], steps[2]], [steps[0], ...steps]])
      expect(
        outcome(() =>
          followFinality(
            first,
            wrong.filter((one) => one !== undefined),
          ),
        ),
      ).toBe("proof/quorum");
  });

  test("to a set that is named by old keys alone shows nothing that it has signed", () => {
    const way = followFinality(first, [bare(first, handOver(root, second))]);
    expect(way.set).toEqual(setOf(second));
    expect(way.steps.some(({ verified }) => verified.signedBy?.setId === 12n)).toBe(false);
  });
});
