/** What operators do while a bridge works: all on one bridge, with a transfer in each direction. */
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import { initialLightClientState } from "@pdiem/bridge/facts/light-client-state";
import { createAccount } from "@pdiem/devnet/local-bridge/custody";
import { eventually } from "@pdiem/devnet/testing/rpc";
import { toHex } from "@pdiem/light-client/bytes";
import { formatAccountId } from "@pdiem/relayer/account-id";
import { runCli } from "@pdiem/relayer/cli/cli";
import { openQueues, type Queues } from "@pdiem/relayer/jobs/jobs";
import { lightClientFile } from "@pdiem/relayer/sync/light-clients/kept-light-clients";
import type { DecisionsView } from "@pdiem/relayer/views/decisions-view";
import type { PaymentView, TransferView } from "@pdiem/relayer/views/transfer-view";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ApiDocument, answerFaults, askedPaths, type GivenAnswer, readAnswer } from "./support/api-document.js";
import { emptyRedis } from "./support/empty-redis.js";
import { pdiem, pdiemDone, writeGuardianKeys } from "./support/pdiem.js";
import { type RelayedBridge, rawFor, startRelayedBridge } from "./support/relayed-bridge.js";
import { accountOf, createHolder, type Holder, wrap } from "./support/withdrawals.js";

const WRAPPED = 50_000_000n;
const SENT = 5_000_000n;

let bridge: RelayedBridge;
let holder: Holder;
/** The one that wrapped what is withdrawn. */
const DEPOSIT = "deposit-0";
let withdrawal: string;

const transfer = (id: string): Promise<TransferView> => bridge.ask(`/api/v1/transfers/${id}`);

const paymentOf = async (id: string): Promise<PaymentView | undefined> => {
  const view = await transfer(id);
  return view.kind === "deposit" ? view.payment : undefined;
};

/** Options of commands that ask the relayer. */
const at = (): readonly string[] => ["-c", bridge.relayerFile];

const ended = (id: string): Promise<TransferView> =>
  eventually(async () => {
    const view = await transfer(id).catch(() => undefined);
    const isPaid = view?.payout === undefined || view.payout.state === "paid";
    return view?.result !== undefined && view.at?.finalized !== undefined && isPaid ? view : undefined;
  });

beforeAll(async () => {
  bridge = await startRelayedBridge();
  holder = await createHolder(bridge);
  await wrap(bridge, holder, WRAPPED);
  await ended(DEPOSIT);
  const payee = createAccount(bridge.chains.diem, 1_000_000n, "A payee");
  const preimage = { payee: payee.address, subaddress: undefined, refundAccount: randomBytes(32) };
  withdrawal = `withdrawal-${toHex(accountOf(bridge, preimage))}-XUS-0`;
  await holder.sendTold([{ preimage, amount: SENT }]);
  await bridge.pay("XUS", SENT, rawFor(randomBytes(1)));
  await ended(withdrawal);
  await ended("deposit-1");
});

afterAll(async () => {
  await holder?.close();
  await bridge?.stop();
});

interface LogLine {
  readonly msg: string;
  readonly [name: string]: unknown;
}

const logLines = (): readonly LogLine[] =>
  readFileSync(join(bridge.folder, "relayer.log"), "utf8")
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line));

