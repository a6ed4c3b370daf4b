import { z } from "zod";

/**
 * Where to send wrapped asset for it to be paid on Diem. Bytes are hex without prefix, amounts
 * decimal strings.
 */
export const withdrawalAccountView = z.object({
  /** The parachain account: it has no key, and what is sent to it is for this payee alone. */
  account: z.string(),
  payee: z.string(),
  subaddress: z.string().optional(),
  /** Who gets on the parachain what can't be paid on Diem, or comes back. */
  refundAccount: z.string(),
  /**
   * The preimage, `0x` and hex. With it in a `System.remark` beside the transfer, any relayer finds
   * that.
   */
  remark: z.string(),
  /**
   * In the parachain's native token, as a node says: unproven. With too little the batch with the
   * transfer fails whole. What is more than needed stays on the account for good.
   */
  existentialDeposit: z
    .string()
    .regex(/^[0-9]{1,39}$/)
    .optional(),
  currencies: z.array(
    z.object({
      code: z.string(),
      assetId: z.int(),
      /** In force now, as the next one. */
      minimum: z.string(),
      maximum: z.string(),
      /** What is taken of any amount, and millionths of that amount beside it. */
      fee: z.object({ fixed: z.string(), millionths: z.int() }),
      /** Where it isn't, the account must first be given the parachain's existential deposit. */
      isSufficient: z.boolean(),
      /** Balance last proven. */
      balance: z.string(),
      /** Id of the transfer that the account's balance, or what is sent to it next, belongs to. */
      transfer: z.string(),
      /** The one call to send, with the remark; `AMOUNT` stands for what is sent. */
      call: z.string(),
    }),
  ),
});

export type WithdrawalAccountView = z.output<typeof withdrawalAccountView>;

/** A page of those that the relayer knows of. */
export const withdrawalAccountsView = z.object({
  accounts: z.array(withdrawalAccountView),
  /** How many it knows of. */
  known: z.int(),
  next: z.string().optional(),
});

export type WithdrawalAccountsView = z.output<typeof withdrawalAccountsView>;
