/**
 * Genuine proofs of a test world: real ledgers, tries and signatures, under roots of trust that a
 * configuration names.
 */
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import type { Measurement } from "@pdiem/bridge/config/measurement";
import type { FinalityStep, ProofBundle } from "@pdiem/bridge/facts/proof-bundle";
import { exampleConfig, filled } from "@pdiem/bridge/testing/config";
import { CUSTODY } from "@pdiem/bridge/testing/diem-world";
import type { World } from "@pdiem/bridge/testing/world";
import type { Transaction } from "@pdiem/chain-formats/diem/transactions/transaction";
import { STATEMINE_900 } from "@pdiem/chain-formats/polkadot/extrinsics/statemine-900";
import { rootHash } from "@pdiem/devnet/trie/encode";
import { readProof } from "@pdiem/devnet/trie/proof";
import { withChanges } from "@pdiem/devnet/trie/trie";
import { fromHex, utf8 } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/codec";
import { bytes } from "@pdiem/light-client/codec/scale";
import { publicKeyOf, sign } from "@pdiem/light-client/crypto/ed25519";
import { sha3_256 } from "@pdiem/light-client/crypto/sha3";
import type { AccountAddress } from "@pdiem/light-client/diem/address/account-address";
import { epochChangeProof } from "@pdiem/light-client/diem/epochs/epoch-change";
import type { EpochState } from "@pdiem/light-client/diem/epochs/epoch-state";
import { type LedgerInfoWithSignatures, ledgerInfoWithSignatures } from "@pdiem/light-client/diem/epochs/ledger-info";
import { waypointOf } from "@pdiem/light-client/diem/epochs/waypoint";
import { accountStateWithProof } from "@pdiem/light-client/diem/proofs/account-state-proof";
import { eventWithProof } from "@pdiem/light-client/diem/proofs/event-proof";
import { buildLedger, hashOfText, type LedgerEntry, ledgerInfoAt } from "@pdiem/light-client/diem/testing/ledger";
import { epochStateOf, signLedgerInfo, type Validator, validators } from "@pdiem/light-client/diem/testing/validators";
import type { AuthoritySet } from "@pdiem/light-client/polkadot/finality/authority-set";
import { finalityProof } from "@pdiem/light-client/polkadot/finality/finality-proof";
import { type Header, header, headerHash } from "@pdiem/light-client/polkadot/finality/header";
import { justification } from "@pdiem/light-client/polkadot/finality/justification";
import { voteMessage } from "@pdiem/light-client/polkadot/finality/vote-signature";
import { scheduled } from "@pdiem/light-client/polkadot/testing/chain";
import { parasHeads } from "@pdiem/light-client/polkadot/trie/storage-key";

/**
 * A line of both chains' histories, as far as who signs what is concerned. It is the true one, or a
 * fork by who has the keys.
 */
export interface Line {
  /** Ends of Diem's epochs, oldest first. */
  readonly epochEnds: readonly LedgerInfoWithSignatures[];
  readonly epoch: bigint;
  readonly validators: readonly Validator[];
  /** Finality of the blocks at which the relay chain's only authority changed, oldest first. */
  readonly setChanges: readonly FinalityStep[];
  readonly setId: bigint;
  /** Seed of its key. */
  readonly authority: Uint8Array;
}

const VALIDATORS = validators(4);
const AUTHORITY_SEED = filled(32, 3);
const ROUND = 1n;
const STATE_VERSION = 1;

const firstEpochEnd = signLedgerInfo(
  ledgerInfoAt(0, hashOfText("first state"), 0n, epochStateOf(1n, VALIDATORS)),
  VALIDATORS,
);

export const SIMULATED_MEASUREMENT: Measurement = {
  tee: "simulated",
  value: sha3_256(utf8("pdiem simulated enclave")),
};

/**
 * The example configuration for simulated enclaves on the devnet's runtime, trusting the chains
 * below.
 */
export const provableConfig: BridgeConfig = {
  ...exampleConfig,
  parachain: { ...exampleConfig.parachain, profile: STATEMINE_900 },
  measurements: [SIMULATED_MEASUREMENT],
  diem: { ...exampleConfig.diem, waypoint: waypointOf(firstEpochEnd.ledgerInfo) },
  relay: { ...exampleConfig.relay, authorities: [{ id: publicKeyOf(AUTHORITY_SEED), weight: 1n }] },
};

const blockAt = (index: number): Transaction => ({
  type: "blockMetadata",
  value: {
    id: hashOfText(`block ${index}`),
    round: BigInt(index),
    timestampUsecs: BigInt(index),
    previousBlockVotes: [],
    proposer: CUSTODY,
  },
});

/** The line that the configuration's roots begin. */
export const FIRST_LINE: Line = {
  epochEnds: [firstEpochEnd],
  epoch: 1n,
  validators: VALIDATORS,
  setChanges: [],
  setId: provableConfig.relay.setId,
  authority: AUTHORITY_SEED,
};

/** @param time ms */
export const changeValidators = (line: Line, height: number, time: bigint, next: readonly Validator[]): Line => {
  const epoch = line.epoch + 1n;
  const end = ledgerInfoAt(height, hashOfText("epoch's end"), line.epoch, epochStateOf(epoch, next));
  const signed = signLedgerInfo(
    { ...end, commitInfo: { ...end.commitInfo, timestampUsecs: time * 1000n } },
    line.validators,
  );
  return { ...line, epochEnds: [...line.epochEnds, signed], epoch, validators: next };
};

