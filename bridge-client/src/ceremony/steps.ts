/** The steps of a ceremony (PROTOCOL 7a), each of one slot's enclave. All may be repeated. */
import { type BridgeConfig, bridgeId as bridgeIdOf } from "@pdiem/bridge/config/bridge-config";
import type { ProofBundle } from "@pdiem/bridge/facts/proof-bundle";
import { rollReportData } from "@pdiem/bridge/holders/report-data";
import { rollOf } from "@pdiem/bridge/holders/roll";
import type { Attestation } from "@pdiem/enclave/wire/identity";
import type { LightClientStatus } from "@pdiem/enclave/wire/light-client-status";
import type { Collateral } from "@pdiem/enclave-verifier/evidence";
import type { Roots } from "@pdiem/enclave-verifier/roots";
import { equal } from "@pdiem/light-client/bytes";
import { PdiemError } from "@pdiem/light-client/error";
import type { EnclaveClient } from "../enclave/enclave-client.js";
import { checkParts } from "./check-parts.js";
import type { Shown } from "./json.js";
import { type CeremonyRecord, holdersOf, partsIn, type ShownHolder, type SlotRecord, slotIn } from "./record.js";
import { verifyHolders, verifyShown } from "./verify-shown.js";

/** What enclaves are shown of both chains. */
export interface ShownChains {
  readonly proofs: ProofBundle;
  /** The earlier one of both, ms: evidence is judged at it. */
  readonly time: bigint;
}

/** What a ceremony needs beside the enclaves. */
export interface CeremonyServices {
  /** Gets what evidence is verified with. */
  readonly collateralOf: (shown: Attestation) => Promise<Collateral>;
  /**
   * Brings an enclave's light clients near the newest state of both chains, and proves that.
   * @param groupKey whose account is shown; undefined before there is one
   */
  readonly prove: (
    enclave: EnclaveClient,
    lightClients: LightClientStatus,
    groupKey: Uint8Array | undefined,
  ) => Promise<ShownChains>;
  /** Left out, the vendors'. */
  readonly roots?: Roots;
}

export interface Ceremony {
  readonly config: BridgeConfig;
  readonly services: CeremonyServices;
}

export const STEPS = ["part", "roll", "boxes", "finish", "receipt"] as const;
export type Step = (typeof STEPS)[number];

/** What each step gives. */
export const GIVES = {
  part: "part",
  roll: "enrolled",
  boxes: "boxes",
  finish: "holder",
  receipt: "receipt",
} as const satisfies Readonly<Record<Step, keyof SlotRecord>>;

type Take = (ceremony: Ceremony, record: CeremonyRecord, slot: number, enclave: EnclaveClient) => Promise<SlotRecord>;

const shownBy = async ({ services }: Ceremony, attestation: Attestation): Promise<Shown> => ({
  tee: attestation.tee,
  evidence: attestation.evidence,
  collateral: await services.collateralOf(attestation),
});

/** Gives what all slots have shown; the caller has made sure that none is missing. */
const allOf = <K extends keyof SlotRecord>(
  { slots }: CeremonyRecord,
  piece: K,
): readonly NonNullable<SlotRecord[K]>[] =>
  slots.flatMap((one) => {
    const shown = one[piece];
    return shown === undefined ? [] : [shown as NonNullable<SlotRecord[K]>];
  });

const takePart: Take = async ({ config }, _, slot, enclave) => ({
  part: (await enclave.ceremonyBegin({ config, slot })).part,
});

const rollIn = (config: BridgeConfig, record: CeremonyRecord): Uint8Array =>
  rollOf(bridgeIdOf(config), partsIn(record) ?? []);

const showRoll: Take = async (ceremony, record, slot, enclave) => {
  const { config } = ceremony;
  const parts = partsIn(record) ?? [];
  checkParts(holdersOf(config), parts);
  const { roll, attestation } = await enclave.ceremonyRoll({ parts });
  if (!equal(roll, rollIn(config, record)))
    throw new PdiemError("ceremony/roll", `slot ${slot}'s enclave makes another roll of the same parts: replace it`);
  return { enrolled: await shownBy(ceremony, attestation) };
};

const lightClientsOf = async (enclave: EnclaveClient): Promise<LightClientStatus> => {
  const { role } = await enclave.status();
  if (role.type !== "empty") return role.value.lightClients;
  throw new PdiemError("ceremony/restarted", "the enclave has restarted meanwhile", "later");
};

const askBoxes: Take = async ({ config, services }, record, _, enclave) => {
  const members = allOf(record, "enrolled");
  const roll = rollIn(config, record);
  const { proofs, time } = await services.prove(enclave, await lightClientsOf(enclave), undefined);
  const reportDataOf = (slot: number): Uint8Array => rollReportData(record.bridgeId, slot, roll);
  verifyShown({ config, reportDataOf, time, roots: services.roots }, members);
  return { boxes: (await enclave.ceremonyBoxes({ members, proofs })).boxes };
};

/** What the others have boxed for a slot, in their order. */
const boxesFor = (record: CeremonyRecord, slot: number) =>
  allOf(record, "boxes").flatMap((boxes, i) =>
    boxes.flatMap(({ slot: to, box }) => (to === slot ? [{ slot: i + 1, box }] : [])),
  );

const holderShown = async (ceremony: Ceremony, slot: number, enclave: EnclaveClient): Promise<ShownHolder> => {
  const { role } = await enclave.status();
  const roll = role.type === "holder" ? role.value.share?.publicPackage.roll : undefined;
  if (roll === undefined)
    throw new PdiemError("ceremony/restarted", `slot ${slot}'s enclave has restarted meanwhile`, "later");
  const { holder, attestation } = await enclave.activate({ config: ceremony.config, challenge: roll });
  const { share, handoverKey } = holder;
  if (share === undefined) throw new PdiemError("ceremony/other-slot", `slot ${slot}'s enclave holds a whole key`);
  return { ...(await shownBy(ceremony, attestation)), handoverKey, publicPackage: share.publicPackage };
};

const finish: Take = async (ceremony, record, slot, enclave) => {
  const { role } = await enclave.status();
  if (role.type !== "holder") await enclave.ceremonyFinish({ boxes: boxesFor(record, slot) });
  return { holder: await holderShown(ceremony, slot, enclave) };
};

const takeReceipts: Take = async ({ config, services }, record, _, enclave) => {
  const members = allOf(record, "holder");
  const groupKey = members[0]?.publicPackage.groupKey;
  const { proofs, time } = await services.prove(enclave, await lightClientsOf(enclave), groupKey);
  verifyHolders({ config, time, roots: services.roots }, members);
  const shown = members.map(({ tee, evidence, collateral }) => ({ tee, evidence, collateral }));
  const { receipt: hash } = await enclave.ceremonyReceipts({ members: shown, proofs });
  return { receipt: { hash, time } };
};

/** How each step is taken, once all that it rests on is there. */
export const TAKE: Readonly<Record<Step, Take>> = {
  part: takePart,
  roll: showRoll,
  boxes: askBoxes,
  finish,
  receipt: takeReceipts,
};

/** Lists the slots that haven't shown yet what a step rests on. */
export const awaitedFor = (record: CeremonyRecord, step: Step): readonly number[] => {
  const before = STEPS[STEPS.indexOf(step) - 1];
  if (before === undefined) return [];
  return record.slots.flatMap((_, i) => (slotIn(record, i + 1)[GIVES[before]] === undefined ? [i + 1] : []));
};
