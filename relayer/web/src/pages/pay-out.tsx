import { bridgeId as bridgeIdOf } from "@pdiem/bridge/config/bridge-config";
import {
  type WithdrawalPreimage,
  withdrawalAccount,
  withdrawalPreimage,
} from "@pdiem/bridge/withdrawal/withdrawal-account";
import { formatAmount } from "@pdiem/bridge-client/examine/format-amount";
import { decodeAccountIdentifier } from "@pdiem/chain-formats/diem/address/account-identifier";
import { fromHex, toHex } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import type { ParachainAccountView, ParachainView } from "@pdiem/relayer/views/parachain-view";
import { withdrawalAccountView } from "@pdiem/relayer/views/withdrawal-account-view";
import { useSignal } from "@preact/signals";
import { asError } from "../api/as-error.js";
import { ask } from "../api/ask.js";
import { PATHS } from "../api/paths.js";
import { usePoll } from "../api/poll.js";
import { RelayerError } from "../api/relayer-error.js";
import { parseAmount } from "../format/amount.js";
import { useDraft } from "../kept/draft.js";
import { follow } from "../kept/kept.js";
import { CurrencyChoice, TextField } from "../parts/fields.js";
import { explain } from "../parts/polled.js";
import { Quote, useSimulation } from "../parts/quote.js";
import { WalletChoice } from "../parts/wallet-choice.js";
import { hrefOf } from "../route.js";
import { TEXTS } from "../texts.js";
import type { WalletAccount } from "../wallet/injected.js";
import { loadAccount, loadChain, sendWithdrawal } from "../wallet/send-withdrawal.js";
import { readAccount, writeAccount } from "../wallet/ss58.js";
import type { MoveProps } from "./move-props.js";
import { isDistrusted } from "./verify-page.js";

const T = TEXTS.move;
const HEX_ADDRESS = /^(?:0x)?[0-9a-fA-F]{32}$/;
const LONGEST = 120;

/** Reads a payee as people write it; undefined for anything else. */
const readPayee = (hrp: string, text: string): Pick<WithdrawalPreimage, "payee" | "subaddress"> | undefined => {
  const trimmed = text.trim();
  if (HEX_ADDRESS.test(trimmed))
    return { payee: fromHex(trimmed.toLowerCase().replace(/^0x/, ""), 16), subaddress: undefined };
  if (trimmed.length === 0 || trimmed.length > LONGEST) return undefined;
  try {
    const { address, subaddress } = decodeAccountIdentifier(hrp, trimmed);
    return { payee: address, subaddress };
  } catch {
    return undefined;
  }
};

type Sending =
  | { readonly state: "none" }
  | { readonly state: "signing" }
  | { readonly state: "sent"; readonly transfer: string }
  | { readonly state: "refused"; readonly error: Error };

const holdingOf = (account: ParachainAccountView, code: string) => account.assets.find((one) => one.code === code);

const Sent = ({ of }: { of: Sending }) => {
  if (of.state === "signing")
    return (
      <p class="busy" role="status">
        {T.out.signing}
      </p>
    );
  if (of.state === "refused")
    return (
      <div class="banner bad" role="alert">
        <p>
          {T.out.refused} {explain(of.error)}
        </p>
      </div>
    );
  if (of.state === "none") return null;
  return (
    <div class="banner good" role="status" data-sent={of.transfer}>
      <p>
        {T.out.sent} <a href={hrefOf("transfers", of.transfer)}>{TEXTS.transfers.title}</a>
      </p>
    </div>
  );
};

interface Funds {
  readonly chain: ParachainView;
  readonly account: ParachainAccountView;
}

const Balance = ({ funds, code, needsDeposit }: { funds: Funds | undefined; code: string; needsDeposit: boolean }) => {
  if (funds === undefined) return null;
  const { token, existentialDeposit } = funds.chain;
  return (
    <p class="hint">
      {T.out.balance}: {formatAmount(BigInt(holdingOf(funds.account, code)?.balance ?? "0"))} {code},{" "}
      {formatAmount(BigInt(funds.account.free), token.decimals)} {token.symbol}
      {needsDeposit
        ? ` · ${T.out.deposit(`${formatAmount(BigInt(existentialDeposit), token.decimals)} ${token.symbol}`)}`
        : ""}
    </p>
  );
};

