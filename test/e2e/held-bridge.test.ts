/** PROTOCOL 7a: a bridge whose key three enclaves hold, of which two sign, in real processes. */
import { randomBytes } from "node:crypto";
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createAccount } from "@pdiem/devnet/local-bridge/custody";
import { eventually } from "@pdiem/devnet/testing/rpc";
import type { HolderStatusView } from "@pdiem/relayer/views/holders-view";
import type { ReadinessView } from "@pdiem/relayer/views/readiness-view";
import type { StatusView } from "@pdiem/relayer/views/status-view";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectAlerts } from "../infra/support/expect-alerts.js";
import { type Meddling, type MeddlingDoor, openMeddlingDoor } from "./support/meddling-door.js";
import { type RelayedBridge, rawFor, startRelayedBridge } from "./support/relayed-bridge.js";
import { createHolder, type Holder, received, wrap } from "./support/withdrawals.js";

const SLOTS = [1, 2, 3];
const FEE = 10_000n;
const REFUND_FEE = 20_000n;
const AMOUNT = 1_000_000n;

let bridge: RelayedBridge;
/** The relayer's ways to the enclaves. */
let doors: readonly MeddlingDoor[];
let holder: Holder;

const diskOf = (slot: number, name = ""): string => join(bridge.folder, `enclave-${slot}${name}`);

beforeAll(async () => {
  doors = await Promise.all(SLOTS.map(openMeddlingDoor));
  bridge = await startRelayedBridge({
    holders: { threshold: 2, slots: 3 },
    relayerSettings: (settings) => {
      for (const [i, { url }] of (settings.enclave.holders ?? []).entries()) doors[i]?.leadTo(url);
      return { ...settings, enclave: { holders: doors.map(({ url }) => ({ url })) } };
    },
  });
  for (const slot of SLOTS) cpSync(diskOf(slot), diskOf(slot, "-before"), { recursive: true });
  holder = await createHolder(bridge);
  await wrap(bridge, holder, 10n * AMOUNT);
});
afterAll(async () => {
  await holder?.close();
  await bridge?.stop();
  for (const door of doors ?? []) door.close();
});

const door = (slot: number): MeddlingDoor => {
  const found = doors[slot - 1];
  if (found === undefined) throw new RangeError("expected one of three slots");
  return found;
};

const slots = async (): Promise<readonly HolderStatusView[]> =>
  (await bridge.ask<StatusView>("/api/v1/status")).holders?.slots ?? [];

const readiness = async (): Promise<{ readonly status: number; readonly view: ReadinessView }> => {
  const answer = await fetch(`${bridge.relayerUrl}/readyz`);
  return { status: answer.status, view: (await answer.json()) as ReadinessView };
};

