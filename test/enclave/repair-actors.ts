/** Enclaves that repair a lost share together, step by step, whoever carries what they say. */
import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import type { GovernanceState } from "@pdiem/bridge/governance/governance-state";
import { handoverName } from "@pdiem/bridge/handover/grant";
import { type RepairSides, repairChallenge, repairHash } from "@pdiem/bridge/handover/repair";
import { publicPackageHash } from "@pdiem/bridge/holders/public-package";
import type { RequestOf, ResponseOf } from "@pdiem/enclave/routes";
import { type Actor, activate, CHALLENGE, governedBy, NOW, vouch, worldOf } from "./handover-actors.js";
import { HELD, PACKAGE } from "./held.js";
import { prove } from "./proofs.js";

/** A holder of another slot than the lost one. */
export interface Helper {
  readonly actor: Actor;
  readonly slot: number;
}

/** Has all parties draw their challenges, and show evidence that answers the hash of all. */
export const introduceAll = async (
  helpers: readonly Helper[],
  receiver: Actor,
  lost: number,
  { config = HELD, publicPackage = PACKAGE } = {},
): Promise<RepairSides> => {
  const custodyKey = publicPackage.groupKey;
  const share = { slot: lost, publicPackage };
  const receive = (challenge: Uint8Array) => receiver.ask("handoverReceive", { config, custodyKey, share, challenge });
  const own = (await receive(CHALLENGE)).challenge;
  const drawn = await Promise.all(
    helpers.map(async ({ actor }) => (await actor.ask("handoverChallenge", undefined)).challenge),
  );
  const challenge = repairChallenge([own, ...drawn]);
  const offered = await receive(challenge);
  const shown = await Promise.all(helpers.map(({ actor }) => activate(actor, config, challenge)));
  return {
    custodyKey,
    grant: { slot: lost, publicPackage: publicPackageHash(publicPackage), platform: undefined },
    receiver: {
      tee: offered.attestation.tee,
      handoverKey: offered.receiver.handoverKey,
      challenge: own,
      evidence: offered.attestation.evidence,
    },
    helpers: helpers.map(({ slot }, i) => ({
      slot,
      platform: undefined,
      party: {
        tee: shown[i]?.attestation.tee ?? "",
        handoverKey: shown[i]?.holder.handoverKey ?? CHALLENGE,
        challenge: drawn[i] ?? CHALLENGE,
        evidence: shown[i]?.attestation.evidence ?? CHALLENGE,
      },
    })),
  };
};

/** A repair that guardians have decided and vouched for. */
export interface PreparedRepair {
  readonly helpers: readonly Helper[];
  readonly receiver: Actor;
  readonly transcript: RepairSides;
  readonly hash: Uint8Array;
  readonly request: RequestOf<"repairSplit">;
}

export interface RepairOptions {
  readonly transcript?: RepairSides;
  readonly decided?: (name: Uint8Array) => Partial<GovernanceState>;
  /** How far both chains have come. */
  readonly height?: number;
  /** When guardians vouch, ms. */
  readonly vouchedAt?: bigint;
}

export const nameOf = (transcript: RepairSides, config = HELD): Uint8Array =>
  handoverName(repairHash(bridgeId(config), transcript), transcript.grant);

const NONE = { kind: "none" } as const;

export const prepareRepair = async (
  helpers: readonly Helper[],
  receiver: Actor,
  lost: number,
  options: RepairOptions = {},
): Promise<PreparedRepair> => {
  const { decided = (name) => ({ handovers: [name] }), height = 5, vouchedAt = NOW } = options;
  const transcript = options.transcript ?? (await introduceAll(helpers, receiver, lost));
  const hash = repairHash(bridgeId(HELD), transcript);
  const nonces = await Promise.all(
    helpers.map(async ({ actor }) => (await actor.ask("handoverNonce", { transcript: hash })).nonce),
  );
  const governed = governedBy(HELD, decided(nameOf(transcript)));
  const proofs = prove(worldOf(HELD, governed), height);
  for (const actor of [receiver, ...helpers.map((one) => one.actor)])
    await vouch(actor, HELD, proofs, governed, { nonces, time: vouchedAt });
  const collateral = { receiver: NONE, helpers: helpers.map(() => NONE) };
  return { helpers, receiver, transcript, hash, request: { transcript, governed, proofs, nonces, collateral } };
};

export type Split = Pick<ResponseOf<"repairSplit">, "points" | "boxes">;

export const splitAll = ({ helpers, request }: PreparedRepair): Promise<readonly Split[]> =>
  Promise.all(helpers.map(({ actor }) => actor.ask("repairSplit", request)));

/** What a helper is asked for its sum with. */
export const sumRequestOf = (
  { request }: PreparedRepair,
  splits: readonly Split[],
  place: number,
): RequestOf<"repairSum"> => ({
  ...request,
  rows: splits.map(({ points }) => points),
  boxes: splits.map(({ boxes }) => boxes[place] ?? new Uint8Array()),
});

export const sumAll = (prepared: PreparedRepair, splits: readonly Split[]): Promise<readonly Uint8Array[]> =>
  Promise.all(
    prepared.helpers.map(async ({ actor }, i) => (await actor.ask("repairSum", sumRequestOf(prepared, splits, i))).box),
  );

export const acceptRequestOf = (
  { request: { transcript, governed, proofs } }: PreparedRepair,
  splits: readonly Split[],
  boxes: readonly Uint8Array[],
): RequestOf<"repairAccept"> => ({ transcript, governed, proofs, rows: splits.map(({ points }) => points), boxes });
