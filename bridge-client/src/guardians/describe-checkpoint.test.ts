import { exampleConfig, filled } from "@pdiem/bridge/testing/config";
import { expect, it } from "vitest";
import { describeCheckpoint } from "./describe-checkpoint.js";

const checkpoint = {
  diem: { epoch: 7n, hash: filled(32, 1) },
  relay: { setId: 4011n, hash: filled(32, 2) },
  time: 1_700_000_000_000n,
  nonce: undefined,
};

it("a checkpoint in words names both sets, its time and how long it serves", () => {
  expect(describeCheckpoint(checkpoint, exampleConfig)).toEqual([
    "Checkpoint of 2023-11-14T22:13:20.000Z: these vouched for both chains then",
    `  Diem's validators of epoch 7: 0x${"01".repeat(32)}`,
    `  the relay chain's authorities, set 4011: 0x${"02".repeat(32)}`,
    "The bridge may sign on it for times until 2023-11-28T22:08:20.000Z.",
  ]);
});

it("a nonce is shown with what it may lead to", () => {
  const text = describeCheckpoint({ ...checkpoint, nonce: filled(32, 3) }, exampleConfig).join("\n");
  expect(text).toContain(`signed upon the request 0x${"03".repeat(32)}: whoever drew it may then release the key`);
});
