import { checkpointIn } from "@pdiem/bridge/testing/checkpoints";
import { exampleConfig, filled } from "@pdiem/bridge/testing/config";
import { toHex } from "@pdiem/light-client/bytes";
import { expect, it } from "vitest";
import { describeCheckpoint } from "./describe-checkpoint.js";

const checkpoint = {
  ...checkpointIn(7n, 4011n, 1_700_000_000_000n),
  diem: { epoch: 7n, hash: filled(32, 1) },
  relay: { setId: 4011n, hash: filled(32, 2) },
  specVersions: [900, 901],
};
const { keys, threshold } = exampleConfig.guardians;

it("a checkpoint in words names all that it vouches for, and how long it serves", () => {
  expect(describeCheckpoint(checkpoint, exampleConfig)).toEqual([
    "Checkpoint of 2023-11-14T22:13:20.000Z: these vouched for both chains then",
    `  Diem's validators of epoch 7: 0x${"01".repeat(32)}`,
    `  the relay chain's authorities, set 4011: 0x${"02".repeat(32)}`,
    "Runtimes of the parachain, by spec version, whose storage and calls you have compared: 900, 901",
    "The next may be signed by 2 of these 3:",
    ...keys.map((key) => `  0x${toHex(key)}`),
    "The bridge may sign on it for times until 2023-11-28T22:08:20.000Z.",
  ]);
});

it("those whom a pending change brings are named as such", () => {
  const signers = [
    { keys, threshold },
    { keys: keys.slice(0, 1), threshold: 1 },
  ];
  expect(describeCheckpoint({ ...checkpoint, signers }, exampleConfig)).toContain("or by 1 of these 1:");
});

it("nonces are shown with what they may lead to", () => {
  const text = describeCheckpoint({ ...checkpoint, nonces: filled(32, 3) }, exampleConfig).join("\n");
  expect(text).toContain(`signed upon the request 0x${"03".repeat(32)}: whoever drew its nonces may then release`);
});