/** The chains' time runs ahead of the machine's here, which is warned of, too. */
const warned = async (): Promise<readonly string[]> =>
  (await readiness()).view.warnings.map(({ code }) => code).filter((code) => /^(?:enclave|holders)\//.test(code));

const metrics = async (): Promise<string> => (await fetch(`${bridge.relayerUrl}/metrics`)).text();

/** Pays so many new accounts, and waits until each has its wrapped asset. */
const mint = async (count: number): Promise<void> => {
  const accounts = Array.from({ length: count }, () => randomBytes(32));
  await Promise.all(accounts.map((account) => bridge.pay("XUS", AMOUNT, rawFor(account))));
  await eventually(async () => {
    const balances = await bridge.balances("XUS", accounts);
    return balances.every((balance) => balance === AMOUNT - FEE) ? true : undefined;
  });
};

/** Pays what names nobody, which is paid back on Diem. */
const payBack = async (): Promise<void> => {
  const wallet = createAccount(bridge.chains.diem, 10n * AMOUNT, "Somebody");
  const { status } = await wallet.pay({
    payee: bridge.config.diem.custody,
    currency: "XUS",
    amount: AMOUNT,
    metadata: Uint8Array.of(1),
  });
  expect(status).toBe("executed");
  await eventually(async () => {
    const [amount] = await received(bridge, wallet);
    return amount === undefined ? undefined : expect(BigInt(amount)).toBe(AMOUNT - REFUND_FEE) === undefined;
  });
};

/** Runs once with the slot that is asked first from now on. */
const nextAsked = (then: (slot: number) => Promise<void> | void): Promise<number> =>
  new Promise((resolve) => {
    let isOver = false;
    for (const slot of SLOTS)
      door(slot).onAsked(async (name) => {
        if (isOver || (name !== "settle" && name !== "payout")) return;
        isOver = true;
        await then(slot);
        resolve(slot);
      });
  });

const without = (slot: number): readonly number[] => SLOTS.filter((one) => one !== slot);

const changedShare = (share: Uint8Array | undefined): Uint8Array | undefined =>
  share?.map((byte, i) => (i === 0 ? byte ^ 1 : byte));

const LIES: Meddling = {
  settle: (answer) => ({ ...answer, share: changedShare(answer.share) }),
  payout: (answer) => ({
    ...answer,
    payments: answer.payments.map((one) => ({ ...one, share: changedShare(one.share) })),
  }),
};

describe("a bridge whose key two of three enclaves sign with", () => {
  it("mints, burns and pays, and says how many more may fail", async () => {
    await mint(3);
    await payBack();
    const payee = createAccount(bridge.chains.diem, AMOUNT, "A payee");
    const preimage = { payee: payee.address, subaddress: undefined, refundAccount: holder.account };
    await holder.sendTold([{ preimage, amount: 2n * AMOUNT }]);
    await eventually(async () => ((await received(bridge, payee)).length === 1 ? true : undefined));
    const { status, view } = await readiness();
    expect([status, view.checks.holders]).toEqual([200, { ok: true, detail: "2 of 3 sign: 1 more may fail" }]);
    const told = await slots();
    expect(told.map(({ slot, class: name, fault }) => ({ slot, name, fault }))).toEqual(
      ["a", "b", "c"].map((name, i) => ({ slot: i + 1, name, fault: undefined })),
    );
    expect(told.filter(({ lastShareAt }) => lastShareAt !== undefined).length).toBeGreaterThanOrEqual(2);
    expect(await metrics()).toMatch(/^pdiem_holders_spare 1$/m);
  });

  it("goes on though one is killed in mid-signing, which is told until it is back", async () => {
    const killed = nextAsked((slot) => bridge.enclave(slot).child.kill());
    const minted = mint(10);
    const slot = await killed;
    await minted;
    await payBack();
    await eventually(async () => {
      const codes = await warned();
      return codes.includes("holders/none-to-spare") && codes.includes("enclave/unreachable") ? true : undefined;
    });
    const gone = (await slots()).find((one) => one.slot === slot);
    expect(gone).toMatchObject({
      fault: { code: "enclave/unreachable" },
      failures: { "enclave/unreachable": expect.any(Number) },
    });
    expect((await readiness()).status).toBe(200);
    await expectAlerts(bridge.relayerUrl, "PdiemHolderDown", "PdiemNoHolderToSpare");
    await bridge.restartEnclave(slot);
    await eventually(async () => ((await warned()).length === 0 ? true : undefined));
  });

  it("goes on though the host of one lies, which is told by its slot", async () => {
    const liar = await new Promise<number>((resolve) => {
      void nextAsked((slot) => door(slot).meddle(LIES)).then(resolve);
      void mint(1);
    });
    await eventually(async () =>
      (await slots()).find(({ slot }) => slot === liar)?.failures["holders/wrong-share"] === undefined
        ? undefined
        : true,
    );
    await mint(5);
    await payBack();
    expect(await metrics()).toMatch(
      new RegExp(`^pdiem_holder_failures_total\\{slot="${liar}",code="holders/wrong-share"\\} [1-9]`, "m"),
    );
    for (const one of (await slots()).filter(({ slot }) => slot !== liar))
      expect(Object.keys(one.failures)).not.toContain("holders/wrong-share");
    await expectAlerts(bridge.relayerUrl, "PdiemHolderLies");
    door(liar).meddle({});
  });

  it("goes on though a disk is put back, with whoever is needed then", async () => {
    const [put = 0, gone = 0] = [3, 2];
    await bridge.enclave(put).child.stop();
    rmSync(diskOf(put), { recursive: true });
    cpSync(diskOf(put, "-before"), diskOf(put), { recursive: true });
    bridge.chains.diem.association.nextEpoch();
    bridge.chains.relay.changeAuthorities();
    await bridge.restartEnclave(put);
    await eventually(async () => ((await warned()).length === 0 ? true : undefined));
    await bridge.enclave(gone).child.stop();
    await mint(3);
    await payBack();
    const { lastShareAt = 0 } = (await slots()).find(({ slot }) => slot === put) ?? {};
    expect(lastShareAt).toBeGreaterThan(0);
    await bridge.restartEnclave(gone);
  });

  it("stands still where two are gone, says whom it waits for, and goes on once one is back", async () => {
    for (const slot of without(1)) await bridge.enclave(slot).child.stop();
    const { view } = await eventually(async () => {
      const found = await readiness();
      return found.status === 503 && found.view.obstacles.length === 3 ? found : undefined;
    });
    expect(view.obstacles.map(({ code }) => code)).toEqual([
      "holders/too-few",
      "enclave/unreachable",
      "enclave/unreachable",
    ]);
    expect(view.checks.holders?.ok).toBe(false);
    const minted = mint(1);
    await bridge.restartEnclave(3);
    await minted;
    await bridge.restartEnclave(2);
    await eventually(async () => ((await warned()).length === 0 ? true : undefined));
  });
});