describe("the relayer's log", () => {
  const linesOf = (id: string): readonly string[] =>
    logLines().flatMap((one) => (one.transfer === id ? [one.msg] : []));

  it("tells a deposit from its first sight to its end by its id alone", () => {
    expect(linesOf(DEPOSIT)).toEqual([
      "deposit seen",
      "transfer in a signed batch",
      "deposit ended",
      "deposit followed to its end",
    ]);
    const [seen] = logLines().filter((one) => one.transfer === DEPOSIT);
    expect(seen).toMatchObject({ version: expect.stringMatching(/^[0-9]+$/), sender: toHex(bridge.payer.address) });
  });

  it("tells a withdrawal likewise, with its release", () => {
    expect(linesOf(withdrawal)).toEqual([
      "withdrawal seen",
      "transfer in a signed batch",
      "withdrawal burned",
      "payment signed",
      "payment proven",
      "withdrawal ended",
      "withdrawal followed to its end",
    ]);
    const releases = logLines().flatMap((one) => (one.transfer === withdrawal ? [String(one.release)] : []));
    expect(new Set(releases.filter((release) => release !== "undefined")).size).toBe(1);
  });

  it("names the transfer in each line that tells of a release, a refund among them", () => {
    const lines = logLines().filter(({ release }) => release !== undefined);
    expect(lines.filter((one) => one.transfer === undefined)).toEqual([]);
  });

  it("tells a refund's payment by the deposit that it sends back", async () => {
    await eventually(async () => (linesOf("deposit-1").includes("payment proven") ? true : undefined));
  });
});

describe("transfers by command", () => {
  it("are listed with amounts, and found by account, address, hash, number, version and release", async () => {
    const list = await pdiemDone("transfer", "list", ...at());
    expect(list).toMatch(/^deposit-0 {2}50 XUS {2}minted {2}20[0-9]{2}-/m);
    expect(list).toMatch(new RegExp(`^${withdrawal} {2}4.98 XUS {2}paid`, "m"));
    expect(JSON.parse(await pdiemDone("transfer", "list", "--state", "open", "--json", ...at())).transfers).toEqual([]);
    const { result } = await transfer(DEPOSIT);
    const burned = await transfer(withdrawal);
    const names = [
      ["0", DEPOSIT],
      [(await paymentOf(DEPOSIT))?.version ?? "", DEPOSIT],
      [`0x${result?.batch}`, DEPOSIT],
      [toHex(holder.account), DEPOSIT],
      [formatAccountId(holder.account), DEPOSIT],
      [burned.kind === "withdrawal" ? burned.withdrawal.payee : "", withdrawal],
      [`release-${burned.payout?.release}`, withdrawal],
    ] as const;
    for (const [name, id] of names)
      expect([name, await pdiemDone("transfer", "show", name, ...at())]).toEqual([
        name,
        expect.stringContaining(`transfer   ${id}`),
      ]);
    expect(await pdiem("transfer", "show", "77", ...at())).toMatchObject({ code: 3 });
  });

  it("are followed from before they are known to their end, with the connection lost in between", async () => {
    const lines: string[] = [];
    const losses: string[] = [];
    const output = { out: (text: string) => lines.push(text), err: (text: string) => losses.push(text) };
    const followed = runCli(["transfer", "follow", "deposit-2", "--json", ...at()], output);
    await eventually(async () => (losses.includes("not known yet") ? true : undefined));
    await bridge.relayer().stop();
    await bridge.pay("XUS", SENT, rawFor(randomBytes(32)));
    await bridge.restartRelayer();
    expect(await followed).toBe(0);
    expect(losses.some((text) => text.startsWith("connection lost"))).toBe(true);
    const last = JSON.parse(lines.at(-1) ?? "");
    expect(last).toMatchObject({ id: "deposit-2", stage: "finalized", result: { outcome: "minted" } });
  });
});

const PREFIX = (): string => `pdiem-${toHex(bridgeId(bridge.config)).slice(0, 16)}`;

const withQueues = async <T>(work: (queues: Queues) => Promise<T>): Promise<T> => {
  const redis = new Redis(bridge.redisUrl, { maxRetriesPerRequest: null });
  const queues = openQueues(redis, PREFIX());
  try {
    return await work(queues);
  } finally {
    await Promise.all(Object.values(queues).map((queue) => queue.close()));
    redis.disconnect();
  }
};

