import { describe, expect, it } from "vitest";
import { watchWrites } from "../jobs/write-watch.js";
import { writeObstacles } from "./write-obstacles.js";

const start = () => {
  let at = 0;
  const writes = watchWrites(() => at);
  return {
    writes,
    later: (seconds: number) => {
      at += 1_000 * seconds;
    },
    told: () => writeObstacles(writes).obstacles.map(({ code, text }) => `${code}: ${text}`),
  };
};

describe("what is handed to a chain", () => {
  it("is no obstacle while it is young, or once it had its effect", () => {
    const { writes, later, told } = start();
    writes.begin("payments", "7");
    later(30);
    expect(told()).toEqual([]);
    writes.begin("payments", "7");
    later(40);
    expect(told()[0]).toMatch(/^payments\/not-executed: .*release 7 .*since 70 s/);
    writes.begin("payments", "8");
    expect(told()).toEqual([]);
    writes.end("payments");
    later(600);
    expect(told()).toEqual([]);
  });

  it("and that no node takes is told with the node's reason, and not after it was taken", () => {
    const { writes, later, told } = start();
    writes.begin("payments", "7");
    writes.explain("payments", "expected at most 500000 gas units, got 1000000");
    expect(told()).toEqual([]);
    later(20);
    expect(told()[0]).toMatch(/^payments\/not-taken: .*500000 gas units/);
    writes.explain("payments", undefined);
    expect(told()).toEqual([]);
  });

  it("is told of both chains, a batch after a longer time", () => {
    const { writes, later, told } = start();
    writes.begin("batch", "ab");
    writes.begin("payments", "0");
    later(80);
    expect(told().map((one) => one.split(":")[0])).toEqual(["payments/not-executed"]);
    later(20);
    expect(told().map((one) => one.split(":")[0])).toEqual(["batch/not-included", "payments/not-executed"]);
  });

  it("and can't even be made is told with the reason", () => {
    const { writes, later, told } = start();
    writes.explain("payments", "refused/custody-frozen: frozen");
    later(16);
    expect(told()[0]).toMatch(/refused\/custody-frozen/);
  });
});
