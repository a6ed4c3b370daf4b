import { bridgeId } from "@pdiem/bridge/config/bridge-config";
import { RefusedError } from "@pdiem/bridge/error";
import { withdrawalAccount, withdrawalPreimage } from "@pdiem/bridge/withdrawal/withdrawal-account";
import { equal, toHex } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import { ProofError } from "@pdiem/light-client/error";
import { parseAccountId } from "../account-id.js";
import { parsePayee } from "../chains/diem/payee.js";
import { readConfig } from "../config.js";
import { type WithdrawalAccountView, withdrawalAccountView } from "../views/withdrawal-account-view.js";
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
  if (equal(preimage.payee, config.bridge.diem.custody))
    throw new RefusedError(
      "refused/payee-family",
      "expected somebody else's address, got that of the bridge's own custody: it can't be paid",
    );
  const account = toHex(withdrawalAccount(bridgeId(config.bridge), preimage));
  const known = await askRelayer(api ?? apiUrl(config), "/api/withdrawals", withdrawalAccountView, {
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
  output.err(`remark 0x${toHex(encode(withdrawalPreimage, preimage))}: with it, any relayer finds the transfer`);
};
