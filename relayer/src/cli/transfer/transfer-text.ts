/** Transfers in words. */
import { formatAmount } from "@pdiem/bridge-client/examine/format-amount";
import { fromHex } from "@pdiem/light-client/bytes";
import { formatAccountId } from "../../account-id.js";
import { isDone, type ToldTransfer } from "./told-transfer.js";

const amountText = (amount: string | undefined, currency: string | undefined): string =>
  amount === undefined ? "?" : `${formatAmount(BigInt(amount))} ${currency ?? ""}`.trim();

const currencyOf = ({ payment, withdrawal }: ToldTransfer): string | undefined => (payment ?? withdrawal)?.currency;

/** Says how far a transfer is, or how it ended. */
export const stateText = (one: ToldTransfer): string => {
  const { result, payout, stage, waitingFor } = one;
  const wait = waitingFor ?? payout?.waitingFor;
  if (result === undefined) return wait === undefined ? stage : `${stage}; waits for ${wait}`;
  if (isDone(one) || payout === undefined) return result.outcome;
  return `${result.outcome}; payment ${payout.state}${wait === undefined ? "" : `, waits for ${wait}`}`;
};

/** One line of a list. */
export const lineText = (one: ToldTransfer): string => {
  const amount = amountText((one.payment ?? one.withdrawal)?.amount, currencyOf(one));
  const { seen } = one.at ?? {};
  const when = seen === undefined ? "" : `  ${new Date(seen).toISOString().slice(0, 19)}Z`;
  return `${one.id}  ${amount}  ${stateText(one)}${when}`;
};

/** An account of the parachain as people write it, with its bytes. */
const accountText = (hex: string): string => (hex.length === 64 ? `${formatAccountId(fromHex(hex))} (0x${hex})` : hex);

type Line = readonly [name: string, text: string | undefined];

const paymentLines = ({ payment }: ToldTransfer): readonly Line[] =>
  payment === undefined
    ? []
    : [
        ["paid", `${amountText(payment.amount, payment.currency)} to custody, version ${payment.version} of Diem`],
        ["by", `${payment.sender} on Diem`],
        ["metadata", payment.metadata],
      ];

const withdrawalLines = ({ withdrawal }: ToldTransfer): readonly Line[] =>
  withdrawal === undefined
    ? []
    : [
        ["amount", amountText(withdrawal.amount, withdrawal.currency)],
        ["account", accountText(withdrawal.account)],
        [
          "payee",
          `${withdrawal.payee} on Diem${withdrawal.subaddress === undefined ? "" : `, ${withdrawal.subaddress}`}`,
        ],
        ["refund to", accountText(withdrawal.refundAccount)],
      ];

const endLines = (one: ToldTransfer): readonly Line[] => {
  const { result } = one;
  if (result === undefined) return [];
  const whom = result.account ?? result.to;
  const amount = result.amount === undefined ? "" : ` ${amountText(result.amount, currencyOf(one))}`;
  return [
    ["ended", `${result.outcome}${amount}${whom === undefined ? "" : ` to ${accountText(whom)}`}`],
    ["batch", `0x${result.batch}, block ${result.block}`],
  ];
};

const payoutLines = ({ payout }: ToldTransfer): readonly Line[] =>
  payout === undefined
    ? []
    : [
        [
          "release",
          `${payout.release}, ${payout.state}${payout.version === undefined ? "" : `, version ${payout.version} of Diem`}`,
        ],
      ];

const timeLines = ({ at }: ToldTransfer): readonly Line[] =>
  Object.entries(at ?? {}).flatMap(([stage, ms]) =>
    typeof ms === "number" ? [[stage, new Date(ms).toISOString()] as const] : [],
  );

/** All that is known of a transfer, a line each. */
export const fullText = (one: ToldTransfer): string => {
  const lines: readonly Line[] = [
    ["transfer", one.id],
    ["state", stateText(one)],
    ...paymentLines(one),
    ...withdrawalLines(one),
    ...endLines(one),
    ...payoutLines(one),
    ...timeLines(one),
  ];
  return lines.flatMap(([name, text]) => (text === undefined ? [] : [`${name.padEnd(10)} ${text}`])).join("\n");
};