/** What the API tells of all transfers, without times. */
const told = async (): Promise<readonly TransferView[]> => {
  const { transfers } = await bridge.ask<{ transfers: readonly TransferView[] }>("/api/v1/transfers?limit=1000");
  return [...transfers].sort((a, b) => (a.id < b.id ? -1 : 1));
};

const withoutTimes = (views: readonly TransferView[]) => views.map(({ at: _, ...rest }) => rest);

describe("looking after transfers", () => {
  it("clears what is due and in no queue, tells it in a dry run, and leaves the rest alone", async () => {
    const payee = createAccount(bridge.chains.diem, 1_000_000n, "Another payee");
    const preimage = { payee: payee.address, subaddress: undefined, refundAccount: randomBytes(32) };
    const small = `withdrawal-${toHex(accountOf(bridge, preimage))}-XUS-0`;
    // Below the minimum: it stays open.
    await holder.sendTold([{ preimage, amount: 50_000n }]);
    await eventually(async () => (await transfer(small).catch(() => undefined))?.waitingFor);
    await withQueues(async ({ withdrawal: queue }) => {
      await eventually(async () => ((await queue.remove(small)) === 1 ? true : undefined));
      const made = { done: [{ id: small, outcome: "made" }] };
      expect(JSON.parse(await pdiemDone("clear", "--dry-run", "--json", ...at()))).toMatchObject(made);
      expect(await queue.getJob(small)).toBeUndefined();
      expect(JSON.parse(await pdiemDone("clear", "--json", ...at()))).toMatchObject(made);
      expect(await queue.getJob(small)).toBeDefined();
    });
    expect(JSON.parse(await pdiemDone("clear", "--json", ...at()))).toMatchObject({ done: [] });
  });

  it("replays what has ended without paying or minting again", async () => {
    const before = withoutTimes(await told());
    const supply = await bridge.supply("XUS");
    const { done } = JSON.parse(await pdiemDone("replay", "--all", "--json", ...at()));
    expect(done).toContainEqual({ id: DEPOSIT, outcome: "made" });
    expect(done).toContainEqual({ id: withdrawal, outcome: "made" });
    expect(await pdiemDone("replay", "deposit-999", ...at())).toContain("the chains say nothing of it");
    await eventually(async () => ((await transfer(withdrawal)).at?.finalized === undefined ? undefined : true));
    await eventually(async () =>
      JSON.stringify(withoutTimes(await told())) === JSON.stringify(before) ? true : undefined,
    );
    expect(await bridge.supply("XUS")).toBe(supply);
    expect(JSON.parse(await pdiemDone("reserves", "--json", "-c", bridge.relayerFile)).isCovered).toBe(true);
  });

  it("rebuilds every transfer's history in an emptied Redis, with times and hashes, as it was", async () => {
    const before = await told();
    expect(before.length).toBeGreaterThanOrEqual(5);
    await emptyRedis(bridge.redisUrl);
    expect(await paymentOf(DEPOSIT)).toBeUndefined();
    await pdiemDone("rebuild", ...at());
    const after = await eventually(async () => {
      const now = await told();
      return JSON.stringify(withoutTimes(now)) === JSON.stringify(withoutTimes(before)) ? now : undefined;
    });
    // By the chains' clocks, which the relayer's own follow within seconds.
    const seenAt = new Map(before.map(({ id, at: times }) => [id, times]));
    for (const { id, kind, result, at: times } of after.filter((one) => one.result !== undefined)) {
      const then = seenAt.get(id);
      if (kind === "deposit") expect(Math.abs((times?.seen ?? 0) - (then?.seen ?? 0)), id).toBeLessThan(120_000);
      expect(Math.abs((times?.finalized ?? 0) - (then?.finalized ?? 0)), id).toBeLessThan(120_000);
      expect(result?.batch).toMatch(/^[0-9a-f]{64}$/);
    }
    expect(JSON.parse(await pdiemDone("rebuild", "--json", ...at())).done).toEqual([]);
  });
});

