/**
 * A withdrawal as a person makes it. It asks for the account, sends wrapped asset to it, watches,
 * and checks the payee.
 */
import { feeOf } from "@pdiem/bridge/config/fee";
import { withdrawalPreimage } from "@pdiem/bridge/withdrawal/withdrawal-account";
import { encodeAccountIdentifier } from "@pdiem/chain-formats/diem/address/account-identifier";
import type { Operator } from "@pdiem/devnet/asset-hub/operator";
import { createAccount } from "@pdiem/devnet/local-bridge/custody";
import type { LocalBridge } from "@pdiem/devnet/local-bridge/local-bridge";
import { fromHex, toHex } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import { encodeAddress } from "@polkadot/util-crypto";
import { coins, native } from "./coins.js";
import { followTransfer, type TransferJson } from "./follow-transfer.js";
import { pdiem } from "./pdiem.js";
import { proveDiemBalance } from "./proven-balances.js";
import type { Route } from "./route.js";
import type { Terminal } from "./terminal.js";

const AMOUNT = 10_000_000n;

const tell = ({ stage, payout, result }: TransferJson): readonly [string, string] | undefined => {
  if (result !== undefined) return ["confirmed", `its sent event is proven, version ${payout?.version ?? "?"}`];
  if (payout !== undefined) return ["owed", `burned, and owed on Diem as release ${payout.release}`];
  if (stage === "settled") return ["burned", "in a signed batch"];
  return stage === "proven" ? ["proven", "the account's balance, at a finalized block"] : undefined;
};

/** @param holder of at least the amount @returns true once the payee's balance is proven on Diem */
export const demonstrateWithdrawal = async (
  bridge: LocalBridge,
  { config, currency }: Route,
  holder: Operator,
  terminal: Terminal,
): Promise<boolean> => {
  const { code, assetId, fees } = currency;
  const payee = createAccount(bridge.chains.diem, 0n, "A payee");
  const address = encodeAccountIdentifier(config.bridge.diem.hrp, payee.address);
  terminal.line();
  terminal.line(`${terminal.bold("A withdrawal")} of ${coins(AMOUNT)} p${code} to ${address}`);
  terminal.begin("asking for a withdrawal account");
  const { account, existentialDeposit } = await pdiem<{ account: string; existentialDeposit?: string }>(
    bridge,
    "withdraw-address",
    address,
    "--refund",
    toHex(holder.account),
  );
  terminal.done(
    "address",
    `${encodeAddress(fromHex(account, 32), 2)}, derived from the payee and the refund account alone`,
  );
  terminal.begin("sending");
  const deposit = BigInt(existentialDeposit ?? holder.existentialDeposit);
  const preimage = { payee: payee.address, subaddress: undefined, refundAccount: holder.account };
  await holder.transferToNew({
    id: assetId,
    target: fromHex(account, 32),
    amount: AMOUNT,
    deposit,
    remark: encode(withdrawalPreimage, preimage),
  });
  terminal.done("sent", `by ${encodeAddress(holder.account, 2)}, in one batch_all: the existential deposit,`);
  terminal.more(
    `${native(deposit)}, as the account is new; ${coins(AMOUNT)} p${code}; the remark that names the payee`,
  );
  const { result } = await followTransfer(bridge, terminal, ({ id }) => id.startsWith(`withdrawal-${account}`), tell);
  const { balance, at } = await proveDiemBalance(config, payee.address, code);
  const arrived = result?.outcome === "paid" && balance === AMOUNT - feeOf(fees.withdrawal, AMOUNT);
  if (arrived) terminal.done("arrived", `${coins(balance)} ${code}, proven from Diem's state at ${at}`);
  else terminal.fail(`the withdrawal ended as ${result?.outcome}, with a balance of ${coins(balance)} ${code}`);
  return arrived;
};
