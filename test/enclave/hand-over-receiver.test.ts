/** PROTOCOL 7: what the enclave that is to get the key takes for it. */
import { readFile, writeFile } from "node:fs/promises";
import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import { transcript as transcriptCodec } from "@pdiem/bridge/handover/transcript";
import { ENCLAVE_SEED, filled, ISSUER } from "@pdiem/bridge/testing/config";
import { TeeError } from "@pdiem/enclave/error";
import { sealBox } from "@pdiem/enclave/handover/box";
import { makeHandoverEnd } from "@pdiem/enclave/handover/handover-end";
import { governedLedger } from "@pdiem/enclave/wire/proving";
import { type Codec, decode, encode } from "@pdiem/light-client/codec/bcs";
import { isPdiemError } from "@pdiem/light-client/error";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  type Actor,
  accept,
  activate,
  handoverConfig as config,
  createStage,
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
import { prove } from "./proofs.js";

let stage: Stage;
let giver: Actor;
let receiver: Actor;
beforeEach(async () => {
  stage = createStage(config);
  giver = await startGiver(stage, config);
  receiver = await stage.start();
});
afterEach(() => stage.clear());

const BOX = filled(60, 1);

const invitationOf = ({ transcript: { custodyKey, receiver: own } }: Prepared) => ({
  config,
  custodyKey,
  share: undefined,
  challenge: own.challenge,
});

const statusOf = async (actor: Actor) => {
  const { role } = await actor.ask("status", undefined);
  if (role.type !== "receiver") throw new Error(`expected a receiver, got ${role.type}`);
  return role.value;
};

describe("the receiver", () => {
  it("follows both chains and checkpoints before it holds a key, and keeps what it was proven where it refuses", async () => {
    const prepared = await prepare(config, giver, receiver);
    const { lightClients, checkpoints } = await statusOf(receiver);
    expect(lightClients.diem.version).toBe(5n);
    expect(checkpoints.checkpoint?.checkpoint.nonces).toBeDefined();
    await expect(accept(receiver, prepared, BOX, { proofs: prove(prepared.world, 6) })).rejects.toThrow(
      refused("refused/handover-box"),
    );
    expect((await statusOf(receiver)).lightClients.diem.version).toBe(6n);
  });

  it("is the same after a restart, and so is all that it knows", async () => {
    const prepared = await prepare(config, giver, receiver);
    const before = await statusOf(receiver);
    receiver = await receiver.restart();
    await receiver.ask("handoverReceive", invitationOf(prepared));
    expect(await statusOf(receiver)).toEqual(before);
  });
});

it("an enclave whose TEE makes no evidence says so", async () => {
  const broken = await stage.start({
    ...SIMULATED,
    tee: (folder) => ({
      ...SIMULATED.tee(folder),
      evidence: () => Promise.reject(new TeeError("tee/busy", "busy", "backoff")),
    }),
  });
  await expect(introduce(giver, broken, config)).rejects.toThrow(refused("tee/busy"));
});

/** Changes one byte of a value's encoding; undefined where that is no encoding of any. */
const withByte = <T>(codec: Codec<T>, value: T, at: number, by: number): T | undefined => {
  const bytes = encode(codec, value);
  const place = at % bytes.length;
  try {
    return decode(codec, bytes.with(place, (bytes[place] ?? 0) ^ by));
  } catch (error) {
    if (isPdiemError(error)) return undefined;
    throw error;
  }
};