/** @param next seed of the next set's only authority */
export const changeAuthority = (line: Line, height: number, next: Uint8Array): Line => {
  const change = scheduled({ nextAuthorities: [{ id: publicKeyOf(next), weight: 1n }], delay: 0 });
  const block = { ...headerOf(blockAtHeight(height), hashOfText("set's end")), digest: [change] };
  const setChanges = [...line.setChanges, finalize(block, line)];
  return { ...line, setChanges, setId: line.setId + 1n, authority: next };
};

const proveDiem = ({ diem }: World, height: number, line: Line, next?: Line): ProofBundle["diem"] => {
  const events = diem.eventsOf().map(({ event }) => event);
  const accounts: (readonly [AccountAddress, ReturnType<typeof diem.custodyState>])[] = [
    [CUSTODY, diem.custodyState()],
    ...[...diem.others].map(([address, state]) => [fromHex(address), state] as const),
  ];
  const entries: LedgerEntry[] = events.map((event, i) => ({ transaction: blockAt(i), events: [event] }));
  while (entries.length < height) entries.push({ transaction: blockAt(entries.length) });
  entries.push({ transaction: blockAt(entries.length), accounts });
  const ledger = buildLedger(entries);
  const { commitInfo, consensusDataHash } = ledger.ledgerInfo;
  const latest = {
    commitInfo: {
      ...commitInfo,
      epoch: line.epoch,
      timestampUsecs: diem.time * 1000n,
      nextEpochState: next === undefined ? undefined : epochStateOf(next.epoch, next.validators),
    },
    consensusDataHash,
  };
  const signed = signLedgerInfo(latest, line.validators);
  const ledgerInfos = next === undefined ? line.epochEnds : [...line.epochEnds, signed];
  const last = entries.length - 1;
  return {
    epochChanges: encode(epochChangeProof, { ledgerInfos, more: false }),
    ledgerInfo: encode(ledgerInfoWithSignatures, signed),
    signers: undefined,
    accounts: accounts.map(([address]) => ({
      address,
      proof: encode(accountStateWithProof, ledger.proveAccount(last, address)),
    })),
    events: events.map((_, i) => encode(eventWithProof, ledger.proveEvent(i, 0))),
  };
};

// Never one right after another: these blocks have made-up parents.
const blockAtHeight = (height: number): number => provableConfig.relay.finalized.number + 2 * height;

const headerOf = (number: number, stateRoot: Uint8Array): Header => ({
  parentHash: hashOfText(`parent of ${number}`),
  number,
  stateRoot,
  extrinsicsRoot: hashOfText("extrinsics"),
  digest: [],
});

const finalize = (relay: Header, { setId, authority }: Pick<Line, "setId" | "authority">): FinalityStep => {
  const vote = { targetHash: headerHash(relay), targetNumber: relay.number };
  const signature = sign(authority, voteMessage(vote, ROUND, setId));
  const precommits = [{ precommit: vote, signature, id: publicKeyOf(authority) }];
  const votes = { round: ROUND, commit: { ...vote, precommits }, votesAncestries: [] };
  const proof = { block: vote.targetHash, justification: encode(justification, votes), unknownHeaders: [] };
  return { proof: encode(finalityProof, proof), header: encode(header, relay) };
};

const proveParachain = ({ parachain }: World, height: number, line: Line, next?: Line): ProofBundle["parachain"] => {
  const { paraId } = provableConfig.parachain;
  const entries = parachain.entries();
  const state = withChanges(undefined, entries);
  const head = encode(header, headerOf(parachain.number, rootHash(state, STATE_VERSION)));
  const relayState = withChanges(undefined, [[parasHeads(paraId), encode(bytes, head)]]);
  const nextAuthorities = next === undefined ? [] : [{ id: publicKeyOf(next.authority), weight: 1n }];
  const digest = next === undefined ? [] : [scheduled({ nextAuthorities, delay: 0 })];
  const relay = { ...headerOf(blockAtHeight(height), rootHash(relayState, 0)), digest };
  return {
    finality: [...line.setChanges, finalize(relay, line)],
    earlier: undefined,
    headProof: readProof(relayState, 0, [parasHeads(paraId)]),
    storageProof: readProof(
      state,
      STATE_VERSION,
      entries.map(([key]) => key),
    ),
  };
};

/**
 * Lines whose present sets a chain's last block, or ledger info, hands over to: anybody can name
 * them.
 */
export interface NamedNext {
  readonly diem?: Line | undefined;
  readonly relay?: Line | undefined;
}

/**
 * Proves all that the world holds.
 * @param height how far both chains have come: from 1, more than the world's events and more than
 * their sets' last changes
 */
export const prove = (world: World, height: number, line: Line = FIRST_LINE, next: NamedNext = {}): ProofBundle => ({
  diem: proveDiem(world, height, line, next.diem),
  parachain: proveParachain(world, height, line, next.relay),
});

/** Lists those who sign on that line at present. */
export const setsOf = ({ epoch, validators: signers, setId, authority }: Line): readonly [EpochState, AuthoritySet] => [
  epochStateOf(epoch, signers),
  { setId, authorities: [{ id: publicKeyOf(authority), weight: 1n }] },
];

/** Shows the same at a point that the light clients may be past, by who signed it. */
export const asOlder = ({ diem, parachain }: ProofBundle, line: Line = FIRST_LINE): ProofBundle => {
  const [epochState, authorities] = setsOf(line);
  const step = parachain.finality.at(-1);
  if (step === undefined) throw new Error("expected finality of the block");
  return {
    diem: { ...diem, epochChanges: new Uint8Array(), signers: epochState },
    parachain: { ...parachain, finality: [], earlier: { step, signers: authorities } },
  };
};

export const NO_PARACHAIN_PROOFS: ProofBundle["parachain"] = {
  finality: [],
  earlier: undefined,
  headProof: [],
  storageProof: [],
};
