import {
  signedTransaction,
  signedTransactionHash,
  signRawTransaction,
} from "@pdiem/chain-formats/diem/transactions/transaction";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { encode } from "../../codec/bcs.js";
import { signerOf } from "../../crypto/ed25519.js";
import { callMessage, withSignature } from "./call-transaction.js";
import { paymentPayload } from "./payment-payload.js";

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const u64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const payments = fc.record({
  currency: fc.constantFrom("XUS", "XDX"),
  payee: bytes(16),
  amount: u64,
  metadata: fc.uint8Array({ maxLength: 40 }),
  metadataSignature: fc.constant(new Uint8Array()),
});

test("a call is signed, encoded and hashed as any transaction is", () => {
  fc.assert(
    fc.property(bytes(32), payments, fc.constantFrom(1n, 2n), u64, (seed, payment, version, number) => {
      const raw = {
        sender: payment.payee,
        sequenceNumber: number,
        payload: paymentPayload(version, payment),
        maxGasAmount: 1_000_000n,
        gasUnitPrice: 0n,
        gasCurrencyCode: payment.currency,
        expirationTimestampSecs: number,
        chainId: 4,
      };
      const whole = signRawTransaction(raw, seed);
      const signer = signerOf(seed);
      expect(withSignature(raw, signer.publicKey(), signer.sign(callMessage(raw)))).toEqual({
        transaction: encode(signedTransaction, whole),
        hash: signedTransactionHash(whole),
      });
    }),
    { numRuns: 30 },
  );
});
