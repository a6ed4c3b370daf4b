/**
 * A transaction with its signers' authenticators: what is submitted. Source:
 * types/src/transaction/mod.rs.
 */
import { compare } from "@pdiem/light-client/bytes";
import { type Codec, struct } from "@pdiem/light-client/codec/bcs";
import { publicKeyOf, sign } from "@pdiem/light-client/crypto/ed25519";
import { type MultiEd25519PublicKey, signMultiEd25519 } from "@pdiem/light-client/diem/transactions/multi-ed25519";
import { ProofError } from "@pdiem/light-client/error";
import {
  type AccountAuthenticator,
  signatureCount,
  type TransactionAuthenticator,
  transactionAuthenticator,
  verifyAccountAuthenticator,
} from "./authenticator.js";
import {
  type MultiAgentTransaction,
  multiAgentSigningMessage,
  type RawTransaction,
  rawTransaction,
  signingMessage,
} from "./raw-transaction.js";

export interface SignedTransaction {
  readonly rawTransaction: RawTransaction;
  readonly authenticator: TransactionAuthenticator;
}

export const signedTransaction: Codec<SignedTransaction> = struct<SignedTransaction>({
  rawTransaction,
  authenticator: transactionAuthenticator,
});

/** An account's key or keys, able to sign. Seeds are the 32 bytes of RFC 8032 private keys. */
export type Signer =
  | { readonly type: "ed25519"; readonly seed: Uint8Array }
  | {
      readonly type: "multiEd25519";
      readonly publicKey: MultiEd25519PublicKey;
      readonly seeds: readonly (readonly [index: number, seed: Uint8Array])[];
    };

const MAX_SIGNATURES = 32;

const authenticate = (signer: Signer, message: Uint8Array): AccountAuthenticator =>
  signer.type === "ed25519"
    ? { type: "ed25519", value: { publicKey: publicKeyOf(signer.seed), signature: sign(signer.seed, message) } }
    : {
        type: "multiEd25519",
        value: { publicKey: signer.publicKey, signature: signMultiEd25519(signer.seeds, message) },
      };

/** Signs with one Ed25519 key. Deterministic: the same input gives the same bytes. */
export const signRawTransaction = (raw: RawTransaction, seed: Uint8Array): SignedTransaction =>
  signTransaction(raw, { type: "ed25519", seed });

/** Signs by the sender alone. */
export const signTransaction = (raw: RawTransaction, signer: Signer): SignedTransaction => ({
  rawTransaction: raw,
  authenticator: authenticate(signer, signingMessage(raw)),
});

/**
 * Signs by the sender and by each secondary signer, in the order of their addresses in
 * `transaction`.
 */
export const signMultiAgentTransaction = (
  transaction: MultiAgentTransaction,
  sender: Signer,
  secondarySigners: readonly Signer[],
): SignedTransaction => {
  const message = multiAgentSigningMessage(transaction);
  return {
    rawTransaction: transaction.rawTransaction,
    authenticator: {
      type: "multiAgent",
      value: {
        sender: authenticate(sender, message),
        secondarySignerAddresses: transaction.secondarySignerAddresses,
        secondarySigners: secondarySigners.map((signer) => authenticate(signer, message)),
      },
    },
  };
};

const verifyMultiAgent = (
  raw: RawTransaction,
  { sender, secondarySignerAddresses, secondarySigners }: (TransactionAuthenticator & { type: "multiAgent" })["value"],
): void => {
  if (secondarySignerAddresses.length !== secondarySigners.length)
    throw new ProofError(
      "proof/signature",
      `expected ${secondarySignerAddresses.length} secondary signers, got ${secondarySigners.length}`,
    );
  const addresses = [raw.sender, ...secondarySignerAddresses].sort(compare);
  if (addresses.some((address, i) => i > 0 && compare(address, addresses[i - 1] as Uint8Array) === 0))
    throw new ProofError("proof/signature", "expected distinct signers, an address comes twice");
  const signers = [sender, ...secondarySigners];
  if (signers.reduce((count, signer) => count + signatureCount(signer), 0) > MAX_SIGNATURES)
    throw new ProofError("proof/signature", `expected at most ${MAX_SIGNATURES} signatures in all`);
  const message = multiAgentSigningMessage({ rawTransaction: raw, secondarySignerAddresses });
  for (const signer of signers) verifyAccountAuthenticator(signer, message);
};

/**
 * Checks the signatures; not whether the keys are those of the accounts, which only the chain's
 * state tells.
 * @throws ProofError `proof/signature`
 */
export const verifySignedTransaction = ({ rawTransaction: raw, authenticator }: SignedTransaction): void => {
  if (authenticator.type === "multiAgent") verifyMultiAgent(raw, authenticator.value);
  else verifyAccountAuthenticator(authenticator, signingMessage(raw));
};
