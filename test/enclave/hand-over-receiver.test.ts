/** PROTOCOL 7: what the enclave that is to get the key takes for it. */
import { readFile, writeFile } from "node:fs/promises";
import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import { formatBridgeConfig } from "@pdiem/bridge-client/config/bridge-config-json";
import { holderReportData } from "@pdiem/bridge/custody/report-data";
import { ENCLAVE_SEED, filled, ISSUER } from "@pdiem/bridge/testing/config";
import type { TranscriptJson } from "@pdiem/enclave/api";
import { TeeError } from "@pdiem/enclave/error";
import { sealBox } from "@pdiem/enclave/handover/box";
import { makeHandoverKey } from "@pdiem/enclave/handover-key";
import { simulatedTee } from "@pdiem/enclave/tee/simulated";
import { fromHex, utf8 } from "@pdiem/light-client/bytes";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { prove } from "./evidence.js";
import {
  type Actor,
  accept,
  activate,
  handoverConfig as config,
  createStage,
  hex,
  introduce,
  NOW,
  type Prepared,
  prepare,
  refused,
  release,
  SIMULATED,
  type Stage,
  startGiver,
} from "./handover-actors.js";

let stage: Stage;
let giver: Actor;
let receiver: Actor;
beforeEach(async () => {
  stage = createStage(config);
  giver = await startGiver(stage, config);
  receiver = await stage.start();
});
afterEach(() => stage.clear());

const invitationOf = ({
  transcript: {
    custodyKey,
    receiver: { challenge },
  },
}: Prepared) => ({
  config: formatBridgeConfig(config),
  custodyKey,
  challenge,
});

/** The JSON text with one digit of its hex another one. */
const withDigit = (text: string, at: number, by: number): string => {
  const digits = [...text.matchAll(/"0x([0-9a-f]+)"/g)].flatMap(({ index, 1: found = "" }) =>
    Array.from(found, (_, i) => index + 3 + i),
  );
  const place = digits[at % digits.length] ?? 0;
  const digit = (Number.parseInt(text.charAt(place), 16) + by) % 16;
  return text.slice(0, place) + digit.toString(16) + text.slice(place + 1);
};

const headsOf = async (waiting: Actor): Promise<unknown> =>
  (await waiting.ask("GET /v1/status", undefined)).receiving?.heads;

const isSealed = async ({ sealed }: Actor): Promise<boolean> =>
  readFile(sealed).then(
    () => true,
    () => false,
  );

describe("the receiver", () => {
  it("follows both chains and checkpoints before it holds a key, and keeps what it was proven where it refuses", async () => {
    const prepared = await prepare(config, giver, receiver);
    const { evidence, checkpoint } = prepared.release();
    const { heads } = await receiver.ask("POST /v1/advance", { evidence });
    expect(heads).toMatchObject({ diem: { version: "5" } });
    expect(await receiver.ask("POST /v1/checkpoint", { checkpoint })).toEqual({ checkpoint });
    const newer = prove(prepared.world, 6);
    await expect(accept(receiver, prepared, hex(filled(60, 1)), { evidence: newer })).rejects.toThrow(
      refused("refused/handover-box"),
    );
    expect(await headsOf(receiver)).toMatchObject({ diem: { version: "6" } });
    await introduce(giver, receiver, config);
    expect(await headsOf(receiver)).toMatchObject({ diem: { version: "6" } });
  });
});

it("an enclave whose TEE makes no evidence isn't made to wait for a key", async () => {
  const broken = await stage.start({
    ...SIMULATED,
    tee: (folder) => ({
      ...SIMULATED.tee(folder),
      evidence: () => Promise.reject(new TeeError("tee/busy", "busy", "backoff")),
    }),
  });
  await expect(introduce(giver, broken, config)).rejects.toThrow(refused("tee/busy"));
  expect(await broken.ask("GET /v1/status", undefined)).toEqual({ tee: "simulated" });
});

