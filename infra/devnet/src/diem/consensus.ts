/**
 * Signs what was executed, as DiemBFT's validators do once a block is committed.
 * There is no agreement to reach: all of them are this one process.
 * Sources: diem/diem types/src/{block_info,ledger_info,validator_verifier}.rs.
 */

import { validatorSet } from "@pdiem/chain-formats/diem/state/resources/validator-set";
import { compare, concat, toHex } from "@pdiem/light-client/bytes";
import { encode, u64 } from "@pdiem/light-client/codec/bcs";
import type { AccountAddress } from "@pdiem/light-client/diem/address/account-address";
import type { EpochState } from "@pdiem/light-client/diem/epochs/epoch-state";
import {
  type BlockInfo,
  type LedgerInfo,
  type LedgerInfoWithSignatures,
  ledgerInfoSigningMessage,
} from "@pdiem/light-client/diem/epochs/ledger-info";
import { hasher } from "@pdiem/light-client/diem/hashing";
import { configuration } from "@pdiem/light-client/diem/state/resources/on-chain-config";
import type { Validator } from "./validators.js";
import type { Session } from "./vm/session.js";
import { DIEM_ROOT } from "./well-known-addresses.js";

const hashBlock = hasher("BlockData");
const hashVote = hasher("VoteData");

const sum = (powers: readonly bigint[]): bigint => powers.reduce((total, power) => total + power, 0n);

/** Gives the epoch and validators as the state has them. */
export const epochStateOf = (session: Session): EpochState => {
  const { validators } = session.get(DIEM_ROOT, validatorSet);
  const totalVotingPower = sum(validators.map(({ votingPower }) => votingPower));
  return {
    epoch: session.get(DIEM_ROOT, configuration).epoch,
    verifier: {
      validators: validators
        .map(
          ({ address, votingPower, config }) =>
            [address, { publicKey: config.consensusPublicKey, votingPower }] as const,
        )
        .sort(([a], [b]) => compare(a, b)),
      quorumVotingPower: (totalVotingPower * 2n) / 3n + 1n,
      totalVotingPower,
    },
  };
};

/**
 * Picks the fewest validators that make a quorum, other ones every round; in increasing order of
 * their addresses.
 */
export const votersOf = ({ verifier }: EpochState, round: bigint): readonly AccountAddress[] => {
  const { validators, quorumVotingPower } = verifier;
  const start = Number(round % BigInt(validators.length));
  const voters: AccountAddress[] = [];
  let power = 0n;
  for (const [address, { votingPower }] of [...validators.slice(start), ...validators.slice(0, start)]) {
    if (power >= quorumVotingPower) break;
    voters.push(address);
    power += votingPower;
  }
  return voters.sort(compare);
};

export const leaderOf = ({ verifier }: EpochState, round: bigint): AccountAddress => {
  const leader = verifier.validators[Number(round % BigInt(verifier.validators.length))];
  if (leader === undefined) throw new Error("expected at least one validator");
  return leader[0];
};

/** Computes the id of a block on top of another. */
export const blockIdOf = (parent: Uint8Array, epoch: bigint, round: bigint, timestampUsecs: bigint): Uint8Array =>
  hashBlock(parent, encode(u64, epoch), encode(u64, round), encode(u64, timestampUsecs));

/** Gives the ledger info of a committed block, signed by the round's voters. */
export const certify = (
  commitInfo: BlockInfo,
  epochState: EpochState,
  validators: readonly Validator[],
): LedgerInfoWithSignatures => {
  const ledgerInfo: LedgerInfo = {
    commitInfo,
    consensusDataHash: hashVote(concat(commitInfo.id, encode(u64, commitInfo.round))),
  };
  const message = ledgerInfoSigningMessage(ledgerInfo);
  const signers = new Map(validators.map(({ owner, sign }) => [toHex(owner.address), sign]));
  const signatures = votersOf(epochState, commitInfo.round).map((address) => {
    const sign = signers.get(toHex(address));
    if (sign === undefined) throw new Error(`expected to hold the key of validator ${toHex(address)}`);
    return [address, sign(message)] as const;
  });
  return { ledgerInfo, signatures };
};
