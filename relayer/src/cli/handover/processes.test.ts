import { NO_CHECKPOINT } from "@pdiem/bridge/checkpoint/kept-checkpoint";
import { type PublicPackage, publicPackageHash } from "@pdiem/bridge/holders/public-package";
import { filled } from "@pdiem/bridge/testing/config";
import type { HolderStatus, ReceiverStatus } from "@pdiem/enclave/wire/identity";
import { thrownBy } from "@pdiem/light-client/testing/outcome";
import { describe, expect, it } from "vitest";
import { askReceiver, checkGiver, waitingReceiver } from "./processes.js";
import { exampleHandOver, simulatedConfig } from "./testing/example-hand-over.js";

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

const PACKAGE: PublicPackage = { roll: filled(32, 3), groupKey: transcript.custodyKey, slots: [] };
/** The same, of slot 2's share. */
const ofShare = {
  transcript: { ...transcript, grant: { slot: 2, publicPackage: publicPackageHash(PACKAGE), platform: undefined } },
  publicPackage: PACKAGE,
};

const refusal = (ask: () => unknown): string => {
  const error = thrownBy(ask);
  return error === undefined ? "none" : `${error.code} ${error.retry}`;
};

const askWaiting = (value: ReceiverStatus) => waitingReceiver({ role: { type: "receiver", value } }, exampleHandOver);
const askHolder = (value: HolderStatus) => waitingReceiver({ role: { type: "holder", value } }, exampleHandOver);

describe("the processes of a hand-over", () => {
  it("go on for as long as they have the keys that they have shown evidence of", () => {
    expect(refusal(() => checkGiver(giver, exampleHandOver))).toBe("none");
    expect(askWaiting(waiting)).toBe(waiting);
  });

  it("begin anew once the giver has another hand-over key, or holds another key", () => {
    const restarted = { ...giver, handoverKey: ANOTHER };
    expect(refusal(() => checkGiver(restarted, exampleHandOver))).toBe("handover/giver-restarted never");
    const other = { ...giver, custodyKey: ANOTHER };
    expect(refusal(() => checkGiver(other, exampleHandOver))).toBe("handover/other-key never");
  });

  it("begin anew once the receiver was restarted, whether it is asked to receive again or not", () => {
    const again = { ...waiting, handoverKey: ANOTHER };
    expect(refusal(() => askWaiting(again))).toBe("handover/receiver-restarted never");
    const empty = { role: { type: "empty", value: undefined } } as const;
    expect(refusal(() => waitingReceiver(empty, exampleHandOver))).toBe("handover/receiver-restarted never");
  });

  it("are done where the receiver holds the key, and can't be where it holds another", () => {
    expect(askHolder(giver)).toBeUndefined();
    expect(refusal(() => askHolder({ ...giver, custodyKey: ANOTHER }))).toBe("handover/receiver-taken never");
  });

  it("are done with a share where the receiver holds that slot's, of the same public package", () => {
    const ask = (share: HolderStatus["share"]) => () =>
      waitingReceiver({ role: { type: "holder", value: { ...giver, share } } }, ofShare);
    const other = { ...PACKAGE, roll: ANOTHER };
    expect(ask({ slot: 2, publicPackage: PACKAGE })()).toBeUndefined();
    for (const share of [undefined, { slot: 1, publicPackage: PACKAGE }, { slot: 2, publicPackage: other }])
      expect(refusal(ask(share))).toBe("handover/receiver-taken never");
    expect(refusal(() => askHolder({ ...giver, share: { slot: 2, publicPackage: PACKAGE } }))).toBe(
      "handover/receiver-taken never",
    );
  });

  it("have a receiver that was restarted go on waiting by its sealed file, for the same key or share", async () => {
    const asked: unknown[] = [];
    const restarted = (receiver: ReceiverStatus): Parameters<typeof askReceiver>[0] => ({
      status: async () => ({ tee: "simulated", isLasting: true, role: { type: "empty", value: undefined } }),
      handoverReceive: async ({ custodyKey, share }) => {
        asked.push({ custodyKey, share });
        const attestation = {
          tee: "simulated",
          reportData: ANOTHER,
          evidence: new Uint8Array(),
          supplement: undefined,
        };
        return { receiver, challenge: ANOTHER, attestation };
      },
    });
    expect(await askReceiver(restarted(waiting), simulatedConfig, exampleHandOver)).toBe(waiting);
    expect(await askReceiver(restarted(waiting), simulatedConfig, ofShare)).toBe(waiting);
    expect(asked).toEqual([
      { custodyKey: transcript.custodyKey, share: undefined },
      { custodyKey: transcript.custodyKey, share: { slot: 2, publicPackage: PACKAGE } },
    ]);
    const wiped = restarted({ ...waiting, handoverKey: ANOTHER });
    await expect(askReceiver(wiped, simulatedConfig, exampleHandOver)).rejects.toMatchObject({
      code: "handover/receiver-restarted",
    });
  });
});
