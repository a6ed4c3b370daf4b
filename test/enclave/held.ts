/** A bridge whose key three simulated enclaves hold, of which two sign, and requests to them. */
import { ed25519, ed25519_FROST } from "@noble/curves/ed25519.js";
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import type { ToSign } from "@pdiem/bridge/custody/signing";
import { governanceHash, initialGovernance } from "@pdiem/bridge/governance/governance-state";
import type { PublicPackage } from "@pdiem/bridge/holders/public-package";
import { messageHash, type Session } from "@pdiem/bridge/holders/session";
import { ENCLAVE_SEED, filled, ISSUER } from "@pdiem/bridge/testing/config";
import type { Governed } from "@pdiem/bridge/testing/guardians";
import { heldBy } from "@pdiem/bridge/testing/holders";
import { exampleLedger, type World } from "@pdiem/bridge/testing/world";
import { addUpShares, isValidShare } from "@pdiem/bridge-client/holders/signature-shares";
import type { RequestOf } from "@pdiem/enclave/routes";
import type { HandleCommitments } from "@pdiem/enclave/wire/signing";
import { ed25519AuthenticationKey } from "@pdiem/light-client/diem/transactions/authentication-key";
import { type Actor, activate, handoverConfig, type Stage, simulatedAs, worldOf } from "./handover-actors.js";
import { prove } from "./proofs.js";

export const NAMES = ["a", "b", "c"] as const;
export const THRESHOLD = 2;
export const HELD: BridgeConfig = heldBy(NAMES, THRESHOLD, handoverConfig);

const governance = initialGovernance(HELD);
export const FIRST: Governed = { governance, ledger: { ...exampleLedger, governance: governanceHash(governance) } };

const { Fn } = ed25519.Point;
const identifierOf = (slot: number): string => ed25519_FROST.Identifier.fromNumber(slot);

/** Shares of the key that the test worlds' custody and assets belong to. */
const dealt = ed25519_FROST.trustedDealer(
  { min: THRESHOLD, max: NAMES.length },
  undefined,
  Fn.toBytes(ed25519.utils.getExtendedPublicKey(ENCLAVE_SEED).scalar),
);

export const PACKAGE: PublicPackage = {
  roll: filled(32, 0x70),
  groupKey: ISSUER,
  slots: NAMES.map((_, i) => ({
    verifyingShare: dealt.public.verifyingShares[identifierOf(i + 1)] ?? filled(32, 0),
    platform: undefined,
  })),
};

export const shareOf = (slot: number): Uint8Array =>
  dealt.secretShares[identifierOf(slot)]?.signingShare.slice() ?? filled(32, 0);

/** Starts the holder of a slot, its share sealed before. */
export const startHolder = async (stage: Stage, slot: number): Promise<Actor> => {
  const actor = await stage.start(simulatedAs(NAMES[slot - 1] ?? ""), shareOf(slot), { slot, publicPackage: PACKAGE });
  await activate(actor, HELD);
  return actor;
};

/** A holder's answer to the first round. */
export interface Committed {
  readonly actor: Actor;
  readonly slot: number;
  readonly given: HandleCommitments;
}

export const commit = async (actor: Actor, slot: number, count = 1): Promise<readonly Committed[]> =>
  (await actor.ask("commit", { count })).commitments.map((given) => ({ actor, slot, given }));

/** What all of them are asked with; each has a handle of its own. */
export const sessionsOf = (
  signers: readonly Committed[],
  { message }: Pick<ToSign<unknown>, "message">,
): readonly Session[] => {
  const commitments = signers.map(({ slot, given }) => ({ slot, nonces: given.nonces }));
  return signers.map(({ given }) => ({ handle: given.handle, commitments, message: messageHash(message) }));
};

/** Asks signers one after the other, verifies their shares, and adds them up. */
export const signTogether = async <T>(
  signers: readonly Committed[],
  toSign: ToSign<T>,
  ask: (signer: Committed, session: Session) => Promise<Uint8Array | undefined>,
  publicPackage: PublicPackage = PACKAGE,
): Promise<T> => {
  const shares = new Map<number, Uint8Array>();
  const signature = {
    publicPackage,
    commitments: signers.map(({ slot, given }) => ({ slot, nonces: given.nonces })),
    message: toSign.message,
  };
  for (const [i, session] of sessionsOf(signers, toSign).entries()) {
    const signer = signers[i];
    const share = signer === undefined ? undefined : await ask(signer, session);
    if (signer === undefined || share === undefined || !isValidShare(signature, signer.slot, share))
      throw new Error(`expected a valid share of slot ${signer?.slot}`);
    shares.set(signer.slot, share);
  }
  return toSign.complete(addUpShares(signature, shares));
};

/** All that genesis demands, in the hands of a key that has signed nothing yet. */
export const genesisWorld = (owner: Uint8Array): World => {
  const world = worldOf(HELD, { ledger: exampleLedger });
  world.parachain.storage.clear();
  for (const { assetId } of HELD.currencies) world.parachain.setAsset(assetId, { owner, issuer: owner, admin: owner });
  world.parachain.setAccount(owner, { nonce: 0 });
  world.diem.custody = { account: { authenticationKey: ed25519AuthenticationKey(owner) } };
  return world;
};

type Members = RequestOf<"ceremonyBoxes">["members"];
type Boxes = RequestOf<"ceremonyFinish">["boxes"];
type Parts = RequestOf<"ceremonyRoll">["parts"];

const NONE = { kind: "none" } as const;

/** Proofs of both chains before anything of the bridge is on them. */
export const EARLY = prove(genesisWorld(ISSUER), 5);

export const beginAll = (actors: readonly Actor[]): Promise<Parts> =>
  Promise.all(actors.map(async (actor, i) => (await actor.ask("ceremonyBegin", { config: HELD, slot: i + 1 })).part));

export const enrolAll = (actors: readonly Actor[], parts: Parts): Promise<Members> =>
  Promise.all(
    actors.map(async (actor) => {
      const { tee, evidence } = (await actor.ask("ceremonyRoll", { parts })).attestation;
      return { tee, evidence, collateral: NONE };
    }),
  );

/** For each receiver, by its place, what the others have boxed for it. */
export const boxAll = async (actors: readonly Actor[], members: Members): Promise<readonly Boxes[]> => {
  const given = await Promise.all(
    actors.map(async (actor) => (await actor.ask("ceremonyBoxes", { members, proofs: EARLY })).boxes),
  );
  return actors.map((_, to) =>
    given.flatMap((boxes, from) =>
      boxes.filter(({ slot }) => slot === to + 1).map(({ box }) => ({ slot: from + 1, box })),
    ),
  );
};

export const finishAll = (actors: readonly Actor[], boxes: readonly Boxes[]) =>
  Promise.all(actors.map((actor, i) => actor.ask("ceremonyFinish", { boxes: boxes[i] ?? [] })));

export const receiptsOf = (actors: readonly Actor[], roll: Uint8Array): Promise<Members> =>
  Promise.all(
    actors.map(async (actor) => {
      const { tee, evidence } = (await activate(actor, HELD, roll)).attestation;
      return { tee, evidence, collateral: NONE };
    }),
  );

/** Starts three enclaves, one of each kind, that hold nothing. */
export const startThree = (stage: Stage): Promise<readonly Actor[]> =>
  Promise.all(NAMES.map((name) => stage.start(simulatedAs(name))));
