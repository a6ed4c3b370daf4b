/**
 * The network: one ledger, its validators, and whatever waits to be executed. All of it
 * synchronous.
 */

import type { SignedTransaction } from "@pdiem/chain-formats/diem/transactions/signed-transaction";
import type { StatusName } from "@pdiem/chain-formats/diem/transactions/status-code";
import type { AccountAddress } from "@pdiem/light-client/diem/address/account-address";
import type { BlockInfo, LedgerInfoWithSignatures } from "@pdiem/light-client/diem/epochs/ledger-info";
import { type Waypoint, waypointOf } from "@pdiem/light-client/diem/epochs/waypoint";
import { PRE_GENESIS_BLOCK_ID } from "@pdiem/light-client/diem/hashing";
import { diemAccount } from "@pdiem/light-client/diem/state/resources/diem-account";
import { executeBlock, executeGenesis, latestSession } from "./block-executor.js";
import { blockIdOf, certify, epochStateOf, leaderOf, votersOf } from "./consensus.js";
import { genesisTransaction } from "./genesis.js";
import { type Admission, createMempool, type MempoolFaults } from "./mempool.js";
import { createLedgerStore, type LedgerStore } from "./state/ledger-store.js";
import type { Validator } from "./validators.js";
import { validateTransaction } from "./vm/transaction-validator.js";

export interface ChainOptions {
  readonly chainId: number;
  readonly validators: readonly Validator[];
  /** 32 bytes: authentication key of root, treasury compliance and dealer. */
  readonly associationKey: Uint8Array;
  /** Dealer's XDX; the default is that of `genesisTransaction`. */
  readonly dealerXdx?: bigint;
  /** Microseconds since 1970. */
  readonly clock: () => bigint;
}

/** What the network would settle by itself. */
export interface BlockProposal {
  readonly round?: bigint;
  readonly proposer?: AccountAddress;
  readonly previousBlockVotes?: readonly AccountAddress[];
  readonly timestampUsecs?: bigint;
  /** Transactions at most. */
  readonly limit?: number;
}

export type Submission = Admission | { readonly type: "refused"; readonly status: StatusName };

export interface DiemChain {
  readonly chainId: number;
  readonly store: LedgerStore;
  readonly waypoint: Waypoint;
  readonly latest: () => LedgerInfoWithSignatures;
  /**
   * Lists ledger infos: the one that ends an epoch is at its epoch's index; genesis ends epoch 0.
   */
  readonly epochEnds: () => readonly LedgerInfoWithSignatures[];
  readonly submit: (transaction: SignedTransaction) => Submission;
  readonly pending: () => number;
  /** Tells whether a block made now would execute anything. */
  readonly isBusy: () => boolean;
  readonly faults: MempoolFaults;
  readonly sequenceNumberOf: (account: AccountAddress) => bigint;
  /** Executes and certifies one block with what is ready; empty if nothing is. */
  readonly produceBlock: (proposal?: BlockProposal) => LedgerInfoWithSignatures;
}

const MAX_BLOCK_TRANSACTIONS = 1000;
const ZERO_HASH = new Uint8Array(32);

const certifyGenesis = (store: LedgerStore): LedgerInfoWithSignatures => ({
  ledgerInfo: {
    commitInfo: {
      epoch: 0n,
      round: 0n,
      id: ZERO_HASH,
      executedStateId: store.accumulator.root(1),
      version: 0n,
      timestampUsecs: 0n,
      nextEpochState: epochStateOf(latestSession(store)),
    },
    consensusDataHash: ZERO_HASH,
  },
  signatures: [],
});

export const createDiemChain = (options: ChainOptions): DiemChain => {
  const store = createLedgerStore();
  const mempool = createMempool();
  executeGenesis(store, genesisTransaction(options));
  const genesis = certifyGenesis(store);
  const epochEnds = [genesis];
  let latest = genesis;
  let epochState = epochStateOf(latestSession(store));
  let parent = PRE_GENESIS_BLOCK_ID;

  const sequenceNumberOf = (account: AccountAddress): bigint =>
    latestSession(store).read(account, diemAccount)?.sequenceNumber ?? 0n;

  const produceBlock = (proposal: BlockProposal = {}): LedgerInfoWithSignatures => {
    const last = latest.ledgerInfo.commitInfo;
    const first = last.nextEpochState !== undefined;
    const round = proposal.round ?? (first ? 1n : last.round + 1n);
    const now = options.clock();
    const timestampUsecs = proposal.timestampUsecs ?? (now > last.timestampUsecs ? now : last.timestampUsecs + 1n);
    const times = { chainUsecs: timestampUsecs, nowUsecs: now };
    const id = blockIdOf(parent, epochState.epoch, round, timestampUsecs);
    const metadata = {
      id,
      round,
      timestampUsecs,
      previousBlockVotes: proposal.previousBlockVotes ?? (first ? [] : votersOf(epochState, last.round)),
      proposer: proposal.proposer ?? leaderOf(epochState, round),
    };
    // As a proposer does: what is expired never gets as far as to be discarded, which would drop
    // what waits behind it.
    mempool.prune(sequenceNumberOf, times);
    const ready = mempool.ready(sequenceNumberOf, proposal.limit ?? MAX_BLOCK_TRANSACTIONS);
    const block = executeBlock(store, metadata, ready);
    // A node forgets all of a sender of whom a block has discarded one.
    for (const { transaction } of block.discarded) mempool.drop(transaction.rawTransaction.sender);
    mempool.prune(sequenceNumberOf, times);
    const version = store.version();
    const next = epochStateOf(latestSession(store));
    const commitInfo: BlockInfo = {
      epoch: epochState.epoch,
      round,
      id,
      executedStateId: store.accumulator.root(version + 1),
      version: BigInt(version),
      timestampUsecs,
      nextEpochState: block.endsEpoch ? next : undefined,
    };
    latest = certify(commitInfo, epochState, options.validators);
    parent = id;
    if (block.endsEpoch) epochEnds.push(latest);
    epochState = next;
    return latest;
  };

  const submit = (transaction: SignedTransaction): Submission => {
    const { sender, sequenceNumber } = transaction.rawTransaction;
    const session = latestSession(store);
    const account = session.read(sender, diemAccount);
    if (account !== undefined && sequenceNumber < account.sequenceNumber)
      return { type: "refused", status: "SEQUENCE_NUMBER_TOO_OLD" };
    const refusal = validateTransaction(session, transaction);
    if (refusal !== undefined && refusal !== "SEQUENCE_NUMBER_TOO_NEW") return { type: "refused", status: refusal };
    return mempool.add(transaction, options.clock());
  };

  return {
    chainId: options.chainId,
    store,
    waypoint: waypointOf(genesis.ledgerInfo),
    latest: () => latest,
    epochEnds: () => epochEnds,
    submit,
    pending: mempool.size,
    isBusy: () => mempool.ready(sequenceNumberOf, 1).length > 0,
    faults: mempool,
    sequenceNumberOf,
    produceBlock,
  };
};
