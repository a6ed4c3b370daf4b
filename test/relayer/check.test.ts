/** `pdiem check` on a set-up that is sound, and on those that operators break. */
import { chmodSync, existsSync, mkdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { runCommand } from "@pdiem/relayer/cli/testing/run-command";
import { keptConfigurations } from "@pdiem/relayer/sync/enclave/kept-configurations";
import { type CheckView, checkView } from "@pdiem/relayer/views/check-view";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BROKEN, MISCONFIGURED, NOBODY } from "./support/broken-set-ups.js";
import { startFaultyNode } from "./support/faulty-node.js";
import {
  type BridgeJson,
  changedIn,
  type SetUpJson,
  type SoundSetUp,
  startSoundSetUp,
} from "./support/sound-set-up.js";

const DAY = 86_400_000;

type Finding = CheckView["findings"][number];

interface Checked {
  readonly code: number;
  readonly view: CheckView;
  /** Lists what isn't well, but for what every set-up of this file has. */
  readonly codes: readonly string[];
  readonly finding: (code: string) => Finding | undefined;
}

/**
 * What tests always have: one node a chain, folders that aren't made yet. Redis keeps nothing, and
 * assets have no names.
 */
const USUAL = [
  ...["files/missing", "diem/one-node", "relay/one-node", "parachain/one-node"],
  ...["redis/no-append-only-file", "asset/metadata"],
];

let setUp: SoundSetUp;
beforeAll(async () => {
  setUp = await startSoundSetUp();
});
afterAll(() => setUp.close());

const check = async (file: string, ...more: readonly string[]): Promise<Checked> => {
  const { code, out } = await runCommand("check", "-c", file, "--json", "--timeout", "60", ...more);
  const view = checkView.parse(JSON.parse(out));
  const amiss = view.findings.filter(({ outcome }) => outcome !== "ok");
  return {
    code,
    view,
    codes: amiss.map((finding) => finding.code).filter((one) => !USUAL.includes(one)),
    finding: (wanted) => amiss.find((finding) => finding.code === wanted),
  };
};

const changed = (change: (json: SetUpJson) => object): string => changedIn(setUp, change);

const otherBridge = (change: (bridge: BridgeJson) => object): string =>
  changed(({ bridge }) => ({ bridge: { ...bridge, ...change(bridge) } }));

it("finds nothing in the way of a sound set-up, and names the bridge", async () => {
  const { code, view, codes } = await check(setUp.write(setUp.json));
  expect([codes, view.verdict, code]).toEqual([[], "ready", 0]);
  expect(view.bridgeId).toMatch(/^0x[0-9a-f]{64}$/);
  const areas = new Set(view.findings.map(({ area }) => area));
  for (const area of ["machine", "files", "api", "redis", "diem", "relay", "parachain", "enclave"])
    expect(areas).toContain(area);
  for (const area of ["custody", "assets", "clock", "runtime", "bridge"]) expect(areas).toContain(area);
});

it("says the same to people: what is well, and warnings apart from faults", async () => {
  const file = changed(() => ({ redis: { url: `redis://${NOBODY}` } }));
  const { code, out } = await runCommand("check", "-c", file);
  expect(code).toBe(1);
  expect(out).toMatch(/^ok {2}machine .*bridge 0x/m);
  expect(out).toMatch(/\nFaults \(1\)\n {2}redis\/away: Redis\n {4}expected .*\n {4}found .*\n {4}cure .*start Redis/);
  expect(out).toMatch(/\nWarnings \(\d\)\n {2}files\/missing/);
  expect(out).toMatch(/NOT READY/);
});

describe("names the fault, and its cure:", () => {
  it.each(BROKEN)("$title", async ({ file, codes, found, cure, exit = 1 }) => {
    const checked = await check(await file(setUp));
    expect(checked.codes).toEqual(codes);
    const finding = checked.finding(codes[0] ?? "");
    expect(finding?.found).toMatch(found);
    expect(finding?.cure).toMatch(cure);
    expect(checked.code).toBe(exit);
  });
});

