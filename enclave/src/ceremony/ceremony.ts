/** The steps of a ceremony that ask the machine for something, around those that ask nothing. */
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { RefusedError } from "@pdiem/bridge/error";
import { rollReportData } from "@pdiem/bridge/holders/report-data";
import { isPdiemError } from "@pdiem/light-client/error";
import { attest } from "../attest.js";
import { hexText } from "../hex-text.js";
import { ownMeasurement } from "../own-measurement.js";
import type { RequestOf, ResponseOf } from "../routes.js";
import type { CustodyKey } from "../signer/custody-key.js";
import type { EnclaveState, Enrolled, Holder, Participant, Process } from "../state/enclave-state.js";
import { type Machine, sealHolder } from "../state/open-sealed.js";
import { holderStatus } from "../verbs/status.js";
import { beginCeremony } from "./begin.js";
import { deal } from "./deal.js";
import { finish } from "./finish.js";
import { enrol, enrolled } from "./participant.js";

/** The enclave that takes part. */
export interface CeremonyEnclave {
  readonly machine: Machine;
  readonly self: Process;
  readonly state: () => EnclaveState;
  readonly moveTo: (next: EnclaveState) => void;
  readonly checkUsable: (config: BridgeConfig) => void;
  readonly checkSameBridge: (state: Participant, config: BridgeConfig) => void;
  /** Checks signatures of a request's proofs on other threads, before they are needed. */
  readonly verifyAhead: (request: RequestOf<"ceremonyBoxes">) => Promise<void>;
}

type CeremonyRoute = "ceremonyBegin" | "ceremonyRoll" | "ceremonyBoxes" | "ceremonyFinish";
type CeremonyHandlers = { readonly [R in CeremonyRoute]: (request: RequestOf<R>) => Promise<ResponseOf<R>> };

/** What ends a ceremony: the shares that its roll gives don't make a key. */
const ENDS: readonly string[] = ["refused/ceremony-box", "refused/ceremony-share", "refused/ceremony-parts"];

export const createCeremony = (enclave: CeremonyEnclave): CeremonyHandlers => {
  const { machine, self, state, moveTo } = enclave;

  const participating = (): Participant => {
    const now = state();
    if (now.role === "participant") return now;
    throw new RefusedError("refused/not-in-ceremony", "expected an enclave that takes part in a ceremony: begin one");
  };

  const begin: CeremonyHandlers["ceremonyBegin"] = async ({ config, slot }) => {
    enclave.checkUsable(config);
    const now = state();
    if (now.role === "holder" || now.role === "receiver")
      throw new RefusedError(
        "refused/active",
        "expected an enclave that holds and awaits no key yet: start another one",
      );
    const participant = now.role === "participant" ? now : await beginCeremony(config, slot, machine);
    enclave.checkSameBridge(participant, config);
    if (participant.slot !== slot)
      throw new RefusedError("refused/ceremony-slot", `this enclave takes slot ${participant.slot}: start another one`);
    moveTo(participant);
    return { part: participant.part };
  };

  const roll: CeremonyHandlers["ceremonyRoll"] = async ({ parts }) => {
    const participant = enrol(participating(), parts);
    moveTo(participant);
    const { hash } = participant.roll;
    const reportData = rollReportData(participant.bridgeId, participant.slot, hash);
    return { roll: hash, attestation: await attest(machine.tee, reportData) };
  };

  const boxes: CeremonyHandlers["ceremonyBoxes"] = async (request) => {
    const participant = enrolled(participating());
    await enclave.verifyAhead(request);
    const { kept, respond } = deal(participant, request, self);
    moveTo({ ...participant, kept });
    const { response, platforms } = respond();
    moveTo({ ...participant, kept, platforms });
    return response;
  };

  const finishOrForget = (participant: Enrolled, request: RequestOf<"ceremonyFinish">): CustodyKey => {
    try {
      return finish(participant, request);
    } catch (error) {
      if (isPdiemError(error) && ENDS.includes(error.code)) moveTo({ role: "empty" });
      throw error;
    }
  };

  const finishAndSeal: CeremonyHandlers["ceremonyFinish"] = async (request) => {
    const participant = enrolled(participating());
    const measurement = await ownMeasurement(machine.tee);
    const key = finishOrForget(participant, request);
    const { config, bridgeId, kept, end, roll: shown } = participant;
    const holder: Holder = {
      ...{ role: "holder", config, bridgeId, kept, end, isMaker: true },
      ...{ key, measurement, ceremony: shown.parts },
    };
    await sealHolder(holder, machine);
    moveTo(holder);
    machine.log("share-made", {
      bridgeId: hexText(bridgeId),
      slot: participant.slot,
      custodyKey: hexText(key.publicKey),
    });
    return holderStatus(holder);
  };

  return { ceremonyBegin: begin, ceremonyRoll: roll, ceremonyBoxes: boxes, ceremonyFinish: finishAndSeal };
};
