/**
 * Ids of transfers. They come from the chains, so the same thing seen twice, or by two relayers,
 * has one id. BullMQ takes them for ids of jobs, and allows no colon in them.
 */

/** Names a deposit. @param number in custody's received events */
export const depositId = (number: bigint | string): string => `deposit-${number}`;

const DEPOSIT = /^deposit-([0-9]{1,20})$/;

/** Reads a deposit's number in custody's received events; undefined for the id of anything else. */
export const depositNumber = (id: string): bigint | undefined => {
  const digits = DEPOSIT.exec(id)?.[1];
  return digits === undefined ? undefined : BigInt(digits);
};

/**
 * Names a withdrawal.
 * @param account hex of its 32 bytes
 * @param ordinal how many times before the account's holdings of the currency were burned
 */
export const withdrawalId = (account: string, currency: string, ordinal: number): string =>
  `withdrawal-${account}-${currency}-${ordinal}`;

/** Names a registration. @param account hex of its 32 bytes */
export const registrationId = (account: string): string => `account-${account}`;

/**
 * Lists the ids of the transfers that a batch ends or burns.
 * @param batch deposits by number, withdrawals by id
 */
export const transfersIn = (batch: {
  readonly deposits: readonly string[];
  readonly withdrawals: readonly string[];
}): readonly string[] => [...batch.deposits.map((number) => depositId(number)), ...batch.withdrawals];