describe("the receiver refuses", () => {
  it("where its data folder holds any sealed file, which stays as it is, before and at the end", async () => {
    const sealed = await startGiver(stage, config);
    const before = await readFile(sealed.sealed);
    const restarted = await sealed.restart();
    await expect(introduce(giver, restarted, config)).rejects.toThrow(refused("sealed/exists"));
    expect((await readFile(sealed.sealed)).equals(before)).toBe(true);

    const prepared = await prepare(config, giver, receiver);
    const { box } = await release(giver, prepared);
    await writeFile(receiver.sealed, "somebody's");
    await expect(accept(receiver, prepared, box)).rejects.toThrow(refused("sealed/exists"));
    expect(await readFile(receiver.sealed, "utf8")).toBe("somebody's");
  });

  it("to make a key of its own while it waits for one", async () => {
    await introduce(giver, receiver, config);
    await expect(activate(receiver, config)).rejects.toThrow(refused("refused/receiving"));
    expect(await isSealed(receiver)).toBe(false);
    expect(await headsOf(receiver)).toMatchObject({ diem: { version: "0" } });
    await expect(receiver.ask("POST /v1/handover/challenge", {})).rejects.toThrow(refused("refused/inactive"));
  });

  it("a box of another hand-over or for another process", async () => {
    const prepared = await prepare(config, giver, receiver);
    const other = await stage.start();
    const theirs = await prepare(config, giver, other, { height: 6 });
    const [own, { box }] = [await release(giver, prepared), await release(giver, theirs)];
    await expect(accept(receiver, prepared, box)).rejects.toThrow(refused("refused/handover-box"));
    await expect(accept(receiver, theirs, box)).rejects.toThrow(refused("refused/handover-restarted"));
    const again = await prepare(config, giver, receiver, { height: 7 });
    await expect(accept(receiver, again, box)).rejects.toThrow(refused("refused/handover-box"));
    receiver = await receiver.restart();
    await receiver.ask("POST /v1/handover/receive", invitationOf(prepared));
    await expect(accept(receiver, prepared, own.box)).rejects.toThrow(refused("refused/handover-restarted"));
    expect(await isSealed(receiver)).toBe(false);
  });

  it("a giver whose evidence isn't a holder's, or answers another's challenge", async () => {
    const prepared = await prepare(config, giver, receiver);
    const { box } = await release(giver, prepared);
    const { transcript } = prepared;
    const ask = (change: Partial<TranscriptJson["giver"]>) =>
      receiver.ask("POST /v1/handover/accept", {
        ...prepared.accept(box),
        transcript: { ...transcript, giver: { ...transcript.giver, ...change } },
      });
    const { evidence } = transcript.receiver;
    await expect(ask({ evidence })).rejects.toThrow(refused("evidence/policy-report-data"));
    await expect(ask({ evidence: hex(utf8("{}")) })).rejects.toThrow(refused("evidence/format-simulated"));
    const { challenge } = transcript.receiver;
    await expect(ask({ challenge })).rejects.toThrow(refused("refused/handover-challenge"));
    expect(await isSealed(receiver)).toBe(false);
  });

  it("a key that isn't proven to be custody's and the issuer's", async () => {
    const impostor = await stage.start(SIMULATED, filled(32, 0x1d));
    await activate(impostor, config);
    const prepared = await prepare(config, impostor, receiver);
    await expect(release(impostor, prepared)).rejects.toThrow(refused("refused/not-in-force"));
    await expect(accept(receiver, prepared, hex(filled(60, 1)))).rejects.toThrow(refused("refused/not-in-force"));
    const own = await prepare(config, giver, receiver);
    own.world.diem.custody = { account: { authenticationKey: filled(32, 1) } };
    const evidence = prove(own.world, 8);
    await expect(release(giver, own, { evidence })).rejects.toThrow(refused("refused/custody-key"));
    await expect(accept(receiver, own, hex(filled(60, 1)), { evidence })).rejects.toThrow(
      refused("refused/custody-key"),
    );
  });

  it("another key than the transcript's, from a giver whose evidence is in order", async () => {
    const { transcript } = await prepare(config, giver, receiver);
    const process = makeHandoverKey();
    const { challenge } = transcript.giver;
    const speaksFor = holderReportData({
      bridgeId: bridgeId(config),
      custodyKey: fromHex(transcript.custodyKey),
      handoverKey: process.publicKey,
      challenge: fromHex(challenge),
    });
    const { bytes } = await simulatedTee("").evidence(speaksFor);
    const liar = { tee: "simulated", handoverKey: hex(process.publicKey), challenge, evidence: hex(bytes) };
    const prepared = await prepare(config, giver, receiver, { transcript: { ...transcript, giver: liar } });
    const channel = {
      own: process.privateKey,
      theirs: fromHex(transcript.receiver.handoverKey),
      transcript: prepared.hash,
    };
    await expect(accept(receiver, prepared, hex(sealBox(channel, filled(32, 1))))).rejects.toThrow(
      refused("refused/handover-other-key"),
    );
    expect(await isSealed(receiver)).toBe(false);
    expect(await accept(receiver, prepared, hex(sealBox(channel, ENCLAVE_SEED)))).toMatchObject({
      custodyKey: hex(ISSUER),
    });
  });

  it("under no checkpoint, and at stale facts", async () => {
    const prepared = await prepare(config, giver, receiver);
    const { box } = await release(giver, prepared);
    await expect(accept(receiver, prepared, box, { signers: [] })).rejects.toThrow(refused("proof/guardian-threshold"));
    prepared.world.setTime(NOW - 1n);
    await expect(accept(receiver, prepared, box, { evidence: prove(prepared.world, 6) })).rejects.toThrow(
      refused("refused/facts-older"),
    );
    prepared.world.setTime(NOW);
    await accept(receiver, prepared, box, { evidence: prove(prepared.world, 7) });
  });

  it("what was released with any of it changed, and writes nothing", async () => {
    const prepared = await prepare(config, giver, receiver);
    const { box } = await release(giver, prepared);
    const genuine = prepared.accept(box);
    const parts = ["box", "checkpoint", "transcript", "ledger", "decisions"] as const;
    const change = fc.record({ part: fc.constantFrom(...parts), at: fc.nat(), by: fc.integer({ min: 1, max: 15 }) });
    await fc.assert(
      fc.asyncProperty(change, async ({ part, at, by }) => {
        const body = JSON.parse(JSON.stringify(genuine));
        body[part] = JSON.parse(withDigit(JSON.stringify(genuine[part]), at, by));
        await expect(receiver.ask("POST /v1/handover/accept", body)).rejects.toThrow(
          refused(expect.stringMatching(/^(refused|proof|evidence|decode)\//)),
        );
        expect(await isSealed(receiver)).toBe(false);
      }),
      { numRuns: 300 },
    );
    await accept(receiver, prepared, box);
  });
});
