import { describe, expect, it } from "vitest";
import { BusyError, RpcError } from "../../error.js";
import { cutOffs, type NodeFault, nodeFaults } from "./node-fault.js";
import { faultOf, isResting, left, mustWaitMs, SOUND, type Standing } from "./standing.js";
import { keepStandings } from "./standings.js";

const down = faultOf(new RpcError("rpc/unreachable", "it is down", "backoff"));

const leftTimes = (times: number, leastMs?: number): Standing => {
  let standing: Standing = SOUND;
  for (let i = 0; i < times; i++) standing = left(standing, down, 0, leastMs);
  return standing;
};

const restOf = (standing: Standing): number => (standing.type === "left" ? standing.until : 0);

describe("a node's standing", () => {
  it("is left for twice as long each time, up to 64 times the first", () => {
    expect([1, 2, 3, 7, 8, 500].map((times) => restOf(leftTimes(times)))).toEqual([
      1_000, 2_000, 4_000, 64_000, 64_000, 64_000,
    ]);
    expect(restOf(leftTimes(3, 60_000))).toBe(240_000);
  });

  it("keeps since when it isn't sound, and its last reason", () => {
    const first = left(SOUND, down, 5);
    expect(left(first, { code: "rpc/form", reason: "x".repeat(1_000) }, 9_000)).toMatchObject({
      since: 5,
      until: 11_000,
      times: 2,
      fault: { code: "rpc/form", reason: "x".repeat(300) },
    });
  });

  it("rests until its time has come, and is asked for nothing only where it wants that", () => {
    const standing = left(SOUND, down, 0);
    expect([isResting(standing, 999), isResting(standing, 1_000)]).toEqual([true, false]);
    expect(mustWaitMs(standing, 0)).toBe(0);
    const busy = left(SOUND, faultOf(new BusyError("busy", 30_000)), 0);
    expect([mustWaitMs(busy, 0), mustWaitMs(busy, 29_999), mustWaitMs(busy, 30_000)]).toEqual([30_000, 1, 0]);
    expect(mustWaitMs(left(SOUND, faultOf(new BusyError("busy", 10 ** 12)), 0), 0)).toBe(600_000);
  });

  it("decides the order: the operator's, those that rest last, those that want to be left alone not at all", () => {
    let now = 0;
    const standings = keepStandings(["a", "b", "c"], 1_000, () => now);
    expect(standings.leave("a", down)).toBe(true);
    expect(standings.leave("b", faultOf(new BusyError("busy", 60_000)))).toBe(true);
    expect(standings.inOrder()).toEqual(["c", "a"]);
    expect(standings.leave("a", down)).toBe(false);
    now = 2_000;
    expect(standings.inOrder()).toEqual(["a", "c"]);
    now = 60_000;
    expect(standings.inOrder()).toEqual(["a", "b", "c"]);
    standings.clear("a");
    expect(standings.of("a")).toEqual(SOUND);
  });
});

describe("nodes that are left", () => {
  it("are named without their keys, in their reasons as well", () => {
    const url = "https://user:key@node.example/";
    const standing = left(SOUND, { code: "rpc/timeout", reason: `expected ${url} to answer` }, 0);
    expect(
      nodeFaults("diem", "reads", [
        { url, standing },
        { url: "http://other.example", standing: SOUND },
      ]),
    ).toEqual([
      {
        chain: "diem",
        node: "node.example",
        of: "reads",
        code: "rpc/timeout",
        reason: "expected node.example to answer",
        since: expect.any(Number),
      },
    ]);
  });

  it("cut the relayer off where a chain has no other", () => {
    const fault = (chain: string, of: NodeFault["of"]): NodeFault => ({
      chain,
      of,
      node: "a",
      code: "rpc/timeout",
      reason: "",
      since: 0,
    });
    const faults = [fault("diem", "writes"), fault("parachain", "reads"), fault("parachain", "blocks")];
    expect(cutOffs(faults, { diem: 2, parachain: 2, relay: 1 })).toEqual([]);
    expect(cutOffs([...faults, fault("diem", "writes")], { diem: 2, parachain: 2, relay: 1 })).toEqual([
      { chain: "diem", of: "writes" },
    ]);
  });
});
