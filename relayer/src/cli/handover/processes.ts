/**
 * Whether the processes that have shown evidence still run: a restart makes others, unless their
 * keys are sealed.
 */
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { publicPackageHash } from "@pdiem/bridge/holders/public-package";
import type { EnclaveClient } from "@pdiem/bridge-client/enclave/enclave-client";
import type { EnclaveStatus, HolderStatus, ReceiverStatus } from "@pdiem/enclave/wire/identity";
import { equal, toHex } from "@pdiem/light-client/bytes";
import { PdiemError } from "@pdiem/light-client/error";
import type { HandoverFile } from "./file.js";

/** What a file says of who is to get the key, or a share. */
interface Awaiting {
  readonly transcript: Pick<HandoverFile["transcript"], "custodyKey" | "grant" | "receiver">;
  readonly publicPackage: HandoverFile["publicPackage"];
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

const holdsGranted = ({ share }: HolderStatus, { grant }: Awaiting["transcript"]): boolean =>
  share === undefined || grant === undefined
    ? share === undefined && grant === undefined
    : share.slot === grant.slot && equal(publicPackageHash(share.publicPackage), grant.publicPackage);

/**
 * Finds the receiver as it waits for the key; undefined where it holds it already.
 * @throws PdiemError `handover/receiver-restarted`, `handover/receiver-taken`
 */
export const waitingReceiver = (
  { role }: Pick<EnclaveStatus, "role">,
  { transcript }: Pick<Awaiting, "transcript">,
): ReceiverStatus | undefined => {
  if (role.type === "holder") {
    const { custodyKey, share } = role.value;
    if (equal(custodyKey, transcript.custodyKey) && holdsGranted(role.value, transcript)) return undefined;
    const what = share === undefined ? "another key" : `slot ${share.slot}'s share of a key`;
    throw new PdiemError(
      "handover/receiver-taken",
      `the receiver holds ${what}, 0x${toHex(custodyKey)}: it needs a data folder of its own`,
      "never",
    );
  }
  if (role.type !== "receiver" || !equal(role.value.handoverKey, transcript.receiver.handoverKey))
    throw restarted("receiver");
  return role.value;
};

/**
 * Asks the receiver whether it waits still. A process that was restarted doesn't know what it
 * waited for until it is told the bridge: then it goes on by its sealed file.
 * @throws what `waitingReceiver` throws; EnclaveError
 */
export const askReceiver = async (
  enclave: Pick<EnclaveClient, "status" | "handoverReceive">,
  config: BridgeConfig,
  file: Awaiting,
): Promise<ReceiverStatus | undefined> => {
  const status = await enclave.status();
  if (status.role.type !== "empty") return waitingReceiver(status, file);
  const { custodyKey, grant } = file.transcript;
  const { publicPackage } = file;
  const share = grant && publicPackage && { slot: grant.slot, publicPackage };
  const challenge = new Uint8Array(32);
  const { receiver } = await enclave.handoverReceive({ config, custodyKey, share, challenge });
  return waitingReceiver({ role: { type: "receiver", value: receiver } }, file);
};
