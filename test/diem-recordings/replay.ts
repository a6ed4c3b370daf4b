/** Drives a devnet through the recorded scenario. */

import type { RawTransaction } from "@pdiem/chain-formats/diem/transactions/raw-transaction";
import { type SignedTransaction, signRawTransaction } from "@pdiem/chain-formats/diem/transactions/signed-transaction";
import type { Transaction } from "@pdiem/chain-formats/diem/transactions/transaction";
import { createDiemChain, type DiemChain } from "@pdiem/devnet/diem/diem-chain";
import { networkKeys } from "@pdiem/devnet/diem/network-keys";
import { DESIGNATED_DEALER, DIEM_ROOT, TREASURY_COMPLIANCE } from "@pdiem/devnet/diem/well-known-addresses";
import { equal, toHex, utf8 } from "@pdiem/light-client/bytes";
import { publicKeyOf } from "@pdiem/light-client/crypto/ed25519";
import { sha3_256 } from "@pdiem/light-client/crypto/sha3";
import type { AccountAddress } from "@pdiem/light-client/diem/address/account-address";
import { createAccountEvent, readEvent } from "@pdiem/light-client/diem/state/event-data";
import type { RecordedLedger } from "./recorded-values.js";
import type { Manifest } from "./recording.js";
import { accountSeed, type Scenario, type Sent, scenario } from "./scenario.js";

export interface Replay {
  readonly chain: DiemChain;
  readonly associationPublicKey: Uint8Array;
  /** Produces blocks until the ledger is at the version. */
  readonly advanceTo: (version: number) => void;
}

const EXPIRATION = 1_795_363_009n;
const BLOCK_GAP = 1000n;
const ASSOCIATION = [DIEM_ROOT, TREASURY_COMPLIANCE, DESIGNATED_DEALER];

/**
 * Addresses of the validators and their operators, as the recorded genesis made them: in turns,
 * before the dealer.
 */
const validatorAccounts = (genesis: Transaction): readonly { owner: AccountAddress; operator: AccountAddress }[] => {
  if (genesis.type !== "genesis" || genesis.value.type !== "direct")
    throw new Error("expected the genesis transaction");
  const created = genesis.value.value.events
    .filter((event) => event.key[0] === 0 && equal(event.key.subarray(8), DIEM_ROOT))
    .map((event) => readEvent(event, createAccountEvent).created)
    .filter((address) => !ASSOCIATION.some((known) => equal(known, address)));
  return Array.from({ length: created.length / 2 }, (_, i) => {
    const [owner, operator] = created.slice(2 * i, 2 * i + 2);
    if (owner === undefined || operator === undefined) throw new Error("expected validators and operators in pairs");
    return { owner, operator };
  });
};

export const startReplay = (manifest: Manifest, ledger: RecordedLedger): Replay => {
  const genesis = ledger.transactions.get(0);
  if (genesis === undefined) throw new Error("expected a recorded genesis");
  const accounts = validatorAccounts(genesis);
  const keys = networkKeys(sha3_256(utf8("replay")), accounts.length, accounts);
  const chain = createDiemChain({ chainId: manifest.chain_id, ...keys, clock: () => 0n });
  const left = accounts.at(-1)?.owner;
  if (left === undefined) throw new Error("expected validators");
  const blockAt: Scenario = scenario(manifest, ledger, left);
  const seeds = new Map<string, Uint8Array>([
    ...ASSOCIATION.map((address) => [toHex(address), keys.associationSeed] as const),
    ...Object.entries(manifest.accounts).map(([name, { address }]) => [address, accountSeed(name)] as const),
  ]);

  const signed = (raw: RawTransaction): SignedTransaction => {
    const seed = seeds.get(toHex(raw.sender));
    if (seed === undefined) throw new Error(`expected to know the key of ${toHex(raw.sender)}`);
    return signRawTransaction(raw, seed);
  };
  const transactionOf = (sent: Exclude<Sent, { type: "pending" }>, ahead: bigint): SignedTransaction => {
    if (sent.type === "made")
      return signed({
        sender: sent.sender,
        sequenceNumber: chain.sequenceNumberOf(sent.sender) + ahead,
        payload: sent.payload,
        maxGasAmount: 1_000_000n,
        gasUnitPrice: 0n,
        gasCurrencyCode: "XUS",
        expirationTimestampSecs: EXPIRATION,
        chainId: manifest.chain_id,
      });
    const { sender } = sent.transaction.rawTransaction;
    return ASSOCIATION.some((address) => equal(address, sender))
      ? signed(sent.transaction.rawTransaction)
      : sent.transaction;
  };
  const submitAll = (all: readonly Sent[]): void => {
    const ahead = new Map<string, bigint>();
    for (const sent of all) {
      if (sent.type === "pending") continue;
      const sender = toHex(sent.type === "made" ? sent.sender : sent.transaction.rawTransaction.sender);
      const before = ahead.get(sender) ?? 0n;
      ahead.set(sender, before + 1n);
      const submission = chain.submit(transactionOf(sent, before));
      if (submission.type === "refused") throw new Error(`${sender} was refused: ${submission.status}`);
    }
  };
  const produce = (): void => {
    const start = chain.store.version() + 1;
    const { metadata, commitInfo, timestampUsecs, sent } = blockAt(start);
    submitAll(sent);
    const last = chain.latest().ledgerInfo.commitInfo;
    const round = metadata?.round ?? commitInfo?.round;
    chain.produceBlock({
      ...(round === undefined ? {} : { round }),
      ...(metadata === undefined
        ? {}
        : { proposer: metadata.proposer, previousBlockVotes: metadata.previousBlockVotes }),
      timestampUsecs: metadata?.timestampUsecs ?? timestampUsecs ?? last.timestampUsecs + BLOCK_GAP,
      limit: sent.length,
    });
    if (chain.store.version() !== start + sent.length)
      throw new Error(`expected the block to end at ${start + sent.length}, it ended at ${chain.store.version()}`);
  };
  return {
    chain,
    associationPublicKey: publicKeyOf(keys.associationSeed),
    advanceTo: (version) => {
      while (chain.store.version() < version) produce();
      if (chain.store.version() !== version) throw new Error(`expected a block to end at version ${version}`);
    },
  };
};
