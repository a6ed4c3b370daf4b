import { randomBytes } from "node:crypto";
import { copyFileSync, cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { TERM } from "@pdiem/bridge/checkpoint/check-checkpoint";
import type { Checkpoint } from "@pdiem/bridge/checkpoint/checkpoint";
import { createEnclaveClient, type EnclaveClient } from "@pdiem/bridge-client/enclave/enclave-client";
import { nodeTransport } from "@pdiem/bridge-client/enclave/node-transport";
import {
  addCheckpointSignature,
  type CheckpointFile,
  formatCheckpointFile,
  parseCheckpointFile,
} from "@pdiem/bridge-client/guardians/checkpoint-file";
import { MINIMUM_PERIOD } from "@pdiem/devnet/asset-hub/cadence";
import { devAccount } from "@pdiem/devnet/asset-hub/operator";
import { timeOf } from "@pdiem/devnet/asset-hub/producer";
import { DEFAULT_LIMITS, GUARDIAN_SEEDS } from "@pdiem/devnet/local-bridge/bridge-defaults";
import { eventually } from "@pdiem/devnet/testing/rpc";
import { fromHex, toHex } from "@pdiem/light-client/bytes";
import type { CheckpointsView } from "@pdiem/relayer/views/checkpoints-view";
import type { DecisionsView } from "@pdiem/relayer/views/decisions-view";
import { isUsualWait } from "@pdiem/relayer/views/usual-wait";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectAlerts } from "../infra/support/expect-alerts.js";
import { askDirectly } from "./support/ask-directly.js";
import { emptyRedis } from "./support/empty-redis.js";
import { pdiem, pdiemDone, writeGuardianKeys } from "./support/pdiem.js";
import { type RelayedBridge, rawFor, startRelayedBridge } from "./support/relayed-bridge.js";
import { withWindowLength } from "./support/short-windows.js";

/**
 * How long the configuration's roots serve from the start, and how far Diem's time jumps. That is
 * past the roots', not the parachain's.
 */
const TERM_LEFT_MS = 1_800_000;
const JUMP_MS = 2_400_000;
const MAX_SKEW = 3_600_000n;

let bridge: RelayedBridge;
let keys: readonly string[];
let parachainTime = 0;
let ahead = 0;
let next = 0;
/** The deposit that the lapse holds up. */
let waiting = 0;
let enclave: EnclaveClient;

beforeAll(async () => {
  const rootsTime = BigInt(Date.now() + TERM_LEFT_MS) - TERM + MAX_SKEW;
  bridge = await startRelayedBridge({
    limits: {
      rootsTime: rootsTime.toString(),
      maxSkew: MAX_SKEW.toString(),
      decisionDelay: "1",
      currencies: withWindowLength(DEFAULT_LIMITS.currencies, MINIMUM_PERIOD),
    },
    diem: { clock: () => BigInt(Math.max(Date.now(), parachainTime) + ahead) * 1000n },
    prepare: async ({ assetHub }) => {
      assetHub.onBlock(({ state }) => {
        parachainTime = timeOf(state);
      });
    },
  });
  keys = writeGuardianKeys(bridge.folder);
  enclave = createEnclaveClient(nodeTransport(bridge.enclave().url, 10_000));
});

afterAll(() => bridge?.stop());

const file = (name: string): string => join(bridge.folder, name);

const checkpoint = (command: string, ...args: readonly string[]): Promise<string> =>
  pdiemDone("guardian", "checkpoint", command, ...args, "--config", bridge.relayerFile);

const refused = (command: string, ...args: readonly string[]) =>
  pdiem("guardian", "checkpoint", command, ...args, "--config", bridge.relayerFile);

const pay = async (): Promise<number> => {
  const { status } = await bridge.pay("XUS", 1_000_000n, rawFor(randomBytes(32)));
  expect(status).toBe("executed");
  return next++;
};

const minted = (number: number): Promise<string> =>
  eventually(async () => (await bridge.transfer(number).catch(() => undefined))?.result?.outcome);

const remaining = async (): Promise<number | undefined> => {
  const text = await (await fetch(`${bridge.relayerUrl}/metrics`)).text();
  const line = /^pdiem_checkpoint_remaining_seconds (-?[0-9.e+]+)$/m.exec(text);
  return line?.[1] === undefined ? undefined : Number(line[1]);
};

interface Health {
  readonly checks: { readonly checkpoint: { readonly ok: boolean; readonly detail: string } };
}

