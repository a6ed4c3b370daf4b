import { outcome } from "@pdiem/light-client/testing/outcome";
import { describe, expect, it } from "vitest";
import { checkpointIn } from "../testing/checkpoints.js";
import { exampleConfig, filled, HOUR } from "../testing/config.js";
import { ownSets, provenBy } from "../testing/own-sets.js";
import { createWorld } from "../testing/world.js";
import { checkBlockUnderCheckpoint, checkUnderCheckpoint, TERM, termEnd } from "./check-checkpoint.js";
import type { Checkpoint } from "./checkpoint.js";

const { rootsTime, maxSkew } = exampleConfig;
const TIME = rootsTime + 100n * HOUR;
const OWN = ownSets(5n, 8n, { epochs: [4n], sets: [7n] });
const CHECKPOINT = checkpointIn(5n, 8n, TIME);

const at = ({ diem = TIME, parachain = TIME, specVersion = 900 } = {}) => {
  const world = createWorld();
  world.diem.time = diem;
  world.parachain.time = parachain;
  world.parachain.specVersion = specVersion;
  return world.facts();
};
const check = (checkpoint: Checkpoint | undefined, facts = at(), signers = {}, own = OWN) =>
  outcome(() => checkUnderCheckpoint(exampleConfig, checkpoint, provenBy(own, facts, signers)));
const checkBlock = (checkpoint: Checkpoint | undefined, facts = at(), signers = {}, own = OWN) =>
  outcome(() =>
    checkBlockUnderCheckpoint(
      exampleConfig,
      checkpoint,
      provenBy(own, facts.parachain, { epoch: undefined, ...signers }),
    ),
  );

describe("PROTOCOL 6: under a checkpoint", () => {
  it("what the present sets vouch for is signed, and for a decision batch the block is enough", () => {
    expect(check(CHECKPOINT)).toBe("accepted");
    expect(checkBlock(CHECKPOINT)).toBe("accepted");
  });

  it("nothing is at a block of a spec version that it doesn't name", () => {
    const upgraded = at({ specVersion: 901 });
    for (const one of [check, checkBlock]) {
      expect(one(CHECKPOINT, upgraded)).toBe("refused/spec-version");
      expect(one(undefined, at({ parachain: rootsTime, diem: rootsTime, specVersion: 901 }))).toBe(
        "refused/spec-version",
      );
      expect(one({ ...CHECKPOINT, specVersions: [901] }, at())).toBe("refused/spec-version");
      expect(one({ ...CHECKPOINT, specVersions: [900, 901] }, upgraded)).toBe("accepted");
    }
  });

  it("nothing is for times later than 14 days less maxSkew after it, or after the configuration's roots", () => {
    const end = TIME + TERM - maxSkew;
    expect(termEnd(exampleConfig, CHECKPOINT)).toBe(end);
    expect(termEnd(exampleConfig, undefined)).toBe(rootsTime + TERM - maxSkew);
    expect(check(CHECKPOINT, at({ diem: end, parachain: end }))).toBe("accepted");
    expect(check(CHECKPOINT, at({ diem: end + 1n, parachain: end }))).toBe("refused/checkpoint-lapsed");
    expect(check(CHECKPOINT, at({ diem: end, parachain: end + 1n }))).toBe("refused/checkpoint-lapsed");
    expect(checkBlock(CHECKPOINT, at({ parachain: end + 1n }))).toBe("refused/checkpoint-lapsed");
  });

  it("nothing is that rests on the word of a set before the checkpoint's, though it be of the own chain", () => {
    expect(check(CHECKPOINT, at(), { epoch: 4n })).toBe("refused/before-checkpoint");
    expect(check(CHECKPOINT, at(), { setId: 7n })).toBe("refused/before-checkpoint");
    expect(checkBlock(CHECKPOINT, at(), { setId: 7n })).toBe("refused/before-checkpoint");
    const older = checkpointIn(4n, 7n, TIME);
    expect(check(older, at(), { epoch: 4n, setId: 7n })).toBe("accepted");
  });

  it("nothing is that nobody's verified signature vouches for", () => {
    for (const checkpoint of [CHECKPOINT, undefined]) {
      const facts = at({ diem: rootsTime, parachain: rootsTime });
      expect(check(checkpoint, facts, { epoch: undefined })).toBe("refused/before-checkpoint");
      expect(check(checkpoint, facts, { setId: undefined })).toBe("refused/before-checkpoint");
      expect(checkBlock(checkpoint, facts, { setId: undefined })).toBe("refused/before-checkpoint");
    }
    expect(check(undefined, at({ diem: rootsTime, parachain: rootsTime }), { setId: 2n })).toBe(
      "refused/before-checkpoint",
    );
  });

  it("nothing is where the own chains went another way than its sets", () => {
    expect(check({ ...CHECKPOINT, diem: { epoch: 5n, hash: filled(32, 1) } })).toBe("refused/checkpoint-sets");
    expect(check({ ...CHECKPOINT, relay: { setId: 8n, hash: filled(32, 1) } })).toBe("refused/checkpoint-sets");
    expect(check(checkpointIn(6n, 8n, TIME), at(), { epoch: 6n })).toBe("refused/checkpoint-sets");
    expect(check(CHECKPOINT, at(), {}, ownSets(9n, 12n, { epochs: [5n], sets: [8n] }))).toBe("accepted");
  });
});
