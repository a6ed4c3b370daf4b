import { utf8 } from "../../bytes.js";
import { publicKeyOf, sign } from "../../crypto/ed25519.js";
import { sha3_256 } from "../../crypto/sha3.js";
import type { AccountAddress } from "../address/account-address.js";
import type { EpochState } from "../epochs/epoch-state.js";
import { type LedgerInfo, type LedgerInfoWithSignatures, ledgerInfoSigningMessage } from "../epochs/ledger-info.js";
import { quorumOf } from "../epochs/quorum.js";
import { byAddress } from "./mutations.js";

/** A validator whose key is known. */
export interface Validator {
  readonly address: AccountAddress;
  readonly seed: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly votingPower: bigint;
}

/** Makes a validator. The same name gives the same validator. */
export const validator = (name: string, votingPower = 1n): Validator => {
  const seed = sha3_256(utf8(`validator ${name}`));
  const publicKey = publicKeyOf(seed);
  return { address: sha3_256(publicKey).subarray(16), seed, publicKey, votingPower };
};

/** Validators named from `from` on, in order of address. */
export const validators = (count: number, from = 0): readonly Validator[] =>
  Array.from({ length: count }, (_, i) => validator(`${from + i}`)).sort(byAddress);

export const epochStateOf = (epoch: bigint, set: readonly Validator[]): EpochState => {
  const total = set.reduce((sum, { votingPower }) => sum + votingPower, 0n);
  return {
    epoch,
    verifier: {
      validators: [...set]
        .sort(byAddress)
        .map(({ address, publicKey, votingPower }) => [address, { publicKey, votingPower }]),
      quorumVotingPower: quorumOf(total),
      totalVotingPower: total,
    },
  };
};

export const signLedgerInfo = (ledgerInfo: LedgerInfo, signers: readonly Validator[]): LedgerInfoWithSignatures => {
  const message = ledgerInfoSigningMessage(ledgerInfo);
  return {
    ledgerInfo,
    signatures: [...signers].sort(byAddress).map(({ address, seed }) => [address, sign(seed, message)]),
  };
};
