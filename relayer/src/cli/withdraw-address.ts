import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import { withdrawalAccount, withdrawalPreimage } from "@pdiem/bridge/withdrawal/withdrawal-account";
import { toHex } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import { ProofError } from "@pdiem/light-client/error";
import { parseAccountId } from "../account-id.js";
import { parsePayee } from "../chains/diem/payee.js";
import { readConfig } from "../config.js";
import { expectOtherThanCustody, expectSpendable } from "../spendable.js";
import { type WithdrawalAccountView, withdrawalAccountView } from "../views/withdrawal-account-view.js";
import { withdrawalCall } from "../views/withdrawal-call.js";
import { apiUrl, askRelayer } from "./api-client.js";
import type { AskOptions, Output } from "./output.js";

export interface WithdrawAddressOptions extends AskOptions {
  /** SS58 or hex: who gets on the parachain what can't be paid on Diem, or comes back. */
  readonly refund: string;
}

const howToSend = (
  { code, assetId, minimum, isSufficient }: WithdrawalAccountView["currencies"][number],
  existentialDeposit: string | undefined,
): string => {
  const send = `send at least ${minimum} of asset ${assetId} for ${code}`;
  if (isSufficient) return send;
  const amount = existentialDeposit === undefined ? "" : ` (${existentialDeposit}, as the relayer's node says)`;
  return `${send}, and to a new account the existential deposit${amount} first, in one batch_all with it and the remark`;
};

/**
 * Derives the withdrawal account here, from the configuration, and makes it known to the relayer.
 * @throws RefusedError `refused/payee-family` for custody; ProofError `proof/withdrawal-account`
 * where the relayer names another account; those of `askRelayer`, `parsePayee`, `parseAccountId`
 * and `readConfig`
 */
export const withdrawAddressCommand = async (
  address: string,
  { config: file, api, json, refund }: WithdrawAddressOptions,
  output: Output,
): Promise<void> => {
  const config = readConfig(file);
  const refundAccount = parseAccountId(refund);
  const preimage = { ...parsePayee(config.bridge.diem.hrp, address), refundAccount };
  expectOtherThanCustody(config.bridge, preimage.payee);
  expectSpendable(config.bridge, refundAccount, "a refund account");
  const account = toHex(withdrawalAccount(bridgeId(config.bridge), preimage));
  const known = await askRelayer(api ?? apiUrl(config), "/api/v1/withdrawals", withdrawalAccountView, {
    payee: address,
    refundAccount: toHex(refundAccount),
  });
  if (known.account !== account)
    throw new ProofError(
      "proof/withdrawal-account",
      `the relayer names account ${known.account}, from the configuration follows ${account}: it serves another bridge`,
    );
  if (json === true) {
    output.out(JSON.stringify(known));
    return;
  }
  output.out(`0x${account}`);
  for (const currency of known.currencies) output.err(howToSend(currency, known.existentialDeposit));
  const remark = `0x${toHex(encode(withdrawalPreimage, preimage))}`;
  output.err("send it as one call, so that any relayer finds the transfer by the remark, whatever this one forgets:");
  for (const { code, assetId, isSufficient } of known.currencies) {
    const existentialDeposit = isSufficient ? undefined : (known.existentialDeposit ?? "DEPOSIT");
    const { assetsPallet } = config.bridge.parachain;
    output.err(
      `  ${code}: ${withdrawalCall({ assetsPallet, assetId, account: `0x${account}`, remark, existentialDeposit })}`,
    );
  }
  output.err(`remark ${remark}: with it, any relayer finds the transfer`);
};
