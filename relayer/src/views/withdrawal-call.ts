/** What a user's wallet has to send, as runtimes name it. */
export interface WithdrawalTransfer {
  readonly assetsPallet: string;
  readonly assetId: number;
  /** `0x` and hex. */
  readonly account: string;
  /** The preimage, `0x` and hex. */
  readonly remark: string;
  /** What a new account must be given first; undefined where the asset suffices by itself. */
  readonly existentialDeposit: bigint | string | undefined;
}

/**
 * Writes the one call that makes a withdrawal that can't be lost. It is the transfer together with
 * the remark by which any relayer finds it. `AMOUNT` stands for what is sent.
 */
export const withdrawalCall = ({
  assetsPallet,
  assetId,
  account,
  remark,
  existentialDeposit,
}: WithdrawalTransfer): string => {
  const calls = [
    ...(existentialDeposit === undefined
      ? []
      : [`Balances.transfer_keep_alive(dest: ${account}, value: ${existentialDeposit})`]),
    `${assetsPallet}.transfer_keep_alive(id: ${assetId}, target: ${account}, amount: AMOUNT)`,
    `System.remark(remark: ${remark})`,
  ];
  return `Utility.batch_all([${calls.join(", ")}])`;
};