describe("names the mistake in a configuration, beside that the enclave is another's:", () => {
  it.each(MISCONFIGURED)("$title", async ({ change, code, found, cure }) => {
    const checked = await check(otherBridge(change));
    expect(checked.codes).toContain("enclave/other-bridge");
    const finding = checked.finding(code);
    expect(finding?.found).toMatch(found);
    expect(finding?.cure).toMatch(cure);
    expect(checked.code).toBe(1);
  });

  it("which field was changed, where this operator has served the other before", async () => {
    const file = otherBridge(({ diem }) => ({ diem: { ...diem, chainId: 77 } }));
    await keptConfigurations(join(dirname(file), "state"), setUp.bridge).keep();
    const { finding } = await check(file);
    expect(finding("enclave/other-bridge")?.found).toMatch(/diem\.chainId: was 4, is 77/);
  });
});

describe("with an enclave of its own for the configuration,", () => {
  const ownEnclave = async (change: (bridge: BridgeJson) => Partial<BridgeJson>): Promise<string> => {
    const bridge = { ...setUp.json.bridge, ...change(setUp.json.bridge) };
    const url = await setUp.anotherEnclave(bridge);
    return changed(() => ({ bridge, enclave: { url } }));
  };

  it("tells roles that weren't given, funds that are missing, and custody's key that is another's", async () => {
    const { codes, finding } = await check(await ownEnclave(() => ({ reserve: "9000000000000000000000" })));
    for (const code of ["asset/owner", "asset/issuer", "asset/admin", "issuer/low", "custody/key"])
      expect(codes).toContain(code);
    expect(finding("asset/owner")?.cure).toMatch(/pdiem assets create/);
    expect(finding("issuer/low")?.cure).toMatch(/send it 9\d+/);
    expect(finding("custody/key")?.cure).toMatch(/pdiem custody rotate/);
  });

  it("tells an asset that isn't there, and a runtime that nobody has named", async () => {
    const file = await ownEnclave(({ currencies, parachain }) => ({
      currencies: currencies.map((one, i) => (i === 0 ? { ...one, assetId: 77 } : one)),
      parachain: { ...parachain, specVersion: 899 },
    }));
    const { finding } = await check(file);
    expect(finding("asset/missing")?.cure).toMatch(/pdiem assets plan/);
    expect(finding("runtime/not-named")?.found).toMatch(/spec version 900/);
    expect(finding("runtime/not-named")?.cure).toMatch(/--spec-version 900/);
  });

  it("tells a term that has run out, and a currency that Diem doesn't know", async () => {
    const file = await ownEnclave(({ currencies: [first] }) => ({
      currencies: first === undefined ? [] : [{ ...first, code: "ABC" }],
      rootsTime: `${Date.now() - 20 * DAY}`,
    }));
    const { finding } = await check(file);
    expect(finding("checkpoint/lapsed")?.cure).toMatch(/guardians sign one/);
    expect(finding("diem/currency")?.cure).toMatch(/bridge currencies that the network has/);
  });
});

