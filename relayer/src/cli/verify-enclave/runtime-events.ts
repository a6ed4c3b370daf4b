import { replayRuntimeEvents } from "@pdiem/bridge-client/attestation/runtime-events";
import { refusalIn } from "@pdiem/bridge-client/examine/check";
import type { VerifiedEvidence } from "@pdiem/enclave-verifier/result";
import { toHex } from "@pdiem/light-client/bytes";

const isText = (bytes: Uint8Array): boolean => bytes.length > 0 && bytes.every((byte) => byte >= 0x20 && byte < 0x7f);

const payloadOf = (payload: Uint8Array): string =>
  isText(payload) ? new TextDecoder().decode(payload) : `0x${toHex(payload)}`;

/**
 * Writes what a guest under dstack has added to RTMR3, an event a line: its compose hash, its key
 * provider. Nothing where there is no log, or one that doesn't lead to the register's value.
 * @param supplement what came with the evidence, whatever it is
 */
export const describeRuntimeEvents = (
  { kind, measurements }: VerifiedEvidence,
  supplement: Uint8Array | undefined,
): readonly string[] => {
  if (kind !== "tdx" || supplement === undefined) return [];
  try {
    const { events, rtmr3 } = replayRuntimeEvents(supplement);
    return rtmr3 === measurements.rtmr3 ? events.map(({ name, payload }) => `${name} ${payloadOf(payload)}`) : [];
  } catch (error) {
    refusalIn(error);
    return [];
  }
};
