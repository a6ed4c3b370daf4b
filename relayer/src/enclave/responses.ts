/** The shapes of `@pdiem/enclave/api`, checked as they come in: the enclave's host stands between. */
import type {
  Api,
  Endpoint,
  HeadsStatus,
  Hex,
  Identity,
  Receiving,
  SignedBatch,
  SignedPayout,
} from "@pdiem/enclave/api";
import { z } from "zod";

const hex = z.custom<Hex>(
  (value) => typeof value === "string" && /^0x(?:[0-9a-f]{2})*$/.test(value),
  "expected 0x-hex",
);
const decimal = z.string().regex(/^[0-9]{1,20}$/);
const height = z.int().min(0).max(0xffff_ffff);

const heads: z.ZodType<HeadsStatus> = z.object({
  diem: z.object({ version: decimal, epoch: decimal.exactOptional() }),
  relay: z.object({ setId: decimal, number: height, hash: hex }),
});

const identity = { bridgeId: hex, custodyKey: hex, handoverKey: hex, heads, checkpoint: hex.exactOptional() };

const receiving = { bridgeId: hex, handoverKey: hex, heads };

const shown = { tee: z.string(), reportData: hex, evidence: hex, supplement: hex.exactOptional() };

const signedBatch: z.ZodType<SignedBatch> = z.object({
  extrinsic: hex,
  hash: hex,
  nonce: height,
  birth: z.object({ number: height, hash: hex }),
  period: height,
  ledger: hex,
  anchor: hex,
  heads,
});

const signedPayout: z.ZodType<SignedPayout> = z.object({
  transaction: hex,
  hash: hex,
  index: decimal,
  sequenceNumber: decimal,
  expirationTimestampSecs: decimal,
  heads,
});

export const responses: { readonly [E in Endpoint]: z.ZodType<Api[E]["response"]> } = {
  "GET /v1/status": z.object({
    tee: z.string(),
    memoryOnly: z.literal(true).exactOptional(),
    active: (z.object(identity) as z.ZodType<Identity>).exactOptional(),
    receiving: (z.object(receiving) as z.ZodType<Receiving>).exactOptional(),
  }),
  "POST /v1/activate": z.object({ ...identity, ...shown }),
  "POST /v1/advance": z.object({ heads }),
  "POST /v1/checkpoint": z.object({ checkpoint: hex }),
  "POST /v1/genesis": signedBatch,
  "POST /v1/settle": signedBatch,
  "POST /v1/decide": signedBatch,
  "POST /v1/payout": signedPayout,
  "POST /v1/handover/challenge": z.object({ challenge: hex }),
  "POST /v1/handover/receive": z.object({ ...receiving, ...shown, challenge: hex }),
  "POST /v1/handover/nonce": z.object({ nonce: hex }),
  "POST /v1/handover/release": z.object({ box: hex, receiptChallenge: hex, heads }),
  "POST /v1/handover/accept": z.object(identity),
  "POST /v1/handover/receipt": z.object({ receipt: hex, heads }),
};
