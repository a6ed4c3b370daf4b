/**
 * Whether the processes that have shown evidence still run: a restart makes others, unless their
 * keys are sealed.
 */
import type { EnclaveStatus, HolderStatus, ReceiverStatus } from "@pdiem/enclave/wire/identity";
import { equal, toHex } from "@pdiem/light-client/bytes";
import { PdiemError } from "@pdiem/light-client/error";
import type { HandoverFile } from "./file.js";

/** What a file says of who is to get the key. */
interface Awaiting {
  readonly transcript: Pick<HandoverFile["transcript"], "custodyKey" | "receiver">;
}

const restarted = (side: string): PdiemError =>
  new PdiemError(
    `handover/${side}-restarted`,
    `the ${side} has another hand-over key than the one that it has shown evidence of: propose the hand-over anew`,
    "never",
  );

/**
 * Checks that the giver is the one of the file.
 * @throws PdiemError `handover/other-key`, `handover/giver-restarted`
 */
export const checkGiver = (
  { custodyKey, handoverKey }: Pick<HolderStatus, "custodyKey" | "handoverKey">,
  { transcript }: HandoverFile,
): void => {
  if (!equal(custodyKey, transcript.custodyKey))
    throw new PdiemError("handover/other-key", `the giver holds another key, 0x${toHex(custodyKey)}`, "never");
  if (!equal(handoverKey, transcript.giver.handoverKey)) throw restarted("giver");
};

/**
 * Finds the receiver as it waits for the key; undefined where it holds it already.
 * @throws PdiemError `handover/receiver-restarted`, `handover/receiver-taken`
 */
export const waitingReceiver = (
  { role }: Pick<EnclaveStatus, "role">,
  { transcript }: Awaiting,
): ReceiverStatus | undefined => {
  if (role.type === "holder") {
    const { custodyKey } = role.value;
    if (equal(custodyKey, transcript.custodyKey)) return undefined;
    throw new PdiemError(
      "handover/receiver-taken",
      `the receiver holds another key, 0x${toHex(custodyKey)}: it needs a data folder of its own`,
      "never",
    );
  }
  if (role.type !== "receiver" || !equal(role.value.handoverKey, transcript.receiver.handoverKey))
    throw restarted("receiver");
  return role.value;
};
