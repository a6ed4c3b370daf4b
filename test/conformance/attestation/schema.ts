/**
 * What a manifest of attestation evidence says of each item. Fields that a check can do without are
 * optional.
 */
import { z } from "zod";

const listed = { file: z.string(), bytes: z.number().optional(), sha256: z.string().optional() };
const time = z.string().refine((text) => !Number.isNaN(Date.parse(text)), "a time");
const registers = z.record(z.string(), z.union([z.string(), z.number()]));

export const rootItem = z.object({
  ...listed,
  certs: z.array(z.object({ subject: z.string(), sha256: z.string() })),
});

export const collateralItem = z.object(listed);

export const quoteItem = z.object({
  ...listed,
  collateral: z.string(),
  verifyAt: time,
  expected: z.string(),
  measurements: registers,
  ppid: z.string().optional(),
  computed: z
    .object({
      // The text of a rejection, or what it found.
      independentVerifier: z
        .union([z.string(), z.object({ status: z.string(), adv: z.array(z.string()), evalNum: z.number().optional() })])
        .optional(),
    })
    .optional(),
});

export const snpItem = z.object({
  ...listed,
  vcek: z.object(listed),
  /** The file of ASK and ARK, and a remark. */
  chain: z.string(),
  verifyAt: time.optional(),
  vcekValidity: z.tuple([time, time]),
  expected: z.string(),
  fields: registers,
});

export const nitroItem = z.object({
  ...listed,
  verifyAt: time,
  expected: z.string(),
  moduleId: z.string().optional(),
  /** Registers that aren't zero. */
  pcrs: z.record(z.string(), z.string()),
  userData: z.string().nullish(),
});

export type RootItem = z.infer<typeof rootItem>;
export type CollateralItem = z.infer<typeof collateralItem>;
export type QuoteItem = z.infer<typeof quoteItem>;
export type SnpItem = z.infer<typeof snpItem>;
export type NitroItem = z.infer<typeof nitroItem>;
