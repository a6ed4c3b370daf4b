/** Who may sign ledger infos in an epoch. Sources: diem/diem types/src/epoch_state.rs, types/src/validator_verifier.rs. */
import { type Codec, map, struct, u64 } from "../../codec/bcs.js";
import { type AccountAddress, accountAddress } from "../address/account-address.js";
import { ed25519PublicKey } from "../transactions/ed25519.js";

export interface ValidatorConsensusInfo {
  readonly publicKey: Uint8Array;
  readonly votingPower: bigint;
}

/** `validators` in increasing order of their addresses. */
export interface ValidatorVerifier {
  readonly validators: readonly (readonly [AccountAddress, ValidatorConsensusInfo])[];
  readonly quorumVotingPower: bigint;
  readonly totalVotingPower: bigint;
}

export interface EpochState {
  readonly epoch: bigint;
  readonly verifier: ValidatorVerifier;
}

export const validatorConsensusInfo: Codec<ValidatorConsensusInfo> = struct({
  publicKey: ed25519PublicKey,
  votingPower: u64,
});

export const validatorVerifier: Codec<ValidatorVerifier> = struct({
  validators: map(accountAddress, validatorConsensusInfo),
  quorumVotingPower: u64,
  totalVotingPower: u64,
});

export const epochState: Codec<EpochState> = struct({ epoch: u64, verifier: validatorVerifier });

/** The same in buffers of its own: what was decoded is views of the bytes that it came in. Its keys aren't checked once more. */
export const copyEpochState = ({ epoch, verifier }: EpochState): EpochState => ({
  epoch,
  verifier: {
    ...verifier,
    validators: verifier.validators.map(([address, { publicKey, votingPower }]) => [
      address.slice(),
      { publicKey: publicKey.slice(), votingPower },
    ]),
  },
});