/** Withdraws to Diem: one signature sends the asset, its account's deposit and the remark. */
export const PayOut = ({ bridge: { config }, currency, durations }: MoveProps) => {
  const payeeText = useDraft("payee");
  const amountText = useDraft("amount");
  const refundText = useDraft("refund");
  const from = useSignal<WalletAccount | undefined>(undefined);
  const sending = useSignal<Sending>({ state: "none" });
  const code = currency.value;
  const payee = readPayee(config.diem.hrp, payeeText.value);
  const amount = parseAmount(amountText.value);
  const refund = readAccount(refundText.value);
  const preimage = payee === undefined || refund === undefined ? undefined : { ...payee, refundAccount: refund };
  const limits = config.currencies.find((one) => one.code === code);
  const key =
    preimage === undefined || amount === undefined
      ? undefined
      : `${toHex(encode(withdrawalPreimage, preimage))} ${code} ${amount}`;
  const simulation = useSimulation(key, () => ({
    type: "withdrawal",
    preimage: preimage ?? { payee: new Uint8Array(16), subaddress: undefined, refundAccount: new Uint8Array(32) },
    currency: code,
    amount: amount ?? 0n,
  }));
  const sender = from.value;
  const funds = usePoll(
    `funds ${sender?.address ?? ""}`,
    async (): Promise<Funds | undefined> =>
      sender === undefined
        ? undefined
        : { chain: (await loadChain()).chain, account: await loadAccount(sender.address) },
    6_000,
  ).value.value;
  const needsDeposit = funds !== undefined && holdingOf(funds.account, code)?.isSufficient === false;
  const holds = funds === undefined ? 0n : BigInt(holdingOf(funds.account, code)?.balance ?? "0");
  const isTooLittle = funds !== undefined && amount !== undefined && holds < amount;

  const send = async (): Promise<void> => {
    if (sender === undefined || preimage === undefined || amount === undefined || funds === undefined) return;
    sending.value = { state: "signing" };
    try {
      const account = withdrawalAccount(bridgeIdOf(config), preimage);
      // The relayer must come to the same account: else it serves another bridge.
      const known = await ask(PATHS.withdrawals, withdrawalAccountView, {
        payee: payeeText.value.trim(),
        refundAccount: toHex(preimage.refundAccount),
      });
      if (known.account !== toHex(account))
        throw new RelayerError("page/bridge", "the relayer names another withdrawal account: don't send", false);
      const transfer = known.currencies.find((one) => one.code === code)?.transfer ?? "";
      await sendWithdrawal(sender, {
        assetsPallet: config.parachain.assetsPallet,
        assetId: limits?.assetId ?? 0,
        to: writeAccount(account, funds.chain.ss58Prefix),
        amount,
        existentialDeposit: needsDeposit ? BigInt(funds.chain.existentialDeposit) : 0n,
        remark: encode(withdrawalPreimage, preimage),
      });
      follow(transfer);
      sending.value = { state: "sent", transfer };
    } catch (error) {
      sending.value = { state: "refused", error: asError(error) };
    }
  };

  return (
    <>
      <div class="two">
        <section class="card">
          <CurrencyChoice config={config} chosen={currency} />
          <TextField
            id="amount"
            label={T.amount}
            hint={limits === undefined ? "" : T.amountHint(formatAmount(limits.minimum), formatAmount(limits.maximum))}
            value={amountText}
            isBad={amountText.value !== "" && (amount === undefined || isTooLittle)}
            isNumber
          />
          <TextField
            id="payee"
            label={T.payee}
            hint={T.payeeHint}
            value={payeeText}
            isBad={payeeText.value !== "" && payee === undefined}
            hasBook
          />
          <h2>{T.out.from}</h2>
          {sender === undefined ? null : <p class="mono">{sender.address}</p>}
          <Balance funds={funds} code={code} needsDeposit={needsDeposit} />
          {isTooLittle ? <p class="hint">{T.out.tooLittle}</p> : null}
          <WalletChoice
            label={T.out.connect}
            onPick={(account) => {
              from.value = account;
              if (refundText.value === "") refundText.value = account.address;
            }}
          />
          <TextField
            id="refund"
            label={T.out.refund}
            hint={T.out.refundHint}
            value={refundText}
            isBad={refundText.value !== "" && refund === undefined}
            hasBook
          />
        </section>
        <Quote kind="withdrawal" code={code} amount={amount} of={simulation.value} duration={durations?.withdrawal} />
      </div>
      <p>
        <button
          type="button"
          class="main"
          disabled={
            key === undefined ||
            funds === undefined ||
            isTooLittle ||
            sending.value.state === "signing" ||
            isDistrusted()
          }
          onClick={() => void send()}
        >
          {T.out.send}
        </button>
      </p>
      <Sent of={sending.value} />
    </>
  );
};
