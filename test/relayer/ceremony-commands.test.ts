/** PROTOCOL 7a: `pdiem ceremony`, with real chains, and enclaves behind their doors. */
import { readFileSync, writeFileSync } from "node:fs";
import { STEPS } from "@pdiem/bridge-client/ceremony/steps";
import { runCommand } from "@pdiem/relayer/cli/testing/run-command";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type HeldSetUp, startHeldSetUp } from "./support/held-set-up.js";

let setUp: HeldSetUp;
beforeAll(async () => {
  setUp = await startHeldSetUp();
});
afterAll(() => setUp.close());

const ceremony = (...args: readonly string[]) => runCommand("ceremony", ...args);
const SLOTS = [1, 2, 3];
const NOWHERE = "http://127.0.0.1:1";

describe("pdiem ceremony", () => {
  it("is made from files by operators who see their own enclaves alone, up to a report", async () => {
    const urls = await setUp.startAll();
    const files = SLOTS.map((slot) => setUp.place(`operator-${slot}.json`));
    const configs = SLOTS.map((slot) =>
      setUp.configFor(urls.map((url, i) => (i + 1 === slot ? url : `${NOWHERE}${i}`))),
    );
    const take = (step: string, slot: number) => {
      const others = step === "part" ? [] : files.filter((_, i) => i + 1 !== slot);
      return ceremony(step, files[slot - 1] ?? "", ...others, "--slot", `${slot}`, "-c", configs[slot - 1] ?? "");
    };
    expect(await take("part", 1)).toMatchObject({ code: 0, out: expect.stringContaining("has shown its part: send ") });
    expect(await ceremony("roll", files[0] ?? "", "--slot", "1", "-c", configs[0] ?? "")).toMatchObject({
      code: 3,
      err: "ceremony/awaited: roll waits for what slot 2 (b), slot 3 (c) shows before",
    });
    for (const step of STEPS)
      for (const slot of SLOTS)
        expect(await take(step, slot)).toMatchObject({ code: 0, err: expect.not.stringMatching(/\//) });
    const report = setUp.place("report.json");
    const made = await ceremony("report", report, ...files, "--json", "-c", configs[1] ?? "");
    const { custodyKey } = JSON.parse(made.out);
    const shown = await ceremony("verify", report, "--json");
    expect(shown.code).toBe(0);
    expect(JSON.parse(shown.out)).toMatchObject({
      verdict: "simulated",
      custodyKey,
      threshold: 2,
      slots: ["a", "b", "c"],
    });
  });

  it("is made with one command, again where it was made, and told where an enclave is away", async () => {
    const urls = await setUp.startAll();
    const [file, report] = [setUp.place("ceremony.json"), setUp.place("report.json")];
    const run = (config: string, ...more: readonly string[]) =>
      ceremony("run", file, "--report", report, "-c", config, ...more);
    const without = setUp.configFor(urls.map((url, i) => (i === 1 ? NOWHERE : url)));
    expect(await run(without)).toMatchObject({
      code: 3,
      err: expect.stringMatching(/slot 3 \(c\) has shown its part\nenclave\/unreachable: slot 2 \(b\): /),
    });
    const config = setUp.configFor(urls);
    const { code, err, out } = await run(config);
    expect([code, err.split("\n").length]).toEqual([0, 13]);
    expect(out).toMatch(/^The key 0x[0-9a-f]{64}, held by 2 of 3: slot 1 a, slot 2 b, slot 3 c\n/);
    const again = JSON.parse((await run(config, "--json")).out);
    expect(out).toContain(again.custodyKey);

    const then = "2026-06-10T12:00:00.000Z";
    expect((await ceremony("verify", report, "--at", then)).out).toContain(`, judged as of ${then}\n`);
    expect((await ceremony("verify", report)).out).toMatch(
      /^SIMULATED[\s\S]*Slot 3 \(c\)\nok [\s\S]*All slots\nok [\s\S]*Not shown: /,
    );
    expect(await ceremony("verify", report, "--bridge", "00".repeat(32))).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^ceremony\/other-bridge/),
    });
    const value = JSON.parse(readFileSync(report, "utf8"));
    writeFileSync(report, JSON.stringify({ ...value, slots: [value.slots[0], value.slots[2], value.slots[1]] }));
    expect(await ceremony("verify", report)).toMatchObject({
      code: 1,
      out: expect.stringMatching(/FAILED {5}measurement: .*\n {11}what to do: build the program/),
      err: expect.stringMatching(/^ceremony\/report-fails/),
    });
  });

  it("makes a key that custody is given to, once each holder is proven to be of its slot's class", async () => {
    const urls = await setUp.startAll();
    const config = setUp.configFor(urls);
    const rotate = (file: string) =>
      runCommand("custody", "rotate", "--key", setUp.interimKey, "--irrevocably", "--json", "-c", file);
    expect(await rotate(config)).toMatchObject({ code: 3, err: expect.stringContaining("enclave/inactive") });
    const args = ["run", setUp.place("ceremony.json"), "--report", setUp.place("report.json"), "--json", "-c", config];
    const { custodyKey } = JSON.parse((await ceremony(...args)).out);
    const [first = "", second = ""] = urls;
    expect(await rotate(setUp.configFor([first, second, second.replace("127.0.0.1", "localhost")]))).toMatchObject({
      code: 1,
      err: expect.stringMatching(/DIFFERS {4}slots: expected 2 of 3.*; it is slots 1, 2, 2\n[\s\S]*set-up\/enclave: /),
    });
    const rotated = await rotate(config);
    expect([rotated.code, rotated.err]).toEqual([
      0,
      expect.stringMatching(/slot 2 \(b\), [\s\S]*ok +machines: 3 SIMULATED/),
    ]);
    const checked = await runCommand("custody", "check", "--json", "--enclave-key", custodyKey, "-c", config);
    expect(JSON.parse(checked.out)).toMatchObject({
      findings: expect.arrayContaining([expect.objectContaining({ code: "custody/key", outcome: "ok" })]),
    });
  });

  it("says what is wrong with its options and files", async () => {
    const config = setUp.configFor([1, 2, 3].map((port) => `http://127.0.0.1:${port}`));
    const file = setUp.place("file.json");
    expect(await ceremony("part", file, "--slot", "4", "-c", config)).toMatchObject({
      code: 2,
      err: "config/slot: expected a slot from 1 to 3, got 4",
    });
    expect(await ceremony("part", file, "--slot", "1", "-c", config)).toMatchObject({ code: 3 });
    expect(await ceremony("verify", file, "--at", "yesterday")).toMatchObject({ code: 2 });
    writeFileSync(file, "{}");
    for (const args of [
      ["part", file, "--slot", "1", "-c", config],
      ["verify", file],
    ])
      expect(await ceremony(...args)).toMatchObject({ code: 1, err: expect.stringMatching(/^ceremony\/form/) });
    expect((await ceremony("report", setUp.place("report.json"), setUp.place("none"), "-c", config)).code).toBe(2);
  });
});
