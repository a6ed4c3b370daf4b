/** Enclaves that hand the key over to each other, in worlds whose guardians decide it; simulated, or as genuine as a test's own vendors make them. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { anchorOf } from "@pdiem/bridge/ledger/anchor";
import { type BridgeConfig, bridgeId } from "@pdiem/bridge/config/bridge-config";
import { formatBridgeConfig } from "@pdiem/bridge-client/config/bridge-config-json";
import { type Evidence, formatEvidence } from "@pdiem/bridge/facts/proof-bundle";
import type { Action } from "@pdiem/bridge/governance/decision";
import { appendDecisions, NO_DECISIONS, type SettledDecision } from "@pdiem/bridge/governance/decision-chain";
import { settledDecisionsJson } from "@pdiem/bridge-client/json/governance-json";
import { type Party, transcriptHash } from "@pdiem/bridge/custody/handover-transcript";
import { type Ledger, ledger as ledgerCodec } from "@pdiem/bridge/ledger/ledger";
import { anchorAsset } from "@pdiem/bridge/settlement/settle";
import { ENCLAVE_SEED, filled, HOUR, ISSUER } from "@pdiem/bridge/testing/config";
import { GUARDIAN_SEEDS } from "@pdiem/bridge/testing/guardians";
import { BENEFICIARY, createWorld, exampleLedger, type World } from "@pdiem/bridge/testing/world";
import type { Api, Endpoint, Hex, TranscriptJson } from "@pdiem/enclave/api";
import { createEnclave, type Enclave } from "@pdiem/enclave/enclave";
import { initialKept } from "@pdiem/enclave/kept";
import { memoryStore } from "@pdiem/enclave/memory-store";
import { createSealedStore } from "@pdiem/enclave/sealed-store";
import { simulatedTee } from "@pdiem/enclave/tee/simulated";
import type { Tee } from "@pdiem/enclave/tee/tee";
import { formatCollateral } from "@pdiem/enclave-verifier/collateral-json";
import type { Collateral } from "@pdiem/enclave-verifier/evidence";
import type { Roots } from "@pdiem/enclave-verifier/roots";
import { fromHex, toHex, utf8 } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import { sha3_256 } from "@pdiem/light-client/crypto/sha3";
import { assetApproval } from "@pdiem/light-client/polkadot/trie/storage-key";
import { approval } from "@pdiem/light-client/polkadot/trie/storage-value";
import { expect } from "vitest";
import { checkpointOn, textOf, vouchFor } from "./checkpoint-requests.js";
import { FIRST_LINE, provableConfig, prove } from "./evidence.js";

/** When everything here happens, ms: while the statements of the tests' own vendors hold. */
export const NOW = BigInt(Date.parse("2026-06-10T00:00:00Z"));

export const SIMULATED_MEASUREMENT = {
  tee: "simulated",
  value: sha3_256(utf8("pdiem simulated enclave")),
};

/** A bridge of simulated enclaves. */
export const handoverConfig: BridgeConfig = {
  ...provableConfig,
  rootsTime: NOW - 24n * HOUR,
  measurements: [SIMULATED_MEASUREMENT],
};

export const hex = (bytes: Uint8Array): Hex => `0x${toHex(bytes)}`;

