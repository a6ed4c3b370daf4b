/** PROTOCOL 7a: a bridge of real processes whose key two of three enclaves sign with. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { eventually } from "@pdiem/devnet/testing/rpc";
import { runCommand } from "@pdiem/relayer/cli/testing/run-command";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RelayedBridge, startRelayedBridge } from "./support/relayed-bridge.js";

let bridge: RelayedBridge;
beforeAll(async () => {
  bridge = await startRelayedBridge({ holders: { threshold: 2, slots: 3 } });
});
afterAll(() => bridge.stop());

interface Verified {
  readonly verdict: string;
  readonly custodyKey: string;
  readonly slots: readonly { readonly class: string; readonly evidence?: unknown }[];
}

const verify = async (): Promise<readonly [code: number, found: Verified]> => {
  const { code, out } = await runCommand("verify-enclave", "--json", "-c", bridge.relayerFile);
  return [code, JSON.parse(out)];
};

describe("a bridge that three hold", () => {
  it("is verified through a relayer: all of them, one key, and both chains under it", async () => {
    const [code, { verdict, custodyKey, slots }] = await verify();
    expect([code, verdict, slots.map((one) => one.class)]).toEqual([0, "simulated", ["a", "b", "c"]]);
    const report = join(bridge.folder, "ceremony-report.json");
    const shown = JSON.parse((await runCommand("ceremony", "verify", report, "--json")).out);
    expect(shown).toMatchObject({ verdict: "simulated", custodyKey, threshold: 2 });
    expect(readFileSync(join(bridge.folder, "enclave-3.log"), "utf8")).toContain("share-made");
  });

  it("is undecided while one is away, and verified again once that is back, by its sealed share", async () => {
    await bridge.enclave(3).child.kill();
    const [code, { verdict, slots }] = await verify();
    expect([code, verdict, slots.map(({ evidence }) => evidence !== undefined)]).toEqual([
      3,
      "undecided",
      [true, true, false],
    ]);
    await bridge.restartEnclave(3);
    await eventually(async () => ((await verify())[0] === 0 ? true : undefined));
  });
});