describe("the API's document", () => {
  let document: ApiDocument;
  let faultsOf: ReturnType<typeof answerFaults>;
  beforeAll(async () => {
    document = await bridge.ask("/api/v1/openapi.json");
    faultsOf = answerFaults(document);
  });

  const transferPath = "/api/v1/transfers/{id}";

  const answerTo = async (path: string, url: string): Promise<GivenAnswer> => {
    const answer = await readAnswer(await fetch(`${bridge.relayerUrl}${url}`));
    expect([url, answer.status, faultsOf(path, answer)]).toEqual([url, answer.status, []]);
    return answer;
  };

  /** Each path that is asked, filled in with what is there. */
  const questions = (): ReadonlyMap<string, readonly string[]> => {
    const payer = toHex(bridge.payer.address);
    const [, burnedFrom = ""] = withdrawal.split("-");
    const account = toHex(holder.account);
    const searches = ["state=open", "state=ended", "direction=withdrawal", "currency=XUS", `address=${payer}`];
    const pathsOf = (path: string, ...given: readonly string[]) =>
      [`/api/v1/${path}`, given.map((one) => `/api/v1/${path.replace(/\{.*\}/, "")}${one}`)] as const;
    return new Map([
      pathsOf("transfers", "", "?limit=1", ...searches.map((search) => `?${search}`)),
      pathsOf("transfers/{id}", DEPOSIT, "deposit-1", withdrawal, "deposit-999", "nothing"),
      pathsOf("waiting", "", "?limit=1"),
      pathsOf("withdrawals", "", "?limit=1"),
      pathsOf("withdrawals/{account}", burnedFrom, account),
      pathsOf("accounts/{account}", account, "nothing"),
      pathsOf("parachain/accounts/{account}", account),
      pathsOf("parachain/metadata/{specVersion}", String(specVersion), "1"),
      pathsOf("journal", "", "?from=1", "?from=x"),
      pathsOf("jobs/failed", "", "?queue=deposit&limit=1"),
    ]);
  };
  let specVersion = 0;

  it("describes every answer to what can be asked, whatever has been transferred, and each refusal", async () => {
    ({ specVersion } = await bridge.ask<{ specVersion: number }>("/api/v1/parachain"));
    await bridge.ask("/api/v1/accounts", { account: toHex(holder.account) });
    const filledIn = questions();
    for (const path of askedPaths(document).filter((one) => !one.endsWith("/events"))) {
      expect(filledIn.has(path) || !path.includes("{"), `${path}: ask it here, too`).toBe(true);
      const [first = path, ...others] = filledIn.get(path) ?? [];
      // Chains move on while they are proven.
      await eventually(async () => ((await answerTo(path, first)).status === 200 ? true : undefined));
      for (const url of others) await answerTo(path, url);
    }
  });

  it("describes what the event stream tells as what is told of the transfer itself", async () => {
    for (const id of [DEPOSIT, "deposit-1", withdrawal]) {
      const ended = new AbortController();
      const response = await fetch(`${bridge.relayerUrl}/api/v1/transfers/${id}/events`, { signal: ended.signal });
      let text = "";
      for await (const part of response.body ?? []) {
        text += Buffer.from(part).toString();
        if (/^data: .*\n\n/m.test(text)) break;
      }
      ended.abort();
      const [type = ""] = (response.headers.get("content-type") ?? "").split(";");
      expect(faultsOf(`${transferPath}/events`, { status: response.status, type, body: text })).toEqual([]);
      const [, said = ""] = /^data: (.*)$/m.exec(text) ?? [];
      expect(faultsOf(transferPath, { status: 200, type: "application/json", body: JSON.parse(said) })).toEqual([]);
    }
  });
});

