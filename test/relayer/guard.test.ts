import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeEvidenceFile, parseEvidenceFile } from "@pdiem/bridge/guardians/evidence-file";
import { misbehaviourHash } from "@pdiem/bridge/guardians/misbehaviour";
import { exampleConfig } from "@pdiem/bridge/testing/config";
import { EXAMPLE_ID } from "@pdiem/bridge/testing/guardians";
import { eventually } from "@pdiem/devnet/testing/rpc";
import { toHex } from "@pdiem/light-client/bytes";
import { child, justify, voters } from "@pdiem/light-client/polkadot/testing/chain";
import { createDiemClient } from "@pdiem/relayer/diem/client";
import { createLog } from "@pdiem/relayer/log";
import { createMetrics } from "@pdiem/relayer/metrics";
import { type Guard, startGuard } from "@pdiem/relayer/misbehaviour/guard";
import { createWitness } from "@pdiem/relayer/misbehaviour/witness";
import { createSubstrateRpc } from "@pdiem/relayer/parachain/substrate-rpc";
import { keepDecisions } from "@pdiem/relayer/queues/decision-store";
import { createEndpoints } from "@pdiem/relayer/rpc/endpoints";
import type { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startTestRedis, type TestRedis } from "./support/test-redis.js";

const BOUNDS = { timeoutMs: 1_000, maxResponseBytes: 1_000_000 };
const COMPARE_MS = 20;
const SET = voters(4, exampleConfig.relay.setId);
const config = { ...exampleConfig, relay: { ...exampleConfig.relay, authorities: SET.authorities } };

const misbehaviour = {
  type: "relay",
  value: {
    lower: { setId: SET.setId, justification: justify(SET, child(undefined), 3) },
    higher: { setId: SET.setId, justification: justify(SET, child(undefined, [], "fork"), 3) },
    headers: [],
  },
} as const;
const evidence = makeEvidenceFile(EXAMPLE_ID, { diem: [], relay: [SET] }, misbehaviour);
const ID = toHex(misbehaviourHash(misbehaviour));

let server: TestRedis;
let redis: Redis;
let folder: string;
let runs = 0;
const guards: Guard[] = [];

beforeAll(async () => {
  server = await startTestRedis();
  ({ redis } = server);
});

beforeEach(async () => {
  await redis.flushdb();
  folder = join(server.folder, `evidence-${runs++}`);
});

afterEach(() => Promise.all(guards.splice(0).map((guard) => guard.stop())));

afterAll(() => server.close());

/** A guard whose nodes are all down: what it has, it has been told. */
const guarding = () => {
  const witness = createWitness(config);
  const nobody = createEndpoints(["http://127.0.0.1:1"]);
  const decisions = keepDecisions(redis, `guard-test-${runs}`);
  const metrics = createMetrics();
  let handedIn = 0;
  const guard = startGuard(
    {
      config,
      bridgeId: EXAMPLE_ID,
      decisions,
      metrics,
      log: createLog("silent"),
      clients: { diem: createDiemClient(nobody, BOUNDS), relay: createSubstrateRpc(nobody, BOUNDS), witness },
      follower: { view: () => undefined },
    },
    {
      folder,
      compareMs: COMPARE_MS,
      onEvidence: () => {
        handedIn += 1;
      },
    },
  );
  guards.push(guard);
  return {
    guard,
    witness,
    decisions,
    handedIn: () => handedIn,
    untilPending: () => eventually(async () => (await decisions.all()).find(({ id }) => id === ID)),
    untilKept: () => eventually(() => guard.kept()[0]?.path),
    counted: async () => (await metrics.misbehaviour.get()).values.map(({ labels, value }) => ({ ...labels, value })),
  };
};

describe("a guard against misbehaviour", () => {
  it("keeps evidence in a file, hands it in and counts it, once", async () => {
    const { witness, untilPending, untilKept, counted, handedIn } = guarding();
    witness.findings.addEvidence(evidence);
    witness.findings.addEvidence(evidence);
    expect(await untilPending()).toMatchObject({ type: "evidence", evidence: misbehaviour });
    expect(parseEvidenceFile(JSON.parse(readFileSync(await untilKept(), "utf8")))).toEqual(evidence);
    expect(await counted()).toEqual([{ chain: "relay", kind: "conflict", value: 1 }]);
    expect(handedIn()).toBe(1);
  });

  it("hands it in again as long as no ledger has taken it up, should it get lost", async () => {
    const { witness, decisions, untilPending } = guarding();
    witness.findings.addEvidence(evidence);
    await untilPending();
    await decisions.remove([ID]);
    expect(await untilPending()).toMatchObject({ type: "evidence" });
  });

  it("hands in what its folder has from before, and nothing by sets that it doesn't know", async () => {
    const before = guarding();
    before.witness.findings.addEvidence(evidence);
    await before.untilKept();
    await before.guard.stop();
    const stranger = voters(4, 9n, "stranger");
    const strange = {
      ...misbehaviour,
      value: {
        ...misbehaviour.value,
        lower: { setId: 9n, justification: justify(stranger, child(undefined), 3) },
        higher: { setId: 9n, justification: justify(stranger, child(undefined, [], "fork"), 3) },
      },
    };
    await redis.flushdb();
    const { witness, guard, untilPending, decisions } = guarding();
    witness.findings.addEvidence(makeEvidenceFile(EXAMPLE_ID, { diem: [], relay: [stranger] }, strange));
    await untilPending();
    await eventually(() => (guard.kept().length === 2 ? true : undefined));
    expect((await decisions.all()).map(({ id }) => id)).toEqual([ID]);
  });

  it("hands it in though the folder can't be written, and writes it as soon as it can", async () => {
    writeFileSync(folder, "in the way");
    const { witness, guard, untilPending, untilKept } = guarding();
    witness.findings.addEvidence(evidence);
    await untilPending();
    expect(guard.kept()).toEqual([{ evidence, path: undefined }]);
    rmSync(folder);
    expect(existsSync(await untilKept())).toBe(true);
  });

  it("only tells of single signers", async () => {
    const { witness, guard, counted, decisions } = guarding();
    const signer = new Uint8Array(32).fill(5);
    for (let i = 0; i < 2; i++) witness.findings.addEquivocator({ chain: "relay", set: 3n, signer });
    await eventually(() => (guard.equivocators().length > 0 ? true : undefined));
    expect(guard.equivocators()).toEqual([{ chain: "relay", set: 3n, signer }]);
    expect(await counted()).toEqual([{ chain: "relay", kind: "equivocation", value: 1 }]);
    expect(await decisions.all()).toEqual([]);
  });
});