const health = async (): Promise<{ readonly status: number; readonly checkpoint: Health["checks"]["checkpoint"] }> => {
  const response = await fetch(`${bridge.relayerUrl}/readyz`);
  const { checks } = (await response.json()) as Health;
  return { status: response.status, checkpoint: checks.checkpoint };
};

const isRunning = async (): Promise<true | undefined> => {
  const seconds = await remaining().catch(() => undefined);
  return seconds !== undefined && seconds > 13 * 86_400 ? true : undefined;
};

/** The same but for this, signed by enough guardians who don't look. */
const signedByTwo = (made: CheckpointFile, change: Partial<Checkpoint>): CheckpointFile =>
  GUARDIAN_SEEDS.slice(0, 2).reduce(addCheckpointSignature, {
    ...made,
    checkpoint: { ...made.checkpoint, ...change },
    signatures: [],
  });

/** To the enclave itself, past the relayer. */
const show = ({ checkpoint: stated, signatures }: CheckpointFile) =>
  askDirectly(bridge, ({ enclave: asked }, basis) =>
    asked.checkpoint({
      checkpoints: [{ signed: { checkpoint: stated, signatures }, decision: undefined }],
      ...basis,
    }),
  );

/** What the enclave goes by, beside the configuration. */
const kept = async (): Promise<Checkpoint | undefined> => {
  const { role } = await enclave.status();
  return role.type === "holder" ? role.value.checkpoints.checkpoint?.checkpoint : undefined;
};

/** To its sealed file from before any checkpoint, as whoever runs its machine can. */
const putEnclaveBack = async (): Promise<void> => {
  await bridge.enclave().child.stop();
  rmSync(file("enclave"), { recursive: true });
  cpSync(file("enclave-before"), file("enclave"), { recursive: true });
  await bridge.restartEnclave();
};

const lapse = (): void => {
  ahead = JUMP_MS;
};

