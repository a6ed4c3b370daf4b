import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { misbehaviourHash } from "@pdiem/bridge/governance/misbehaviour";
import { EXAMPLE_ID, exampleConfig, filled } from "@pdiem/bridge/testing/config";
import { type EvidenceFile, makeEvidenceFile, parseEvidenceFile } from "@pdiem/bridge-client/guardians/evidence-file";
import { eventually } from "@pdiem/devnet/testing/rpc";
import { toHex } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/scale";
import { finalityProof } from "@pdiem/light-client/polkadot/finality/finality-proof";
import { verifyFinality } from "@pdiem/light-client/polkadot/finality/grandpa-state";
import { header as headerCodec } from "@pdiem/light-client/polkadot/finality/header";
import { justification } from "@pdiem/light-client/polkadot/finality/justification";
import { child, justify, type Voters, voters } from "@pdiem/light-client/polkadot/testing/chain";
import { createDiemClient } from "@pdiem/relayer/chains/diem/client";
import { createSubstrateRpc } from "@pdiem/relayer/chains/parachain/substrate-rpc";
import { createEndpoints } from "@pdiem/relayer/chains/rpc/endpoints";
import { createLog } from "@pdiem/relayer/log";
import { createMetrics } from "@pdiem/relayer/metrics";
import { keepDecisions } from "@pdiem/relayer/stores/decision-store";
import { openEvidenceFolder } from "@pdiem/relayer/sync/misbehaviour/evidence-folder";
import { type Guard, startGuard } from "@pdiem/relayer/sync/misbehaviour/guard";
import { createWitness } from "@pdiem/relayer/sync/misbehaviour/witness";
import type { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startTestRedis, type TestRedis } from "./support/test-redis.js";

const BOUNDS = { timeoutMs: 1_000, maxResponseBytes: 1_000_000 };
const COMPARE_MS = 20;
const SET = voters(4, exampleConfig.relay.setId);
const config = { ...exampleConfig, relay: { ...exampleConfig.relay, authorities: SET.authorities } };

/** Makes that set's evidence, with which it would prove itself by the set that it names. */
const forkBy = (set: Voters): EvidenceFile =>
  makeEvidenceFile(
    EXAMPLE_ID,
    { diem: [], relay: [set] },
    {
      type: "relay",
      value: {
        lower: { setId: set.setId, justification: justify(set, child(undefined), 3) },
        higher: { setId: set.setId, justification: justify(set, child(undefined, [], "fork"), 3) },
        headers: [],
      },
    },
  );
const evidence = forkBy(SET);
const { misbehaviour } = evidence;
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

  it("hands in what its folder has from before", async () => {
    const before = guarding();
    before.witness.findings.addEvidence(evidence);
    const path = await before.untilKept();
    await before.guard.stop();
    await redis.flushdb();
    const { guard, untilPending } = guarding();
    await untilPending();
    expect(guard.kept()).toEqual([{ evidence, path, isKnown: true }]);
  });

  it("isn't kept from evidence by a forged file about the same set, which is none", async () => {
    const forged = forkBy(voters(4, SET.setId, "stranger"));
    const path = await openEvidenceFolder(folder, EXAMPLE_ID).keep(forged);
    const { witness, guard, decisions, untilPending, counted } = guarding();
    await eventually(() => (guard.comparedAt() !== undefined ? true : undefined));
    witness.findings.addEvidence(evidence);
    await untilPending();
    const kept = await eventually(() => (guard.kept()[0]?.path === undefined ? undefined : guard.kept()));
    expect(kept).toEqual([{ evidence, path: expect.any(String), isKnown: true }]);
    expect(kept[0]?.path).not.toBe(path);
    expect((await decisions.all()).map(({ id }) => id)).toEqual([ID]);
    expect(await counted()).toEqual([{ chain: "relay", kind: "conflict", value: 1 }]);
  });

  it("shows files by sets that it doesn't know as such, and counts and hands them in once it does", async () => {
    const later = voters(4, SET.setId + 1n, "later");
    const file = forkBy(later);
    const path = await openEvidenceFolder(folder, EXAMPLE_ID).keep(file);
    const { witness, guard, decisions, counted } = guarding();
    await eventually(() => (guard.kept().length > 0 ? true : undefined));
    expect(guard.kept()).toEqual([{ evidence: file, path, isKnown: false }]);
    expect([await decisions.all(), await counted()]).toEqual([[], []]);
    const votes = justify(later, child(undefined), 3);
    const proof = { block: votes.commit.targetHash, justification: encode(justification, votes), unknownHeaders: [] };
    const from = { ...later, finalized: { number: 1, hash: filled(32, 1) } };
    const shown = { proof: encode(finalityProof, proof), header: encode(headerCodec, child(undefined)) };
    const to = verifyFinality(from, { finalityProof: shown.proof, header: shown.header });
    witness.finality.observe({ url: "", ...shown, accepted: { from, to } });
    await eventually(async () => ((await decisions.all()).length > 0 ? true : undefined));
    expect(guard.kept()).toEqual([{ evidence: file, path, isKnown: true }]);
    expect(await counted()).toEqual([{ chain: "relay", kind: "conflict", value: 1 }]);
  });

  it("hands it in though the folder can't be written, and writes it as soon as it can", async () => {
    writeFileSync(folder, "in the way");
    const { witness, guard, untilPending, untilKept } = guarding();
    witness.findings.addEvidence(evidence);
    await untilPending();
    expect(guard.kept()).toEqual([{ evidence, path: undefined, isKnown: true }]);
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