/** An enclave on a machine of its own. */
export interface Actor {
  /** What fails, throws as the enclave's door would tell it. */
  readonly ask: <E extends Endpoint>(endpoint: E, body: Api[E]["request"]) => Promise<Api[E]["response"]>;
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

export interface Stage {
  /** An enclave that holds nothing, or this key, sealed before it started. */
  readonly start: (platform?: Platform, seed?: Uint8Array) => Promise<Actor>;
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
    const ask = async <E extends Endpoint>(endpoint: E, body: Api[E]["request"]): Promise<Api[E]["response"]> =>
      JSON.parse(JSON.stringify(await enclave.handle(endpoint, body)));
    return {
      ask,
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
    start: async (platform = SIMULATED, seed) => {
      const folder = await mkdtemp(join(tmpdir(), "pdiem-handover-"));
      folders.push(folder);
      if (seed !== undefined) {
        const store = createSealedStore(platform.tee(folder), join(folder, "sealed"));
        await store.create(bridgeId(config), { seed, ...initialKept(config) });
      }
      return run(folder, platform);
    },
    clear: async () => {
      await Promise.all(enclaves.map(({ close }) => close()));
      await Promise.all(folders.map((folder) => rm(folder, { recursive: true })));
    },
  };
};

const CHALLENGE: Hex = `0x${"77".repeat(32)}`;

export const activate = (actor: Actor, config: BridgeConfig, challenge: Hex = CHALLENGE) =>
  actor.ask("POST /v1/activate", { config: formatBridgeConfig(config), challenge });

/** The giver of the key that the test worlds' custody and assets belong to, activated. */
export const startGiver = async (stage: Stage, config: BridgeConfig, platform?: Platform): Promise<Actor> => {
  const giver = await stage.start(platform, ENCLAVE_SEED.slice());
  await activate(giver, config);
  return giver;
};

/** Makes both show each other what they are. */
export const introduce = async (giver: Actor, receiver: Actor, config: BridgeConfig): Promise<TranscriptJson> => {
  const { challenge } = await giver.ask("POST /v1/handover/challenge", {});
  const { custodyKey } = await activate(giver, config);
  const invitation = { config: formatBridgeConfig(config), custodyKey, challenge };
  const offered = await receiver.ask("POST /v1/handover/receive", invitation);
  const shown = await activate(giver, config, offered.challenge);
  return {
    custodyKey,
    giver: {
      tee: shown.tee,
      handoverKey: shown.handoverKey,
      challenge: offered.challenge,
      evidence: shown.evidence,
    },
    receiver: { tee: offered.tee, handoverKey: offered.handoverKey, challenge, evidence: offered.evidence },
  };
};

const partyOf = ({ tee, handoverKey, challenge, evidence }: TranscriptJson["giver"]): Party => ({
  tee,
  handoverKey: fromHex(handoverKey),
  challenge: fromHex(challenge),
  evidence: fromHex(evidence),
});

/** What guardians decide. */
export const hashOf = (config: BridgeConfig, { custodyKey, giver, receiver }: TranscriptJson): Uint8Array =>
  transcriptHash({
    bridgeId: bridgeId(config),
    custodyKey: fromHex(custodyKey),
    giver: partyOf(giver),
    receiver: partyOf(receiver),
  });

/** A decision by guardians, and the worked time of its batch, ms. */
export interface Decided {
  readonly action: Action;
  readonly worked: bigint;
}

/** The ledger, an hour before, of a bridge that has worked so long and decided that. */
export const ledgerAfter = (worked: bigint, decided: readonly Decided[]) => {
  const decisions: readonly SettledDecision[] = decided.map((one, i) => ({
    decision: { number: BigInt(i), previous: filled(32, 0), until: NOW, action: one.action },
    time: NOW - 1_000n * HOUR + one.worked,
    worked: one.worked,
    thawed: false,
  }));
  const ledger: Ledger = {
    ...exampleLedger,
    time: NOW - HOUR,
    worked: worked - HOUR,
    decisions: appendDecisions(NO_DECISIONS, decisions),
  };
  return { ledger, decisions };
};

export const handover = (transcript: Uint8Array): Action => ({ type: "handover", value: { transcript } });

/** A world at `NOW` in which the ledger is in force under the configuration. */
export const worldOf = (config: BridgeConfig, ledger: Ledger): World => {
  const world = createWorld(ledger);
  const slot = assetApproval(anchorAsset(config), ISSUER, anchorOf(bridgeId(config), ledger));
  world.parachain.storage.set(toHex(slot), encode(approval, { amount: 1n, deposit: 1n }));
  world.parachain.setAssetAccount(anchorAsset(config), BENEFICIARY, { balance: 1_000n });
  world.setTime(NOW);
  return world;
};

/** What a request is made of unless a test says otherwise. */
export interface Rest {
  readonly ledger?: Ledger;
  readonly decisions?: readonly SettledDecision[];
  readonly evidence: Evidence;
  readonly nonce?: Hex | undefined;
  /** Of the checkpoint, ms. */
  readonly time?: bigint;
  readonly signers?: readonly Uint8Array[];
  readonly collateral: Collateral;
}

/** What `release` and `accept` have in common. */
export const basisOf = (config: BridgeConfig, transcript: TranscriptJson, rest: Rest) => {
  const { ledger, decisions, evidence, nonce, time = NOW, signers = GUARDIAN_SEEDS, collateral } = rest;
  const checkpoint = { ...checkpointOn(FIRST_LINE, time), nonce: nonce === undefined ? undefined : fromHex(nonce) };
  return {
    transcript,
    ...(ledger === undefined ? {} : { ledger: hex(encode(ledgerCodec, ledger)) }),
    ...(decisions === undefined ? {} : { decisions: settledDecisionsJson.format(decisions) as Hex }),
    evidence: formatEvidence(evidence),
    checkpoint: textOf(vouchFor(checkpoint, signers, [], bridgeId(config))) as Hex,
    collateral: formatCollateral(collateral),
  };
};

/** A hand-over that guardians have decided, ready to be asked for. */
export interface Prepared {
  readonly transcript: TranscriptJson;
  readonly hash: Uint8Array;
  readonly nonce: Hex;
  readonly ledger: Ledger;
  readonly world: World;
  /** For the giver and for the receiver, with this and that changed. */
  readonly release: (change?: Partial<Rest>) => Api["POST /v1/handover/release"]["request"];
  readonly accept: (box: Hex, change?: Partial<Rest>) => Api["POST /v1/handover/accept"]["request"];
}

export interface PrepareOptions {
  /** Other decisions before it and after it. */
  readonly before?: readonly Decided[];
  readonly after?: readonly Decided[];
  /** Worked time, ms; the delay has just run out, if left out. */
  readonly worked?: bigint;
  readonly transcript?: TranscriptJson;
  /** How far both chains have come; another one for each world that the same enclave is shown. */
  readonly height?: number;
}

/** Decided at worked time 0. */
export const prepare = async (
  config: BridgeConfig,
  giver: Actor,
  receiver: Actor,
  options: PrepareOptions = {},
): Promise<Prepared> => {
  const { before = [], after = [], worked = config.decisionDelay, height = 5 } = options;
  const transcript = options.transcript ?? (await introduce(giver, receiver, config));
  const hash = hashOf(config, transcript);
  const { nonce } = await giver.ask("POST /v1/handover/nonce", { transcript: hex(hash) });
  const governed = ledgerAfter(worked, [...before, { action: handover(hash), worked: 0n }, ...after]);
  const world = worldOf(config, governed.ledger);
  const rest = (collateral: Collateral): Rest => ({ ...governed, evidence: prove(world, height), nonce, collateral });
  return {
    transcript,
    hash,
    nonce,
    ledger: governed.ledger,
    world,
    release: (change) => basisOf(config, transcript, { ...rest(receiver.collateral), ...change }),
    accept: (box, change) => ({ ...basisOf(config, transcript, { ...rest(giver.collateral), ...change }), box }),
  };
};

export const refused = (code: unknown) => expect.objectContaining({ code });

export const release = (giver: Actor, prepared: Prepared, change?: Partial<Rest>) =>
  giver.ask("POST /v1/handover/release", prepared.release(change));

export const accept = (receiver: Actor, prepared: Prepared, box: Hex, change?: Partial<Rest>) =>
  receiver.ask("POST /v1/handover/accept", prepared.accept(box, change));
