/** Transactions on their way to whoever signs them, and back: JSON. */

import { rawTransaction, signingMessage } from "@pdiem/chain-formats/diem/transactions/raw-transaction";
import {
  type SignedTransaction,
  verifySignedTransaction,
} from "@pdiem/chain-formats/diem/transactions/signed-transaction";
import { fromHex, toHex } from "@pdiem/light-client/bytes";
import { decode, encode } from "@pdiem/light-client/codec/bcs";
import { z } from "zod";
import { ConfigError } from "../../error.js";
import { readJson, writeJson } from "../json-file.js";
import type { RotationStep } from "./rotation.js";

const bytes = (length: number) =>
  z
    .string()
    .regex(new RegExp(`^(0x)?[0-9a-fA-F]{${2 * length}}$`), `expected ${length} bytes of hex`)
    .transform((text) => fromHex(text));

const MOST_BYTES = 16_384;

const schema = z.strictObject({
  transactions: z
    .array(
      z.strictObject({
        name: z.string().max(200),
        rawTransaction: z
          .string()
          .regex(/^0x(?:[0-9a-f]{2})*$/i)
          .max(2 * MOST_BYTES),
        signingMessage: z.string(),
        publicKey: bytes(32),
        signature: bytes(64),
      }),
    )
    .min(1)
    .max(65),
});

/** Writes them with room for public key and signature: Ed25519 over the signing message. */
export const writeRotationFile = (path: string, steps: readonly RotationStep[]): void =>
  writeJson(path, {
    transactions: steps.map(({ name, raw }) => ({
      name,
      rawTransaction: `0x${toHex(encode(rawTransaction, raw))}`,
      signingMessage: `0x${toHex(signingMessage(raw))}`,
      publicKey: "",
      signature: "",
    })),
  });

/** A transaction that is signed, and what it is. */
export interface SignedStep {
  readonly name: string;
  readonly signed: SignedTransaction;
}

/**
 * Reads them signed.
 * @throws ConfigError `config/unsigned`; ProofError `proof/signature`; DecodeError
 */
export const readRotationFile = (path: string): readonly SignedStep[] => {
  const { success, data, error } = schema.safeParse(readJson(path));
  if (!success)
    throw new ConfigError(
      "config/unsigned",
      `expected transactions in ${path}, each with publicKey and signature: ${z.prettifyError(error)}`,
    );
  return data.transactions.map(({ name, rawTransaction: text, publicKey, signature }) => {
    const raw = decode(rawTransaction, fromHex(text));
    const signed: SignedTransaction = {
      rawTransaction: raw,
      authenticator: { type: "ed25519", value: { publicKey, signature } },
    };
    verifySignedTransaction(signed);
    return { name, signed };
  });
};
