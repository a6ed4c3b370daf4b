/**
 * Ids of transfers. They come from the chains, so the same thing seen twice, or by two relayers,
 * has one id. BullMQ takes them for ids of jobs, and allows no colon in them.
 */

/** Names a deposit. @param number in custody's received events */
export const depositId = (number: bigint | string): string => `deposit-${number}`;

/**
 * Names a withdrawal.
 * @param account hex of its 32 bytes
 * @param ordinal how many times before the account's holdings of the currency were burned
 */
export const withdrawalId = (account: string, currency: string, ordinal: number): string =>
  `withdrawal-${account}-${currency}-${ordinal}`;

/** Names a registration. @param account hex of its 32 bytes */
export const registrationId = (account: string): string => `account-${account}`;
