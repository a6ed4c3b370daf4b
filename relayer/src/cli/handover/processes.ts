/** Whether the processes that have shown evidence still run: keys and challenges of a hand-over are lost with them. */
import type { Identity, Receiving, StatusResponse } from "@pdiem/enclave/api";
import { PdiemError } from "@pdiem/light-client/error";
import type { HandoverFile } from "./file.js";

const restarted = (side: string): PdiemError =>
  new PdiemError(
    `handover/${side}-restarted`,
    `the ${side} isn't the process any more that has shown its evidence: propose the hand-over anew`,
    "never",
  );

/** @throws PdiemError `handover/other-key`, `handover/giver-restarted` */
export const checkGiver = ({ custodyKey, handoverKey }: Identity, { transcript }: HandoverFile): void => {
  if (custodyKey !== transcript.custodyKey)
    throw new PdiemError("handover/other-key", `the giver holds another key, ${custodyKey}`, "never");
  if (handoverKey !== transcript.giver.handoverKey) throw restarted("giver");
};

/**
 * The receiver as it waits for the key; undefined where it holds it already.
 * @throws PdiemError `handover/receiver-restarted`, `handover/receiver-taken`
 */
export const waitingReceiver = (
  { active, receiving }: StatusResponse,
  { transcript }: HandoverFile,
): Receiving | undefined => {
  if (active?.custodyKey === transcript.custodyKey) return undefined;
  if (active !== undefined)
    throw new PdiemError(
      "handover/receiver-taken",
      `the receiver holds another key, ${active.custodyKey}: it needs a data folder of its own`,
      "never",
    );
  if (receiving?.handoverKey !== transcript.receiver.handoverKey) throw restarted("receiver");
  return receiving;
};
