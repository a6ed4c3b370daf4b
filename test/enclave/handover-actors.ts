/**
 * Enclaves that hand the key over to each other, in worlds whose guardians decide it. They are
 * simulated, or as genuine as a test's own vendors make them.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nonceListHash } from "@pdiem/bridge/checkpoint/checkpoint";
import { type BridgeConfig, bridgeId } from "@pdiem/bridge/config/bridge-config";
import type { ProofBundle } from "@pdiem/bridge/facts/proof-bundle";
import type { ActionOf } from "@pdiem/bridge/governance/action";
import { type GovernanceState, governanceHash, initialGovernance } from "@pdiem/bridge/governance/governance-state";
import { handoverName } from "@pdiem/bridge/handover/grant";
import { transcriptHash } from "@pdiem/bridge/handover/transcript";
import { publicPackageHash } from "@pdiem/bridge/holders/public-package";
import type { Share } from "@pdiem/bridge/holders/share";
import { ENCLAVE_SEED, HOUR } from "@pdiem/bridge/testing/config";
import { type Governed, QUORUM_SEEDS } from "@pdiem/bridge/testing/guardians";
import { BENEFICIARY, createWorld, exampleLedger, type World } from "@pdiem/bridge/testing/world";
import { createEnclave, type Enclave } from "@pdiem/enclave/enclave";
import { makeHandoverEnd } from "@pdiem/enclave/handover/handover-end";
import type { RequestOf } from "@pdiem/enclave/routes";
import { memoryStore } from "@pdiem/enclave/sealing/memory-store";
import { createSealedStore } from "@pdiem/enclave/sealing/sealed-store";
import type { Handle } from "@pdiem/enclave/server/answering";
import { initialKept } from "@pdiem/enclave/state/kept";
import { simulatedTee } from "@pdiem/enclave/tee/simulated";
import type { Tee } from "@pdiem/enclave/tee/tee";
import type { Sides } from "@pdiem/enclave/wire/handover";
import type { Collateral } from "@pdiem/enclave-verifier/evidence";
import type { Roots } from "@pdiem/enclave-verifier/roots";
import { expect } from "vitest";
import { checkpointOn, stepOf, vouchFor } from "./checkpoint-requests.js";
import { FIRST_LINE, provableConfig, prove } from "./proofs.js";

/** When everything here happens, ms: while the statements of the tests' own vendors hold. */
export const NOW = BigInt(Date.parse("2026-06-10T00:00:00Z"));

/** A bridge of simulated enclaves. */
export const handoverConfig: BridgeConfig = { ...provableConfig, rootsTime: NOW - 24n * HOUR };

/** An enclave on a machine of its own. */
export interface Actor {
  /** What fails, throws as the enclave's door would tell it. */
  readonly ask: Handle;
  readonly sealed: string;
  readonly collateral: Collateral;
  /** Another process on the same machine. */
  readonly restart: () => Promise<Actor>;
}

/** What an actor runs in. */
export interface Platform {
  readonly tee: (folder: string) => Tee;
  readonly collateral: Collateral;
  readonly roots?: Roots;
  /** Whether what is given to it is kept in memory only. */
  readonly memoryOnly?: boolean;
}

export const SIMULATED: Platform = {
  tee: (folder) => simulatedTee(join(folder, "machine")),
  collateral: { kind: "none" },
};

/** A simulated enclave that stands for one of several kinds. */
export const simulatedAs = (name: string): Platform => ({
  ...SIMULATED,
  tee: (folder) => simulatedTee(join(folder, "machine"), name),
});

export interface Stage {
  /** An enclave that holds nothing, or this key or share of it, sealed before it started. */
  readonly start: (platform?: Platform, seed?: Uint8Array, share?: Share) => Promise<Actor>;
  /** Log lines of all so far: names of events with their fields. */
  readonly events: readonly string[];
  readonly clear: () => Promise<void>;
}

export const createStage = (config: BridgeConfig): Stage => {
  const folders: string[] = [];
  const enclaves: Enclave[] = [];
  const events: string[] = [];
  const run = (folder: string, platform: Platform): Actor => {
    const tee = platform.tee(folder);
    const sealed = join(folder, "sealed");
    const enclave = createEnclave({
      tee,
      store: platform.memoryOnly === true ? memoryStore : createSealedStore(tee, sealed),
      log: (event, fields) => events.push(`${event} ${JSON.stringify(fields)}`),
      ...(platform.roots === undefined ? {} : { roots: platform.roots }),
    });
    enclaves.push(enclave);
    return {
      ask: enclave.handle,
      sealed,
      collateral: platform.collateral,
      restart: async () => {
        await enclave.close();
        return run(folder, platform);
      },
    };
  };
  return {
    events,
    start: async (platform = SIMULATED, seed, share) => {
      const folder = await mkdtemp(join(tmpdir(), "pdiem-handover-"));
      folders.push(folder);
      if (seed !== undefined) {
        const store = createSealedStore(platform.tee(folder), join(folder, "sealed"));
        await makeHandoverEnd().withSecrets((end) =>
          store.create(bridgeId(config), { role: "holder", seed, share, rest: { end, kept: initialKept(config) } }),
        );
      }
      return run(folder, platform);
    },
    clear: async () => {
      await Promise.all(enclaves.map(({ close }) => close()));
      await Promise.all(folders.map((folder) => rm(folder, { recursive: true })));
    },
  };
};

export const CHALLENGE: Uint8Array = new Uint8Array(32).fill(0x77);

export const activate = (actor: Actor, config: BridgeConfig, challenge: Uint8Array = CHALLENGE) =>
  actor.ask("activate", { config, challenge });