describe("nodes", () => {
  it("that fall silent take no longer than their time, and the others are looked at", async () => {
    const { assetHub } = setUp.chains;
    const node = await startFaultyNode(assetHub.wsUrl.replace("ws", "http"), assetHub.wsUrl);
    node.behave = () => ({ type: "silent" });
    const file = changed(() => ({ parachain: { urls: [node.wsUrl], timeoutMs: 500 } }));
    const { codes, finding } = await check(file);
    await node.close();
    expect(codes).toContain("parachain/no-node");
    expect(finding("parachain/no-node")?.found).toMatch(/rpc\/timeout/);
    expect(finding("parachain/no-web-socket")?.cure).toMatch(/WebSockets/);
    expect(codes.filter((code) => /^(?:redis|diem|relay|custody)\//.test(code))).toEqual([]);
  });

  it("that don't answer within a check's time are told as not looked at", async () => {
    const { diem } = setUp.chains;
    const node = await startFaultyNode(diem.url);
    node.behave = () => ({ type: "silent" });
    const { code, out } = await runCommand(
      ...["check", "--json", "--timeout", "1", "-c"],
      changed(() => ({ diem: { urls: [node.url] } })),
    );
    await node.close();
    const { findings } = checkView.parse(JSON.parse(out));
    expect(findings.find(({ area, outcome }) => area === "diem" && outcome !== "ok")?.found).toMatch(/timeout/);
    expect(code).toBe(1);
  });
});

describe("a configuration that isn't one", () => {
  it.each([
    [
      "what is still to be written",
      () => ({ relay: { urls: ["TO DO: ws URLs of the relay chain's nodes"] } }),
      /relay\.urls\.0/,
      /ws URLs of/,
    ],
    ["a field that nobody knows", () => ({ redis: { url: "redis://a", port: 1 } }), /redis/, /docs\/configuration\.md/],
    ["a URL that is none", () => ({ diem: { urls: ["localhost:1"] } }), /diem\.urls\.0/, /docs\/configuration\.md/],
    [
      "an unknown profile",
      ({ bridge }: SetUpJson) => ({
        bridge: { ...bridge, parachain: { ...bridge.parachain, profile: "statemine-9000" } },
      }),
      /bridge/,
      /docs\/configuration\.md/,
    ],
  ])("is told with the place of %s, and ends with 2", async (_, change, name, cure) => {
    const { code, view } = await check(changed(change));
    expect([code, view.verdict, view.bridgeId]).toEqual([2, "faults", null]);
    const fault = view.findings.find(({ outcome }) => outcome === "fault");
    expect(fault?.name).toMatch(name);
    expect(fault?.cure).toMatch(cure);
  });

  it("is told where it is no JSON, or isn't there", async () => {
    const broken = await runCommand("check", "-c", setUp.write('{ "diem": '));
    expect([broken.code, broken.err]).toEqual([2, expect.stringContaining("config/not-json")]);
    const missing = await runCommand("check", "-c", "/nowhere.json");
    expect([missing.code, missing.err]).toEqual([2, expect.stringContaining("config/unreadable")]);
  });

  it("may have comments and commas at the end", async () => {
    const text = JSON.stringify(setUp.json).replace("{", "{ // of the test\n").replace(/\}$/, ", /* no more */ }");
    expect((await check(setUp.write(text), "--offline")).code).toBe(0);
  });
});

describe("--fix", () => {
  it("makes folders that are missing, and takes others' permissions", async () => {
    const file = setUp.write(setUp.json);
    chmodSync(file, 0o666);
    const evidence = join(dirname(file), "evidence");
    mkdirSync(evidence);
    chmodSync(evidence, 0o777);
    const { code, view } = await check(file, "--offline", "--fix");
    expect(code).toBe(0);
    expect(view.mended.map(({ code: one, text, outcome }) => [one, text.split(" ")[0], outcome])).toEqual([
      ["files/writable-by-others", "chmod", "done"],
      ["files/missing", "make", "done"],
      ["files/writable-by-others", "chmod", "done"],
    ]);
    expect(statSync(file).mode & 0o777).toBe(0o644);
    expect(existsSync(join(dirname(file), "state"))).toBe(true);
    expect((await check(file, "--offline", "--fix")).view.mended).toEqual([]);
    expect(statSync(evidence).mode & 0o777).toBe(0o700);
  });

  it("sets Redis' policy with consent alone", async () => {
    const url = await setUp.redis("--maxmemory-policy", "allkeys-lru");
    const file = changed(() => ({ redis: { url } }));
    const declined = await check(file, "--fix");
    expect(declined.view.mended.find(({ code }) => code === "redis/evicts")?.outcome).toBe("declined");
    expect(declined.codes).toEqual(["redis/evicts"]);
    const agreed = await check(file, "--fix", "--yes");
    expect(agreed.view.mended.find(({ code }) => code === "redis/evicts")?.outcome).toBe("done");
    expect(agreed.codes).toEqual([]);
  });
});

it("looks at this machine and the configuration alone, offline", async () => {
  const { code, view } = await check(
    changed(() => ({ redis: { url: `redis://${NOBODY}` } })),
    "--offline",
  );
  expect(code).toBe(0);
  expect([...new Set(view.findings.map(({ area }) => area))].sort()).toEqual(["files", "machine"]);
});

it("tells queues that somebody has paused", async () => {
  const { Queue } = await import("bullmq");
  const prefix = `pdiem-${(await check(setUp.write(setUp.json), "--offline")).view.bridgeId?.slice(2, 18)}`;
  const { hostname: host, port } = new URL(setUp.json.redis.url);
  const queue = new Queue("deposit", { connection: { host, port: Number(port) }, prefix });
  await queue.pause();
  const { codes, finding } = await check(setUp.write(setUp.json));
  await queue.resume();
  await queue.close();
  expect(codes).toEqual(["queues/paused"]);
  expect(finding("queues/paused")?.cure).toMatch(/resume at \/queues/);
});
