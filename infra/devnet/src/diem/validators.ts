/** The network's validators and their keys. */

import type { ValidatorConfig } from "@pdiem/chain-formats/diem/state/resources/validator-set";
import { utf8 } from "@pdiem/light-client/bytes";
import { publicKeyOf } from "@pdiem/light-client/crypto/ed25519";
import { sha3_256 } from "@pdiem/light-client/crypto/sha3";
import type { AccountAddress } from "@pdiem/light-client/diem/address/account-address";
import { addressAtCreation, ed25519AuthenticationKey } from "@pdiem/light-client/diem/transactions/authentication-key";
import { validatorAddresses } from "./network-addresses.js";
import { createSigner, type Sign } from "./signer.js";

/** An account made at genesis. */
export interface GenesisAccount {
  readonly address: AccountAddress;
  /** 32 bytes; its second half needn't be the address. */
  readonly authenticationKey: Uint8Array;
}

export interface Validator {
  readonly name: string;
  /** Signs with its consensus key. */
  readonly sign: Sign;
  readonly owner: GenesisAccount;
  readonly operator: GenesisAccount;
  readonly config: ValidatorConfig;
}

/** Addresses to use instead of those that the keys give. */
export interface ValidatorAccounts {
  readonly owner: AccountAddress;
  readonly operator: AccountAddress;
}

/** Derives 32 bytes that belong to a purpose and, through `networkSeed`, to one network. */
export const deriveSeed = (networkSeed: Uint8Array, purpose: string): Uint8Array =>
  sha3_256(networkSeed, utf8(purpose));

const accountOf = (seed: Uint8Array, address: AccountAddress | undefined): GenesisAccount => {
  const key = ed25519AuthenticationKey(publicKeyOf(seed));
  return { address: address ?? addressAtCreation(key), authenticationKey: key };
};

/** @param accounts addresses of the validators' accounts, where they are given */
export const makeValidators = (
  networkSeed: Uint8Array,
  count: number,
  accounts: readonly ValidatorAccounts[] = [],
): readonly Validator[] =>
  Array.from({ length: count }, (_, i) => {
    const seedFor = (purpose: string): Uint8Array => deriveSeed(networkSeed, `validator ${i} ${purpose}`);
    const consensusSeed = seedFor("consensus");
    return {
      name: String(i),
      sign: createSigner(consensusSeed),
      owner: accountOf(seedFor("owner"), accounts[i]?.owner),
      operator: accountOf(seedFor("operator"), accounts[i]?.operator),
      config: {
        consensusPublicKey: publicKeyOf(consensusSeed),
        ...validatorAddresses(seedFor("network"), seedFor("network addresses")),
      },
    };
  });
