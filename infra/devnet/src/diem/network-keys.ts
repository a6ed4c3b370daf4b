/** Keys of a whole devnet, all from one seed: the same seed gives the same network. */
import { publicKeyOf } from "@pdiem/light-client/crypto/ed25519";
import { ed25519AuthenticationKey } from "@pdiem/light-client/diem/transactions/authentication-key";
import { deriveSeed, makeValidators, type Validator, type ValidatorAccounts } from "./validators.js";

export interface NetworkKeys {
  readonly associationSeed: Uint8Array;
  readonly associationKey: Uint8Array;
  readonly validators: readonly Validator[];
}

/** @param seed 32 bytes */
export const networkKeys = (
  seed: Uint8Array,
  validatorCount: number,
  accounts?: readonly ValidatorAccounts[],
): NetworkKeys => {
  const associationSeed = deriveSeed(seed, "association");
  return {
    associationSeed,
    associationKey: ed25519AuthenticationKey(publicKeyOf(associationSeed)),
    validators: makeValidators(seed, validatorCount, accounts),
  };
};