/** The giver of the key that the test worlds' custody and assets belong to, activated. */
export const startGiver = async (stage: Stage, config: BridgeConfig, platform?: Platform): Promise<Actor> => {
  const giver = await stage.start(platform, ENCLAVE_SEED.slice());
  await activate(giver, config);
  return giver;
};

/**
 * Makes both show each other what they are.
 * @param platform the receiver's machine, where a share is given and its evidence names one
 */
export const introduce = async (
  giver: Actor,
  receiver: Actor,
  config: BridgeConfig,
  platform?: Uint8Array,
): Promise<Sides> => {
  const { challenge } = await giver.ask("handoverChallenge", undefined);
  const { custodyKey, share } = (await activate(giver, config)).holder;
  const offered = await receiver.ask("handoverReceive", { config, custodyKey, share, challenge });
  const shown = await activate(giver, config, offered.challenge);
  const { handoverKey } = shown.holder;
  const { tee, evidence } = shown.attestation;
  return {
    custodyKey,
    grant: share && { slot: share.slot, publicPackage: publicPackageHash(share.publicPackage), platform },
    giver: { tee, handoverKey, challenge: offered.challenge, evidence },
    receiver: {
      tee: offered.attestation.tee,
      handoverKey: offered.receiver.handoverKey,
      challenge,
      evidence: offered.attestation.evidence,
    },
  };
};

/** What guardians decide. */
export const hashOf = (config: BridgeConfig, sides: Sides): Uint8Array =>
  transcriptHash({ bridgeId: bridgeId(config), ...sides });

export const handover = (transcript: Uint8Array): ActionOf<"handover"> => ({ type: "handover", value: { transcript } });

/** A bridge, an hour ago, whose guardians have decided that. */
export const governedBy = (config: BridgeConfig, decided: Partial<GovernanceState>, active = 0n): Governed => {
  const governance = { ...initialGovernance(config), ...decided };
  const ledger = { ...exampleLedger, time: NOW - HOUR, active, governance: governanceHash(governance) };
  return { governance, ledger };
};

/** A world at `NOW` in which the ledger is in force under the configuration. */
export const worldOf = (config: BridgeConfig, { ledger }: Pick<Governed, "ledger">): World => {
  const world = createWorld(ledger, config);
  world.parachain.setAssetAccount(config.currencies[0]?.assetId ?? 0, BENEFICIARY, { balance: 1_000n });
  world.setTime(NOW);
  return world;
};

/** What a checkpoint is made of. */
export interface Vouching {
  readonly nonces: readonly Uint8Array[];
  /** ms */
  readonly time?: bigint;
  readonly signers?: readonly Uint8Array[];
}

/** Shows an enclave a checkpoint that carries these nonces. */
export const vouch = (
  actor: Actor,
  config: BridgeConfig,
  proofs: ProofBundle,
  governed: Governed | undefined,
  { nonces, time = NOW, signers = QUORUM_SEEDS }: Vouching,
) => {
  const carried = nonces.length === 0 ? undefined : nonceListHash(nonces);
  const signed = vouchFor(checkpointOn(FIRST_LINE, time, { nonces: carried }), signers, bridgeId(config));
  return actor.ask("checkpoint", { checkpoints: [stepOf(signed)], proofs, governed });
};

/** A hand-over that guardians have decided and vouched for, ready to be asked for. */
export interface Prepared {
  readonly transcript: Sides;
  readonly hash: Uint8Array;
  readonly nonce: Uint8Array;
  readonly governed: Governed;
  readonly world: World;
  readonly proofs: ProofBundle;
  /** For the giver and for the receiver. */
  readonly release: RequestOf<"handoverRelease">;
  readonly accept: (box: Uint8Array) => RequestOf<"handoverAccept">;
}

export interface PrepareOptions {
  /** What guardians have decided otherwise; that the hand-over is in force, if left out. */
  readonly decided?: (name: Uint8Array) => Partial<GovernanceState>;
  /** Active time of the ledger, ms. */
  readonly active?: bigint;
  readonly transcript?: Sides;
  /** How far both chains have come; another one for each world that the same enclave is shown. */
  readonly height?: number;
  /**
   * When guardians vouch, ms; nobody is shown a checkpoint where it is left undefined on purpose.
   */
  readonly vouchedAt?: bigint | "never";
}

export const prepare = async (
  config: BridgeConfig,
  giver: Actor,
  receiver: Actor,
  options: PrepareOptions = {},
): Promise<Prepared> => {
  const { decided = (name) => ({ handovers: [name] }), active, height = 5, vouchedAt = NOW } = options;
  const transcript = options.transcript ?? (await introduce(giver, receiver, config));
  const hash = hashOf(config, transcript);
  const { nonce } = await giver.ask("handoverNonce", { transcript: hash });
  const governed = governedBy(config, decided(handoverName(hash, transcript.grant)), active);
  const world = worldOf(config, governed);
  const proofs = prove(world, height);
  if (vouchedAt !== "never")
    for (const actor of [giver, receiver])
      await vouch(actor, config, proofs, governed, { nonces: [nonce], time: vouchedAt });
  return {
    transcript,
    hash,
    nonce,
    governed,
    world,
    proofs,
    release: { transcript, governed, proofs, nonces: [nonce], collateral: receiver.collateral },
    accept: (box) => ({ transcript, governed, proofs, collateral: giver.collateral, box }),
  };
};

export const refused = (code: unknown) => expect.objectContaining({ code });

export const release = (giver: Actor, prepared: Prepared, change: Partial<Prepared["release"]> = {}) =>
  giver.ask("handoverRelease", { ...prepared.release, ...change });

export const accept = (
  receiver: Actor,
  prepared: Prepared,
  box: Uint8Array,
  change: Partial<RequestOf<"handoverAccept">> = {},
) => receiver.ask("handoverAccept", { ...prepared.accept(box), ...change });
