import { filled } from "@pdiem/bridge/testing/config";
import type { Hex, Identity } from "@pdiem/enclave/api";
import { toHex } from "@pdiem/light-client/bytes";
import { isPdiemError } from "@pdiem/light-client/error";
import { describe, expect, it } from "vitest";
import { checkGiver, waitingReceiver } from "./processes.js";
import { exampleHandOver } from "./testing/example-hand-over.js";

const { bridgeId, transcript } = exampleHandOver;
const ANOTHER: Hex = `0x${toHex(filled(32, 99))}`;
const heads: Identity["heads"] = { diem: { version: "0" }, relay: { setId: "0", number: 0, hash: ANOTHER } };
const giver: Identity = {
  bridgeId,
  custodyKey: transcript.custodyKey,
  handoverKey: transcript.giver.handoverKey,
  heads,
};
const waiting = { bridgeId, handoverKey: transcript.receiver.handoverKey, heads };

const refusal = (ask: () => unknown): string => {
  try {
    ask();
    return "none";
  } catch (error) {
    if (isPdiemError(error)) return `${error.code} ${error.retry}`;
    throw error;
  }
};

describe("the processes of a hand-over", () => {
  it("go on for as long as they are those that have shown their evidence", () => {
    expect(refusal(() => checkGiver(giver, exampleHandOver))).toBe("none");
    expect(waitingReceiver({ tee: "simulated", receiving: waiting }, exampleHandOver)).toBe(waiting);
  });

  it("begin anew once the giver was restarted, or holds another key", () => {
    const restarted = { ...giver, handoverKey: ANOTHER };
    expect(refusal(() => checkGiver(restarted, exampleHandOver))).toBe("handover/giver-restarted never");
    const other = { ...giver, custodyKey: ANOTHER };
    expect(refusal(() => checkGiver(other, exampleHandOver))).toBe("handover/other-key never");
  });

  it("begin anew once the receiver was restarted, whether it is asked to receive again or not", () => {
    for (const status of [{ tee: "simulated" }, { tee: "simulated", receiving: { ...waiting, handoverKey: ANOTHER } }])
      expect(refusal(() => waitingReceiver(status, exampleHandOver))).toBe("handover/receiver-restarted never");
  });

  it("are done where the receiver holds the key, and can't be where it holds another", () => {
    const holder = { ...giver, handoverKey: transcript.receiver.handoverKey };
    expect(waitingReceiver({ tee: "simulated", active: holder }, exampleHandOver)).toBeUndefined();
    const taken = { tee: "simulated", active: { ...holder, custodyKey: ANOTHER } };
    expect(refusal(() => waitingReceiver(taken, exampleHandOver))).toBe("handover/receiver-taken never");
  });
});
