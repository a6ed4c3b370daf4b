import { describe, expect, it } from "vitest";
import { type CatchingUp, describeCatchUp, keepCatchUp } from "./catch-up.js";

const at = (setId: bigint, latest?: bigint): CatchingUp => ({
  owner: "enclave",
  from: setId - 1n,
  setId,
  latest,
});

const LATEST = 1_010n;

const watched = () => {
  let time = 0;
  const told: string[] = [];
  const catchUp = keepCatchUp(() => time);
  catchUp.listen((way) => told.push(describeCatchUp(way)));
  return { catchUp, told, pass: (ms: number) => (time += ms) };
};

describe("a light client with a long way to go", () => {
  it("tells N of M sets, now and then and at the end", () => {
    const { catchUp, told, pass } = watched();
    for (let setId = 11n; setId < 1_010n; setId++) {
      catchUp.note(at(setId, LATEST));
      pass(10);
    }
    expect(told).toHaveLength(2);
    expect(told.at(-1)).toBe(
      "the enclave's light client catches up with the relay chain: 501 of 1000 sets, at set 511",
    );
    expect(catchUp.now()).toMatchObject([{ from: 10n, setId: 1_009n, latest: LATEST }]);
    catchUp.note(at(LATEST, LATEST));
    expect(told.at(-1)).toContain("1000 of 1000 sets");
    expect(catchUp.now()).toEqual([]);
  });

  it("tells how many sets so far where no node says how many there are", () => {
    const { catchUp, told } = watched();
    for (let setId = 11n; setId < 20n; setId++) catchUp.note(at(setId));
    expect(told).toEqual(["the enclave's light client catches up with the relay chain: 4 sets so far, at set 14"]);
    catchUp.end("enclave");
    expect(told.at(-1)).toContain("9 of 9 sets");
  });

  it("tells each of two by itself, and never goes back", () => {
    const { catchUp } = watched();
    catchUp.note(at(500n, LATEST));
    catchUp.note({ ...at(20n, LATEST), owner: "relayer" });
    catchUp.note(at(499n, LATEST));
    expect(catchUp.now().map(({ owner, setId }) => [owner, setId])).toEqual([
      ["enclave", 500n],
      ["relayer", 20n],
    ]);
  });
});

it("a light client that leaves a set or two says nothing", () => {
  const { catchUp, told } = watched();
  catchUp.note(at(11n, 12n));
  catchUp.note(at(12n, 12n));
  catchUp.end("enclave");
  expect(told).toEqual([]);
  expect(catchUp.now()).toEqual([]);
});
