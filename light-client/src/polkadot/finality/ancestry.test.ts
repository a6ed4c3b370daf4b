import { expect, test } from "vitest";
import { outcome } from "../../testing/outcome.js";
import { chain, child } from "../testing/chain.js";
import { linkAncestors } from "./ancestry.js";
import { headerHash } from "./header.js";

const headers = chain(3);
const last = child(headers.at(-1));

test("headers that lead down from a block come with their hashes, in their order", () => {
  expect(linkAncestors(last, headers)).toEqual(headers.map((header) => ({ header, hash: headerHash(header) })));
  expect(linkAncestors(last, [])).toEqual([]);
});

test("a header dropped, swapped, repeated or of another fork is refused", () => {
  const [a, b, c] = headers;
  if (!a || !b || !c) throw new Error("three blocks were asked for");
  for (const wrong of [
    [a, b],
    [a, c],
    [b, a, c],
    [a, b, b, c],
    [a, c, b],
    [...headers, last],
    chain(3, undefined, "fork"),
  ])
    expect(outcome(() => linkAncestors(last, wrong))).toBe("proof/ancestry");
});

test("a parent whose number isn't one less is refused", () => {
  const parent = { ...last, number: 7 };
  const [orphan] = chain(1, parent);
  if (orphan === undefined) throw new Error("a block was asked for");
  expect(outcome(() => linkAncestors(orphan, [parent]))).toBe("accepted");
  expect(outcome(() => linkAncestors({ ...orphan, number: 9 }, [parent]))).toBe("proof/ancestry");
});
