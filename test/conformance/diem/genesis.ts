/** From a genesis transaction to the waypoint that a network publishes: every hash on the way. */
import { join } from "node:path";
import { eventRootHash } from "@pdiem/chain-formats/diem/proofs/transaction-proof";
import { readValidatorSet } from "@pdiem/chain-formats/diem/state/resources/validator-set";
import { transaction, transactionHash } from "@pdiem/chain-formats/diem/transactions/transaction";
import type { ChangeSet } from "@pdiem/chain-formats/diem/transactions/write-set";
import { compare, equal, fromHex, toHex } from "@pdiem/light-client/bytes";
import { decode, encode } from "@pdiem/light-client/codec/bcs";
import { accountAddressHash } from "@pdiem/light-client/diem/address/account-address";
import type { EpochState } from "@pdiem/light-client/diem/epochs/epoch-state";
import {
  type LedgerInfo,
  ledgerInfo,
  ledgerInfoHash,
  ledgerInfoWithSignatures,
} from "@pdiem/light-client/diem/epochs/ledger-info";
import { quorumOf } from "@pdiem/light-client/diem/epochs/quorum";
import { ratchet, trustedStateOf } from "@pdiem/light-client/diem/epochs/trusted-state";
import { formatWaypoint, waypointOf } from "@pdiem/light-client/diem/epochs/waypoint";
import { HASH_LENGTH } from "@pdiem/light-client/diem/hash-value";
import { accountStateBlobHash } from "@pdiem/light-client/diem/proofs/account-state-proof";
import {
  type TransactionInfo,
  transactionInfo,
  transactionInfoHash,
} from "@pdiem/light-client/diem/proofs/transaction-info";
import { type AccountState, accountState } from "@pdiem/light-client/diem/state/account-state";
import { isOfKind, newEpochEvent, readEvent } from "@pdiem/light-client/diem/state/event-data";
import { ProofError } from "@pdiem/light-client/error";
import { readText } from "../fixture-files.js";
import { stateRoot } from "./accumulators.js";
import { validatorResults } from "./validators.js";
import { type Handler, UnreadableVector } from "./vector.js";

const accountsOf = ({ writeSet }: ChangeSet): ReadonlyMap<string, AccountState> => {
  const accounts = new Map<string, AccountState>();
  for (const { accessPath, op } of writeSet) {
    if (op.type === "deletion") throw new UnreadableVector("a genesis that deletes");
    const address = toHex(accessPath.address);
    accounts.set(address, [...(accounts.get(address) ?? []), [accessPath.path, op.value]]);
  }
  return accounts;
};

const firstEpoch = (changes: ChangeSet, accounts: ReadonlyMap<string, AccountState>): EpochState => {
  const event = changes.events.find((one) => isOfKind(one, newEpochEvent));
  const sets = [...accounts.values()].map(readValidatorSet).filter((set) => set !== undefined);
  const [set] = sets;
  if (event === undefined || set === undefined) throw new UnreadableVector("a genesis without validators");
  const validators = set.validators
    .map(
      ({ address, votingPower, config }) => [address, { publicKey: config.consensusPublicKey, votingPower }] as const,
    )
    .sort(([a], [b]) => compare(a, b));
  const total = validators.reduce((sum, [, { votingPower }]) => sum + votingPower, 0n);
  return {
    epoch: readEvent(event, newEpochEvent).epoch,
    verifier: { validators, totalVotingPower: total, quorumVotingPower: quorumOf(total) },
  };
};

const genesisLedgerInfo = (root: Uint8Array, nextEpochState: EpochState): LedgerInfo => ({
  commitInfo: {
    epoch: 0n,
    round: 0n,
    id: new Uint8Array(HASH_LENGTH),
    executedStateId: root,
    version: 0n,
    timestampUsecs: 0n,
    nextEpochState,
  },
  consensusDataHash: new Uint8Array(HASH_LENGTH),
});

/** The waypoint of a ledger info without signatures must be enough to start trusting it. */
const checkTrusted = (info: LedgerInfo): void => {
  const signed = { ledgerInfo: info, signatures: [] };
  const proof = { latest: signed, epochChangeProof: { ledgerInfos: [signed], more: false } };
  const { verified } = ratchet(trustedStateOf(waypointOf(info)), proof);
  if (!equal(verified.ledgerInfo.commitInfo.executedStateId, info.commitInfo.executedStateId))
    throw new ProofError("proof/genesis", "the waypoint leads to another ledger info");
};

export const genesis: Handler = async (input, { folder }) => {
  const text = await readText(join(folder, input.text("transaction_file")));
  if (text === undefined) throw new UnreadableVector(`${input.text("transaction_file")} isn't there`);
  const encoded = fromHex(text.trim());
  if (BigInt(encoded.length) !== input.integer("transaction_length"))
    throw new UnreadableVector(`expected ${input.integer("transaction_length")} bytes, got ${encoded.length}`);
  const value = decode(transaction, encoded);
  if (value.type !== "genesis" || value.value.type !== "direct") throw new UnreadableVector("not a direct genesis");
  const changes = value.value.value;
  const accounts = accountsOf(changes);
  const leaves = [...accounts].map(
    ([address, state]) =>
      [accountAddressHash(fromHex(address)), accountStateBlobHash(encode(accountState, state))] as const,
  );
  const info: TransactionInfo = {
    transactionHash: transactionHash(value),
    stateRootHash: stateRoot(leaves),
    eventRootHash: eventRootHash(changes.events),
    gasUsed: 0n,
    status: { type: "executed", value: undefined },
  };
  const root = transactionInfoHash(info);
  const nextEpochState = firstEpoch(changes, accounts);
  const ledger = genesisLedgerInfo(root, nextEpochState);
  checkTrusted(ledger);
  return {
    transaction_hash: info.transactionHash,
    num_writes: changes.writeSet.length,
    num_events: changes.events.length,
    num_accounts: accounts.size,
    state_root_hash: info.stateRootHash,
    event_root_hash: info.eventRootHash,
    transaction_info: encode(transactionInfo, info),
    transaction_info_hash: root,
    accumulator_root_hash: root,
    validators: validatorResults(nextEpochState.verifier),
    quorum_voting_power: nextEpochState.verifier.quorumVotingPower,
    ledger_info: encode(ledgerInfo, ledger),
    ledger_info_hash: ledgerInfoHash(ledger),
    ledger_info_with_signatures: encode(ledgerInfoWithSignatures, { ledgerInfo: ledger, signatures: [] }),
    waypoint: formatWaypoint(waypointOf(ledger)),
  };
};