describe("the receiver refuses", () => {
  it("where its data folder holds any other sealed file, which stays as it is, before and at the end", async () => {
    const sealed = await startGiver(stage, config);
    const before = await readFile(sealed.sealed);
    const restarted = await sealed.restart();
    await expect(introduce(giver, restarted, config)).rejects.toThrow(refused("sealed/exists"));
    expect((await readFile(sealed.sealed)).equals(before)).toBe(true);

    const prepared = await prepare(config, giver, receiver);
    const { box } = await release(giver, prepared);
    await writeFile(receiver.sealed, "somebody's");
    await expect(accept(receiver, prepared, box)).rejects.toThrow(refused("sealed/format"));
    expect(await readFile(receiver.sealed, "utf8")).toBe("somebody's");
  });

  it("to make a key of its own while it waits for one", async () => {
    await introduce(giver, receiver, config);
    await expect(activate(receiver, config)).rejects.toThrow(refused("refused/receiving"));
    await expect(receiver.ask("handoverChallenge", undefined)).rejects.toThrow(refused("refused/inactive"));
  });

  it("a box of another hand-over or for another enclave", async () => {
    const prepared = await prepare(config, giver, receiver);
    const { box } = await release(giver, prepared);
    const other = await stage.start();
    await introduce(giver, other, config);
    await expect(accept(other, prepared, box)).rejects.toThrow(refused("refused/handover-restarted"));
    const again = await introduce(giver, receiver, config);
    await expect(accept(receiver, prepared, box, { transcript: again })).rejects.toThrow(
      refused("refused/handover-box"),
    );
    expect((await statusOf(receiver)).custodyKey).toEqual(ISSUER);
  });

  it("a giver who answers another's challenge, or a transcript of another key", async () => {
    const prepared = await prepare(config, giver, receiver);
    const { box } = await release(giver, prepared);
    const { transcript } = prepared;
    const { challenge } = transcript.receiver;
    const posing = { ...transcript, giver: { ...transcript.giver, challenge } };
    await expect(accept(receiver, prepared, box, { transcript: posing })).rejects.toThrow(
      refused("refused/handover-challenge"),
    );
    const other = { ...transcript, custodyKey: filled(32, 1) };
    await expect(accept(receiver, prepared, box, { transcript: other })).rejects.toThrow(
      refused("refused/handover-custody-key"),
    );
  });

  it("a key that isn't proven to be custody's and the issuer's", async () => {
    const impostor = await stage.start(SIMULATED, filled(32, 0x1d));
    await activate(impostor, config);
    const theirs = await prepare(config, impostor, receiver, { vouchedAt: "never" });
    await expect(accept(receiver, theirs, BOX)).rejects.toThrow(refused("refused/not-in-force"));
    const mine = await stage.start();
    const own = await prepare(config, giver, mine);
    own.world.diem.custody = { account: { authenticationKey: filled(32, 1) } };
    const proofs = prove(own.world, 8);
    await expect(release(giver, own, { proofs })).rejects.toThrow(refused("refused/custody-key"));
    await expect(accept(mine, own, BOX, { proofs })).rejects.toThrow(refused("refused/custody-key"));
  });

  it("another key than the transcript's; the right one it takes from whoever has it, once both chains say whose it is", async () => {
    const first = await introduce(giver, receiver, config);
    const end = makeHandoverEnd();
    const liar = { ...first.giver, handoverKey: end.publicKey };
    const prepared = await prepare(config, giver, receiver, { transcript: { ...first, giver: liar } });
    const channel = { own: end.privateKey, theirs: first.receiver.handoverKey, transcript: prepared.hash };
    await expect(accept(receiver, prepared, sealBox(channel, filled(32, 1)))).rejects.toThrow(
      refused("refused/handover-other-key"),
    );
    expect((await accept(receiver, prepared, sealBox(channel, ENCLAVE_SEED))).custodyKey).toEqual(ISSUER);
  });

  it("at facts that its checkpoint doesn't reach", async () => {
    const prepared = await prepare(config, giver, receiver);
    const { box } = await release(giver, prepared);
    prepared.world.setTime(NOW + 14n * 24n * 3_600_000n);
    await expect(accept(receiver, prepared, box, { proofs: prove(prepared.world, 6) })).rejects.toThrow(
      refused("refused/checkpoint-lapsed"),
    );
    prepared.world.setTime(NOW);
    await accept(receiver, prepared, box, { proofs: prove(prepared.world, 7) });
  });

  it("what was released with any of it changed, and goes on waiting", async () => {
    const prepared = await prepare(config, giver, receiver);
    const { box } = await release(giver, prepared);
    const sides = { bridgeId: bridgeId(config), ...prepared.transcript };
    const change = fc.record({
      part: fc.constantFrom("box", "transcript", "governed"),
      at: fc.nat(),
      by: fc.integer({ min: 1, max: 255 }),
    });
    await fc.assert(
      fc.asyncProperty(change, async ({ part, at, by }) => {
        const place = at % box.length;
        const changed =
          part === "box"
            ? { box: box.with(place, (box[place] ?? 0) ^ by) }
            : part === "transcript"
              ? { transcript: withByte(transcriptCodec, sides, 32 + (at % 1_000), by) }
              : { governed: withByte(governedLedger, prepared.governed, at, by) };
        if (Object.values(changed).includes(undefined)) return;
        await expect(receiver.ask("handoverAccept", { ...prepared.accept(box), ...changed } as never)).rejects.toThrow(
          refused(expect.stringMatching(/^(refused|proof|evidence|decode)\//)),
        );
      }),
      { numRuns: 200 },
    );
    await statusOf(receiver);
    await accept(receiver, prepared, box);
  });
});
