/**
 * Keys and signatures of a transaction's signers. Source: types/src/transaction/authenticator.rs.
 */
import { type Codec, enumeration, struct, type Union, vector } from "@pdiem/light-client/codec/bcs";
import { verifyStrict } from "@pdiem/light-client/crypto/ed25519";
import { type AccountAddress, accountAddress } from "@pdiem/light-client/diem/address/account-address";
import {
  type AuthenticationKey,
  ed25519AuthenticationKey,
  multiEd25519AuthenticationKey,
} from "@pdiem/light-client/diem/transactions/authentication-key";
import { type Ed25519Authenticator, ed25519Authenticator } from "@pdiem/light-client/diem/transactions/ed25519";
import {
  type MultiEd25519PublicKey,
  type MultiEd25519Signature,
  multiEd25519PublicKey,
  multiEd25519Signature,
  verifyMultiEd25519,
} from "@pdiem/light-client/diem/transactions/multi-ed25519";
import { ProofError } from "@pdiem/light-client/error";

interface MultiEd25519Authenticator {
  readonly publicKey: MultiEd25519PublicKey;
  readonly signature: MultiEd25519Signature;
}

interface AccountAuthenticatorVariants {
  readonly ed25519: Ed25519Authenticator;
  readonly multiEd25519: MultiEd25519Authenticator;
}

/** One account's part in authorizing a transaction. */
export type AccountAuthenticator = Union<AccountAuthenticatorVariants>;

interface TransactionAuthenticatorVariants extends AccountAuthenticatorVariants {
  readonly multiAgent: {
    readonly sender: AccountAuthenticator;
    readonly secondarySignerAddresses: readonly AccountAddress[];
    readonly secondarySigners: readonly AccountAuthenticator[];
  };
}

export type TransactionAuthenticator = Union<TransactionAuthenticatorVariants>;

const multiEd25519 = struct<MultiEd25519Authenticator>({
  publicKey: multiEd25519PublicKey,
  signature: multiEd25519Signature,
});

export const accountAuthenticator: Codec<AccountAuthenticator> = enumeration<AccountAuthenticatorVariants>(
  "AccountAuthenticator",
  { ed25519: [0, ed25519Authenticator], multiEd25519: [1, multiEd25519] },
);

export const transactionAuthenticator: Codec<TransactionAuthenticator> = enumeration<TransactionAuthenticatorVariants>(
  "TransactionAuthenticator",
  {
    ed25519: [0, ed25519Authenticator],
    multiEd25519: [1, multiEd25519],
    multiAgent: [
      2,
      struct<TransactionAuthenticatorVariants["multiAgent"]>({
        sender: accountAuthenticator,
        secondarySignerAddresses: vector(accountAddress),
        secondarySigners: vector(accountAuthenticator),
      }),
    ],
  },
);

/**
 * Gives the authentication key that the account must have on chain for this authenticator to count.
 */
export const authenticationKeyOf = (authenticator: AccountAuthenticator): AuthenticationKey =>
  authenticator.type === "ed25519"
    ? ed25519AuthenticationKey(authenticator.value.publicKey)
    : multiEd25519AuthenticationKey(authenticator.value.publicKey);

/** Counts the signatures it holds; a transaction may hold 32 in all. */
export const signatureCount = (authenticator: AccountAuthenticator): number =>
  authenticator.type === "ed25519" ? 1 : authenticator.value.signature.length;

/** @throws ProofError `proof/signature` */
export const verifyAccountAuthenticator = (authenticator: AccountAuthenticator, message: Uint8Array): void => {
  if (authenticator.type === "multiEd25519") {
    verifyMultiEd25519(authenticator.value.publicKey, message, authenticator.value.signature);
    return;
  }
  const { publicKey, signature } = authenticator.value;
  if (!verifyStrict(publicKey, message, signature))
    throw new ProofError("proof/signature", "expected a valid Ed25519 signature over the signing message");
};
