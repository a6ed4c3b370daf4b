/**
 * Who may sign ledger infos in an epoch. Sources: diem/diem types/src/epoch_state.rs,
 * types/src/validator_verifier.rs.
 */
import { type Decoded, map, struct, u64 } from "../../codec/bcs.js";
import { accountAddress } from "../address/account-address.js";
import { ed25519PublicKey } from "../transactions/ed25519.js";

export const validatorConsensusInfo = struct({ publicKey: ed25519PublicKey, votingPower: u64 });
export type ValidatorConsensusInfo = Decoded<typeof validatorConsensusInfo>;

export const validatorVerifier = struct({
  /** In increasing order of their addresses. */
  validators: map(accountAddress, validatorConsensusInfo),
  quorumVotingPower: u64,
  totalVotingPower: u64,
});
export type ValidatorVerifier = Decoded<typeof validatorVerifier>;

export const epochState = struct({ epoch: u64, verifier: validatorVerifier });
export type EpochState = Decoded<typeof epochState>;

/**
 * Copies into buffers of its own: what was decoded is views of the bytes that it came in. Keys
 * aren't checked once more.
 */
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
