import { formatAmount } from "@pdiem/bridge-client/examine/format-amount";
import { decodeAccountIdentifier } from "@pdiem/chain-formats/diem/address/account-identifier";
import { formatIntent } from "@pdiem/chain-formats/diem/address/intent";
import { toHex } from "@pdiem/light-client/bytes";
import { accountView } from "@pdiem/relayer/views/account-view";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { asError } from "../api/as-error.js";
import { ask } from "../api/ask.js";
import { PATHS } from "../api/paths.js";
import { RelayerError } from "../api/relayer-error.js";
import { parseAmount } from "../format/amount.js";
import { draftOf, keepDraft, useDraft } from "../kept/draft.js";
import { note } from "../kept/kept.js";
import { Arrivals } from "../parts/arrivals.js";
import { Copy } from "../parts/copy.js";
import { CurrencyChoice, TextField } from "../parts/fields.js";
import { explain } from "../parts/polled.js";
import { Qr } from "../parts/qr.js";
import { Quote, useSimulation } from "../parts/quote.js";
import { WalletChoice } from "../parts/wallet-choice.js";
import { hrefOf } from "../route.js";
import { TEXTS } from "../texts.js";
import { askVerifier } from "../verify/verifier.js";
import { readAccount } from "../wallet/ss58.js";
import type { MoveProps } from "./move-props.js";
import { isDistrusted } from "./verify-page.js";

const T = TEXTS.move;
const ASK_MS = 1_000;
const PATIENCE_MS = 180_000;

type Address =
  | { readonly state: "none" }
  | { readonly state: "asking"; readonly waitingFor: string }
  | { readonly state: "known"; readonly account: string; readonly address: string }
  | { readonly state: "refused"; readonly error: Error };

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, ASK_MS));

/** Registers an account, and proves in this page that the address is its own. */
const provenAddress = async (account: Uint8Array, tell: (waitingFor: string) => void): Promise<string> => {
  const name = toHex(account);
  await ask(PATHS.accounts, accountView, { account: name });
  for (const start = Date.now(); Date.now() - start < PATIENCE_MS; await pause()) {
    const { registered, waitingFor } = await ask(`${PATHS.accounts}/${name}`, accountView);
    if (registered === undefined) {
      tell(waitingFor ?? "");
      continue;
    }
    try {
      return await askVerifier({ type: "registration", account, registered });
    } catch (error) {
      // A batch has come in between, or nobody answered: the next answer is a new one.
      if (!(error instanceof RelayerError && error.isPassing)) throw error;
    }
  }
  throw new RelayerError("page/timeout", "the registration takes longer than expected: try again", true);
};

const useAddress = () => {
  const address = useSignal<Address>({ state: "none" });
  const get = async (account: Uint8Array): Promise<void> => {
    address.value = { state: "asking", waitingFor: "" };
    keepDraft("asked", toHex(account));
    try {
      const proven = await provenAddress(account, (waitingFor) => {
        address.value = { state: "asking", waitingFor };
      });
      address.value = { state: "known", account: toHex(account), address: proven };
    } catch (error) {
      address.value = { state: "refused", error: asError(error) };
    }
  };
  return { address, get };
};

interface ShownAddressProps {
  readonly of: Address;
  readonly hrp: string;
  readonly currency: string;
  readonly amount: bigint | undefined;
}

const ShownAddress = ({ of, hrp, currency, amount }: ShownAddressProps) => {
  if (of.state === "asking")
    return (
      <p class="busy" role="status">
        {T.pay.asking} {of.waitingFor === "" ? "" : TEXTS.transfers.waits(of.waitingFor)}
      </p>
    );
  if (of.state === "refused")
    return (
      <div class="banner bad" role="alert">
        <p>
          {T.pay.refused} {explain(of.error)}
        </p>
      </div>
    );
  if (of.state === "none") return null;
  const { address, subaddress } = decodeAccountIdentifier(hrp, of.address);
  const link = formatIntent(hrp, { address, subaddress, currency, amount });
  return (
    <div class="address" data-address={of.address}>
      <Qr text={link} label={T.pay.qr} />
      <div>
        <p class="banner good">✓ {T.pay.checked}</p>
        <p>
          {T.pay.address}: <span class="mono">{of.address}</span> <Copy text={of.address} what={T.pay.address} />
        </p>
        <p class="bar">
          <a class="button" href={link}>
            {T.pay.link}
          </a>
          <a class="button" href={hrefOf("transfers")}>
            {T.pay.follow}
          </a>
        </p>
        <p class="hint">{T.pay.reuse}</p>
        {subaddress === undefined ? null : <Arrivals subaddress={toHex(subaddress)} />}
      </div>
    </div>
  );
};

/** Deposits from Diem: shows an account's deposit address, once it is proven. */
export const PayIn = ({ bridge: { config }, currency, durations }: MoveProps) => {
  const accountText = useDraft("account");
  const amountText = useDraft("amount");
  const account = readAccount(accountText.value);
  const amount = parseAmount(amountText.value);
  const { address, get } = useAddress();
  useEffect(() => {
    if (account !== undefined && draftOf("asked") === toHex(account)) void get(account);
  }, []);
  const code = currency.value;
  const limits = config.currencies.find((one) => one.code === code);
  const key = account === undefined || amount === undefined ? undefined : `${toHex(account)} ${code} ${amount}`;
  const simulation = useSimulation(key, () => ({
    type: "deposit",
    account: account ?? new Uint8Array(),
    currency: code,
    amount: amount ?? 0n,
  }));
  const shown = address.value.state === "known" && toHex(account ?? new Uint8Array()) !== address.value.account;
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
            isBad={amountText.value !== "" && amount === undefined}
            isNumber
          />
          <TextField
            id="account"
            label={T.beneficiary}
            hint={T.beneficiaryHint}
            value={accountText}
            isBad={accountText.value !== "" && account === undefined}
            hasBook
          />
          <WalletChoice
            label={T.pick}
            onPick={({ address: picked, name }) => {
              accountText.value = picked;
              if (name !== undefined) note(name, picked);
            }}
          />
        </section>
        <Quote kind="deposit" code={code} amount={amount} of={simulation.value} duration={durations?.deposit} />
      </div>
      <section class="card">
        <h2>{T.pay.title}</h2>
        <p>
          <button
            type="button"
            class="main"
            disabled={account === undefined || address.value.state === "asking" || isDistrusted()}
            onClick={() => account !== undefined && void get(account)}
          >
            {T.pay.ask}
          </button>
        </p>
        {shown ? null : <ShownAddress of={address.value} hrp={config.diem.hrp} currency={code} amount={amount} />}
      </section>
    </>
  );
};