describe("guardians' checkpoints", () => {
  it("hold transfers up once the last one has lapsed", async () => {
    expect(await minted(await pay())).toBe("minted");
    expect(await pdiemDone("status", "--config", bridge.relayerFile)).toMatch(
      /^checkpoint {2}lapses in [0-9]+ minutes/m,
    );
    lapse();
    waiting = await pay();
    const { waitingFor } = await eventually(async () => {
      const view = await bridge.transfer(waiting).catch(() => undefined);
      return view?.waitingFor === undefined || isUsualWait(view.waitingFor) ? undefined : view;
    });
    expect(waitingFor).toBe("guardians to sign a checkpoint: the last one has lapsed");
    await expect.poll(remaining).toBeLessThan(0);
    expect(await health()).toMatchObject({
      status: 503,
      checkpoint: { ok: false, detail: expect.stringMatching(/^lapsed/) },
    });
    expect(await pdiemDone("status", "--config", bridge.relayerFile)).toMatch(
      /^checkpoint {2}lapsed [0-9]+ minutes ago/m,
    );
    await expectAlerts(bridge.relayerUrl, "PdiemCheckpointSoon", "PdiemCheckpointUrgent", "PdiemClockOff");
  });

  it("are refused with a reason: signed by too few, or of sets that aren't the chains' own", async () => {
    const [first = "", second = ""] = keys;
    await checkpoint("propose", "--out", file("lonely.json"), "--key", first);
    expect(await checkpoint("submit", file("lonely.json"))).toMatch(/^1 of 2: Checkpoint of /);
    const lonely = parseCheckpointFile(JSON.parse(readFileSync(file("lonely.json"), "utf8")));
    await expect(show(lonely)).rejects.toMatchObject({ code: "proof/guardian-threshold" });

    const foreign = signedByTwo(lonely, { relay: { ...lonely.checkpoint.relay, hash: randomBytes(32) } });
    writeFileSync(file("foreign.json"), JSON.stringify(formatCheckpointFile(foreign)));
    expect(await refused("submit", file("foreign.json"))).toMatchObject({
      err: expect.stringMatching(/^refused\/checkpoint-sets/m),
    });
    expect(await refused("sign", file("foreign.json"), "--key", second)).toMatchObject({
      code: 1,
      err: expect.stringMatching(/\ncheckpoint\/foreign-set/),
    });

    const nobodys = addCheckpointSignature({ ...lonely, signatures: [] }, randomBytes(32));
    const others = { ...lonely, bridgeId: randomBytes(32) };
    for (const [other, code] of [
      [nobodys, "checkpoint/unsigned"],
      [others, "refused/another-bridge"],
    ] as const) {
      writeFileSync(file("other.json"), JSON.stringify(formatCheckpointFile(other)));
      expect((await refused("submit", file("other.json"))).err).toMatch(new RegExp(`^${code}:`, "m"));
    }
    expect(await remaining()).toBeLessThan(0);
  });

  it("let everything go on once enough guardians have signed one that their own nodes bear out", async () => {
    const [first = "", second = ""] = keys;
    const [one, two] = [file("one.json"), file("two.json")];
    expect(await checkpoint("propose", "--out", one)).toMatch(
      /^Checkpoint of [\s\S]*0 of the 2 that are needed have signed/,
    );
    copyFileSync(one, two);
    await checkpoint("sign", one, "--key", first);
    expect(await checkpoint("sign", two, "--key", second)).toMatch(
      /Signed by 1:[\s\S]*1 of the 2 that are needed have signed/,
    );
    expect(await checkpoint("submit", one)).toMatch(/1 of 2: Checkpoint of /);
    cpSync(file("enclave"), file("enclave-before"), { recursive: true });
    const submitted = await checkpoint("submit", two);
    expect(submitted).toMatch(/^the enclave's: Checkpoint of [^\n]*\nThe bridge's term lapses in 13 days\.$/);
    await eventually(isRunning);
    expect(await minted(waiting)).toBe("minted");
    expect(await health()).toMatchObject({ status: 200, checkpoint: { ok: true, detail: "lapses in 13 days" } });
  });

  it("outlive Redis, and a relayer that starts anew", async () => {
    await bridge.relayer().stop();
    await emptyRedis(bridge.redisUrl);
    await bridge.restartRelayer();
    await eventually(isRunning);
    expect(await minted(await pay())).toBe("minted");
    const { checkpoints } = await bridge.ask<CheckpointsView>("/api/v1/checkpoints");
    expect(checkpoints).toMatchObject([{ kept: true }]);
  });

  it("are given to an enclave that has lost them", async () => {
    await putEnclaveBack();
    expect(await minted(await pay())).toBe("minted");
    expect(await kept()).toBeDefined();
  });

  it("are signed by other guardians once these were decided, and by their predecessors no more", async () => {
    const [first = "", second = ""] = keys;
    const heir = (await pdiemDone("guardian", "key", file("heir"))).trim();
    const decision = file("heirs.json");
    const freezer = toHex(devAccount("//Heirs").publicKey);
    const guardian = (command: string, ...args: readonly string[]) =>
      pdiemDone("guardian", command, ...args, "--config", bridge.relayerFile);
    await guardian("propose", `guardians threshold=1 freezer=${freezer} ${heir}`, "--out", decision);
    // Those who are to come sign as well.
    for (const key of [first, second, file("heir")]) await guardian("sign", decision, "--key", key);
    await checkpoint("propose", "--out", file("former.json"), "--key", first);
    await guardian("submit", decision);
    await eventually(async () => {
      const { count } = await bridge.ask<DecisionsView>("/api/v1/decisions");
      return count === "1" ? true : undefined;
    });
    for (let blocks = 0; blocks < 4; blocks++) await bridge.chains.assetHub.produceBlock();
    // Only settlements make the delay's time pass, each up to the block that it was proven at.
    await eventually(async () => {
      expect(await minted(await pay())).toBe("minted");
      const { inForce } = await bridge.ask<DecisionsView>("/api/v1/decisions");
      return inForce.guardians.keys.length === 1 ? true : undefined;
    });
    const made = await checkpoint("propose", "--out", file("heir.json"), "--key", file("heir"));
    expect(made).toContain("1 of the 1 that are needed have signed");
    // The one before doesn't name them: the relayer shows the decision that brings them.
    expect(await checkpoint("submit", file("heir.json"))).toMatch(/^the enclave's: /);
    expect((await kept())?.signers).toEqual([{ keys: [fromHex(heir.slice(2))], threshold: 1 }]);
    const former = parseCheckpointFile(JSON.parse(readFileSync(file("former.json"), "utf8")));
    const again = signedByTwo(former, { time: former.checkpoint.time + 600_000n });
    await expect(show(again)).rejects.toMatchObject({ code: "proof/unknown-guardian" });
    expect(await minted(await pay())).toBe("minted");
  });

  it("lead an enclave that was put back through the change of guardians", async () => {
    await putEnclaveBack();
    expect(await minted(await pay())).toBe("minted");
    expect((await kept())?.signers).toMatchObject([{ threshold: 1 }]);
  });
});
