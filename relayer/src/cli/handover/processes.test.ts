import { NO_CHECKPOINT } from "@pdiem/bridge/checkpoint/kept-checkpoint";
import { filled } from "@pdiem/bridge/testing/config";
import type { HolderStatus, ReceiverStatus } from "@pdiem/enclave/wire/identity";
import { thrownBy } from "@pdiem/light-client/testing/outcome";
import { describe, expect, it } from "vitest";
import { checkGiver, waitingReceiver } from "./processes.js";
import { exampleHandOver } from "./testing/example-hand-over.js";

const { bridgeId, transcript } = exampleHandOver;
const ANOTHER = filled(32, 99);

const waiting: ReceiverStatus = {
  bridgeId,
  custodyKey: transcript.custodyKey,
  handoverKey: transcript.receiver.handoverKey,
  lightClients: { diem: { epoch: undefined, version: 0n }, relay: { setId: 0n, number: 0, hash: ANOTHER } },
  checkpoints: NO_CHECKPOINT,
  share: undefined,
};
const giver: HolderStatus = {
  ...waiting,
  handoverKey: transcript.giver.handoverKey,
  measurement: { tee: "simulated", value: filled(32, 1) },
  receipt: undefined,
  share: undefined,
};

const refusal = (ask: () => unknown): string => {
  const error = thrownBy(ask);
  return error === undefined ? "none" : `${error.code} ${error.retry}`;
};

const askReceiver = (value: ReceiverStatus) => waitingReceiver({ role: { type: "receiver", value } }, exampleHandOver);
const askHolder = (value: HolderStatus) => waitingReceiver({ role: { type: "holder", value } }, exampleHandOver);

describe("the processes of a hand-over", () => {
  it("go on for as long as they have the keys that they have shown evidence of", () => {
    expect(refusal(() => checkGiver(giver, exampleHandOver))).toBe("none");
    expect(askReceiver(waiting)).toBe(waiting);
  });

  it("begin anew once the giver has another hand-over key, or holds another key", () => {
    const restarted = { ...giver, handoverKey: ANOTHER };
    expect(refusal(() => checkGiver(restarted, exampleHandOver))).toBe("handover/giver-restarted never");
    const other = { ...giver, custodyKey: ANOTHER };
    expect(refusal(() => checkGiver(other, exampleHandOver))).toBe("handover/other-key never");
  });

  it("begin anew once the receiver was restarted, whether it is asked to receive again or not", () => {
    const again = { ...waiting, handoverKey: ANOTHER };
    expect(refusal(() => askReceiver(again))).toBe("handover/receiver-restarted never");
    const empty = { role: { type: "empty", value: undefined } } as const;
    expect(refusal(() => waitingReceiver(empty, exampleHandOver))).toBe("handover/receiver-restarted never");
  });

  it("are done where the receiver holds the key, and can't be where it holds another", () => {
    expect(askHolder(giver)).toBeUndefined();
    expect(refusal(() => askHolder({ ...giver, custodyKey: ANOTHER }))).toBe("handover/receiver-taken never");
  });
});
