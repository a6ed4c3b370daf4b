/** What a holder asks for before anything of its key leaves, by hand-over or repair. */
import { receiverReportData } from "@pdiem/bridge/custody/report-data";
import { RefusedError } from "@pdiem/bridge/error";
import type { Facts } from "@pdiem/bridge/facts/facts";
import type { Governed } from "@pdiem/bridge/governance/guardians-in-force";
import { type Admitted, admitKeyExport } from "@pdiem/bridge/handover/admission";
import { checkOwnNonce } from "@pdiem/bridge/handover/checkpoint-nonces";
import { type Grant, handoverName } from "@pdiem/bridge/handover/grant";
import type { Party } from "@pdiem/bridge/handover/transcript";
import { checkPlatform } from "@pdiem/bridge/holders/platforms";
import type { Collateral } from "@pdiem/enclave-verifier/evidence";
import { equal } from "@pdiem/light-client/bytes";
import type { Holder, Process } from "../state/enclave-state.js";
import { keptCheckpointOf, type ProvenRequest } from "../verbs/proving.js";
import { type Judgement, type Platform, verifyOtherSide } from "./other-side.js";

/** What is given to whom, as guardians have decided it. */
export interface Giving {
  /** The transcript's hash, 32 bytes. */
  readonly transcript: Uint8Array;
  readonly grant: Grant | undefined;
  readonly governed: Governed;
  /** The list whose hash the checkpoint carries. */
  readonly nonces: readonly Uint8Array[];
}

/**
 * Checks that it may be given at this state, and gives what the other sides are judged by.
 * @throws RefusedError of `admitKeyExport`
 */
export const admitGiving = (
  holder: Holder,
  { facts, proven }: ProvenRequest<Facts>,
  { transcript, grant, governed, nonces }: Giving,
  self: Process,
): Admitted & Pick<Judgement, "config" | "facts" | "roots"> => {
  const { config, key } = holder;
  const checkpoint = keptCheckpointOf(holder);
  const isOwnNonce = (nonce: Uint8Array): boolean => self.nonces.isOwn("checkpoint", transcript, nonce);
  // Before genesis no decision vouches for the receiver: guardians do by the checkpoint alone.
  checkOwnNonce(checkpoint, nonces, isOwnNonce);
  const point = { config, issuer: key.publicKey, governed, proven, checkpoint };
  const name = handoverName(transcript, grant);
  return { ...admitKeyExport(point, { name, nonces, isOwnNonce }), config, facts, roots: self.roots };
};

/**
 * Checks that a machine is the one that a transcript names.
 * @throws RefusedError `refused/handover-platform`
 */
export const checkNamed = (platform: Platform, named: Platform): void => {
  if (equal(platform ?? new Uint8Array(), named ?? new Uint8Array())) return;
  throw new RefusedError("refused/handover-platform", "expected evidence of the machine that the transcript names");
};

/**
 * Verifies the receiver: for a share, of its slot's class, on the machine that was decided, which
 * no other slot is on.
 * @param challenge that its evidence answers
 * @throws EvidenceRefusal; RefusedError `refused/handover-platform`,
 * `refused/platform-of-another-slot`
 */
export const verifyReceiver = (
  { bridgeId, key: { publicKey, share } }: Holder,
  { grant }: Giving,
  receiver: Omit<Party, "challenge">,
  challenge: Uint8Array,
  judgement: ReturnType<typeof admitGiving> & { readonly collateral: Collateral },
): void => {
  const granted = share === undefined || grant === undefined ? undefined : { ...share, slot: grant.slot };
  const { handoverKey } = receiver;
  const reportData = receiverReportData({ bridgeId, custodyKey: publicKey, handoverKey, challenge, share: granted });
  const platform = verifyOtherSide(receiver, { ...judgement, reportData, slot: granted?.slot });
  if (granted === undefined || grant === undefined) return;
  checkNamed(platform, grant.platform);
  const { slots } = granted.publicPackage;
  for (const given of [slots.map((slot) => [slot.platform]), judgement.platforms]) checkPlatform(given, grant);
};
