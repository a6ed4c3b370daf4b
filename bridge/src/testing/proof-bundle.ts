import type { Transaction } from "@pdiem/chain-formats/diem/transactions/transaction";
import { fromHex } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/codec";
import { bytes as lengthPrefixed } from "@pdiem/light-client/codec/scale";
import type { AccountAddress } from "@pdiem/light-client/diem/address/account-address";
import { epochChangeProof } from "@pdiem/light-client/diem/epochs/epoch-change";
import { type LedgerInfo, ledgerInfoWithSignatures } from "@pdiem/light-client/diem/epochs/ledger-info";
import { waypointOf } from "@pdiem/light-client/diem/epochs/waypoint";
import { accountStateWithProof } from "@pdiem/light-client/diem/proofs/account-state-proof";
import { eventWithProof } from "@pdiem/light-client/diem/proofs/event-proof";
import type { KeptVMStatus } from "@pdiem/light-client/diem/proofs/transaction-info";
import type { AccountState } from "@pdiem/light-client/diem/state/account-state";
import { buildLedger, hashOfText, type LedgerEntry, ledgerInfoAt } from "@pdiem/light-client/diem/testing/ledger";
import { epochStateOf, signLedgerInfo, validators } from "@pdiem/light-client/diem/testing/validators";
import { type Header, header, headerHash } from "@pdiem/light-client/polkadot/finality/header";
import { prove, voters } from "@pdiem/light-client/polkadot/testing/chain";
import { parasHeads } from "@pdiem/light-client/polkadot/trie/storage-key";
import type { BridgeConfig } from "../config/bridge-config.js";
import type { DiemProofs, ParachainProofs, ProofBundle } from "../facts/proof-bundle.js";
import { exampleConfig, filled } from "./config.js";
import { CUSTODY, type DiemWorld } from "./diem-world.js";
import type { ParachainWorld } from "./parachain-world.js";
import { buildStateTrie } from "./trie.js";
import type { World } from "./world.js";

const VALIDATORS = validators(4);
const GENESIS: LedgerInfo = ledgerInfoAt(0, hashOfText("genesis"), 0n, epochStateOf(1n, VALIDATORS));
const VOTERS = voters(4, 3n);
const RELAY_START: Header = {
  parentHash: filled(32, 1),
  number: 7,
  stateRoot: filled(32, 2),
  extrinsicsRoot: filled(32, 3),
  digest: [],
};

/** The example configuration with roots of trust whose keys the tests hold. */
export const provenConfig: BridgeConfig = {
  ...exampleConfig,
  diem: { ...exampleConfig.diem, waypoint: waypointOf(GENESIS) },
  relay: {
    setId: VOTERS.setId,
    authorities: VOTERS.authorities,
    finalized: { number: RELAY_START.number, hash: headerHash(RELAY_START) },
  },
};

const blockStart = (version: number): Transaction => ({
  type: "blockMetadata",
  value: {
    id: hashOfText(`block ${version}`),
    round: BigInt(version),
    timestampUsecs: BigInt(version),
    previousBlockVotes: [],
    proposer: filled(16, 1),
  },
});

export interface DiemOptions {
  /** Shown though they don't exist. */
  readonly absent?: readonly AccountAddress[];
  /** How the transactions of the events ended. */
  readonly status?: KeptVMStatus;
  /** How many of the four validators sign. */
  readonly signers?: number;
}

/** Proves everything in the Diem world, its events from version 1 on, a version each. */
export const proveDiem = (world: DiemWorld, options: DiemOptions = {}): DiemProofs => {
  const { absent = [], status, signers = 3 } = options;
  const events = world.eventsOf().map(({ event }) => event);
  const accounts: (readonly [AccountAddress, AccountState])[] = [
    [CUSTODY, world.custodyState()],
    ...[...world.others].map(([address, state]) => [fromHex(address), state] as const),
  ];
  const last = events.length + 1;
  const entries: LedgerEntry[] = [
    { transaction: blockStart(0) },
    ...events.map((event, i) => ({ transaction: blockStart(i + 1), events: [event], ...(status && { status }) })),
    { transaction: blockStart(last), accounts },
  ];
  const ledger = buildLedger(entries);
  const latest: LedgerInfo = {
    ...ledger.ledgerInfo,
    commitInfo: { ...ledger.ledgerInfo.commitInfo, timestampUsecs: world.time * 1000n + 999n },
  };
  return {
    epochChanges: encode(epochChangeProof, {
      ledgerInfos: [{ ledgerInfo: GENESIS, signatures: [] }],
      more: false,
    }),
    ledgerInfo: encode(ledgerInfoWithSignatures, signLedgerInfo(latest, VALIDATORS.slice(0, signers))),
    signers: undefined,
    accounts: [...accounts.map(([address]) => address), ...absent].map((address) => ({
      address,
      proof: encode(accountStateWithProof, ledger.proveAccount(last, address)),
    })),
    events: events.map((_, i) => encode(eventWithProof, ledger.proveEvent(i + 1, 0))),
  };
};

/** Proofs of a parachain's state, and the header that they lead to. */
export interface ProvenParachain {
  readonly proofs: ParachainProofs;
  readonly head: Header;
}

/** Proves everything in the parachain world, by a relay block `steps` above the root of trust. */
export const proveParachain = (world: ParachainWorld, steps = 10): ProvenParachain => {
  const state = buildStateTrie(world.entries());
  const head: Header = { ...RELAY_START, number: world.number, stateRoot: state.root };
  const relayState = buildStateTrie([
    [parasHeads(provenConfig.parachain.paraId), encode(lengthPrefixed, encode(header, head))],
    [parasHeads(provenConfig.parachain.paraId + 1), encode(lengthPrefixed, encode(header, RELAY_START))],
  ]);
  const relay: Header = { ...RELAY_START, number: RELAY_START.number + steps, stateRoot: relayState.root };
  return {
    head,
    proofs: {
      finality: [{ proof: prove(VOTERS, relay), header: undefined }],
      earlier: undefined,
      headProof: relayState.nodes,
      storageProof: state.nodes,
    },
  };
};

export const proveWorld = (world: World, options?: DiemOptions): ProofBundle => ({
  diem: proveDiem(world.diem, options),
  parachain: proveParachain(world.parachain).proofs,
});

/** Copies the bytes with one of them changed. */
export const changed = (bytes: Uint8Array, at: number): Uint8Array => {
  const copy = bytes.slice();
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
};
