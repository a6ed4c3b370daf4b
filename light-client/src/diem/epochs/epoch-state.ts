/**
 * Who may sign ledger infos in an epoch. Sources: diem/diem types/src/epoch_state.rs,
 * types/src/validator_verifier.rs.
 */
import { concat } from "../../bytes.js";
import { type Decoded, map, struct, u64 } from "../../codec/bcs.js";
import { accountAddress } from "../address/account-address.js";
import { ed25519PublicKey } from "../transactions/ed25519.js";

/** Most validators that Diem's own code admits to an epoch. Source: DiemSystem.move. */
export const MAX_VALIDATORS = 256;

export const validatorConsensusInfo = struct({ publicKey: ed25519PublicKey, votingPower: u64 });
export type ValidatorConsensusInfo = Decoded<typeof validatorConsensusInfo>;

export const validatorVerifier = struct({
  /** In increasing order of their addresses. */
  validators: map(accountAddress, validatorConsensusInfo, MAX_VALIDATORS),
  quorumVotingPower: u64,
  totalVotingPower: u64,
});
export type ValidatorVerifier = Decoded<typeof validatorVerifier>;

export const epochState = struct({ epoch: u64, verifier: validatorVerifier });
export type EpochState = Decoded<typeof epochState>;

const copies = new WeakSet<EpochState>();

/**
 * Copies into buffers of its own, once: what was decoded is views of the bytes that it came in.
 * Keys aren't checked once more.
 */
export const copyEpochState = (state: EpochState): EpochState => {
  if (copies.has(state)) return state;
  const { epoch, verifier } = state;
  // One buffer for all: many small ones are what a garbage collector is slowest with.
  const bytes = concat(...verifier.validators.flatMap(([address, { publicKey }]) => [address, publicKey]));
  let at = 0;
  const next = ({ length }: Uint8Array): Uint8Array => {
    at += length;
    return bytes.subarray(at - length, at);
  };
  const validators = verifier.validators.map(
    ([address, { publicKey, votingPower }]) => [next(address), { publicKey: next(publicKey), votingPower }] as const,
  );
  const copy = { epoch, verifier: { ...verifier, validators } };
  copies.add(copy);
  return copy;
};