describe("a backup", () => {
  const state = (): string => join(bridge.folder, "state");

  it("puts back what the chains can't give, onto an emptied disk and Redis", async () => {
    const preimage = { payee: toHex(randomBytes(16)), refundAccount: toHex(randomBytes(32)) };
    const { account } = await bridge.ask<{ account: string }>("/api/v1/withdrawals", preimage);
    const [first = ""] = writeGuardianKeys(bridge.folder);
    const decision = join(bridge.folder, "decision.json");
    await pdiemDone("guardian", "propose", "pause", "--out", decision, ...at());
    await pdiemDone("guardian", "sign", decision, "--key", first, ...at());
    await pdiemDone("guardian", "submit", decision, ...at());
    const pending = await bridge.ask<DecisionsView>("/api/v1/decisions");
    expect(pending.pending.length).toBe(1);
    // By itself a relayer keeps one after many epochs.
    const kept = lightClientFile({ bridge: bridge.config, state: { folder: state() } });
    await kept.write(initialLightClientState(bridge.config));
    const file = join(bridge.folder, "bridge.backup");
    const sealed = join(bridge.folder, "enclave");
    const backedUp = await pdiemDone("backup", file, "--enclave", sealed, "-c", bridge.relayerFile);
    expect(backedUp).toContain("enclave/sealed");
    expect(statSync(file).mode & 0o077).toBe(0);
    await bridge.relayer().stop();
    const lightClients = readFileSync(kept.path);
    rmSync(state(), { recursive: true });
    await emptyRedis(bridge.redisUrl);
    const elsewhere = join(bridge.folder, "another-enclave");
    const restore = ["restore", file, "--enclave", elsewhere, "-c", bridge.relayerFile];
    expect(await pdiemDone(...restore, "--dry-run")).toContain("a dry run");
    expect(existsSync(state())).toBe(false);
    expect(await pdiemDone(...restore)).toMatch(/^state\/light-clients +restored$/m);
    expect(readFileSync(kept.path)).toEqual(lightClients);
    expect(readFileSync(join(elsewhere, "sealed"))).toEqual(readFileSync(join(sealed, "sealed")));
    await bridge.restartRelayer();
    const known = () => bridge.ask<{ account: string }>(`/api/v1/withdrawals/${account}`).catch(() => undefined);
    expect((await eventually(known)).account).toBe(account);
    const decisions = await eventually(() => bridge.ask<DecisionsView>("/api/v1/decisions").catch(() => undefined));
    expect(decisions.pending).toEqual(pending.pending);
    const again = await pdiemDone(...restore);
    expect(again).toMatch(/^state\/light-clients +left: what is there is as new, or newer$/m);
    expect(again).toMatch(/^enclave\/sealed +left: there is one already$/m);
  });

  it("is refused where it is another bridge's, damaged, or of a version that isn't known", async () => {
    const file = join(bridge.folder, "bridge.backup");
    const text = readFileSync(file, "utf8");
    const other = join(bridge.folder, "other.json");
    const config = JSON.parse(readFileSync(bridge.relayerFile, "utf8"));
    writeFileSync(other, JSON.stringify({ ...config, bridge: { ...config.bridge, maxSkew: "90001" } }));
    const refusal = async (changed: string, from = bridge.relayerFile): Promise<string> => {
      const path = join(bridge.folder, "changed.backup");
      writeFileSync(path, changed);
      const { code, err } = await pdiem("restore", path, "--dry-run", "-c", from);
      expect(code).toBe(1);
      return err.split(":")[0] ?? "";
    };
    expect(await refusal(text, other)).toBe("backup/other-bridge");
    const { contents, ...rest } = JSON.parse(text);
    const changed = Buffer.from("changed").toString("base64");
    expect(await refusal(JSON.stringify({ ...rest, contents: { ...contents, "redis/decisions": changed } }))).toBe(
      "backup/damaged",
    );
    expect(await refusal(text.replace("pdiem/backup/v1", "pdiem/backup/v9"))).toBe("backup/form");
    expect(await refusal("{")).toBe("backup/form");
  });
});
