/** Whether a transfer is as this page shows it: the relayer tells it, and only proofs count. */

import { release as releaseCodec } from "@pdiem/bridge/ledger/release";
import { type Check, checkThat, refusalIn, refused } from "@pdiem/bridge-client/examine/check";
import { formatAmount } from "@pdiem/bridge-client/examine/format-amount";
import type { TransferSubject } from "@pdiem/bridge-client/proof-set/transfer-checks";
import type { TransferEvidence } from "@pdiem/bridge-client/proof-set/transfer-evidence";
import { fromHex, toHex } from "@pdiem/light-client/bytes";
import { decode } from "@pdiem/light-client/codec/bcs";
import { readPayment } from "@pdiem/light-client/diem/state/event-data";
import { readDiemAccount } from "@pdiem/light-client/diem/state/resources/diem-account";
import type { Transfer } from "../views.js";

const NAME = "As shown here";

const textOf = (amount: bigint, currency: string, party: string): string =>
  `${formatAmount(amount)} ${currency}, 0x${party}`;

const proven = ({ config, diem }: TransferSubject, { payment, release }: TransferEvidence): string | undefined => {
  if (payment !== undefined) {
    const state = diem.account(config.diem.custody);
    const account = state === undefined ? undefined : readDiemAccount(state);
    if (account === undefined) return undefined;
    const { event } = diem.event(account.receivedEvents.key, BigInt(payment));
    const { amount, currency, payer } = readPayment(event);
    return textOf(amount, currency, toHex(payer));
  }
  if (release === undefined) return undefined;
  const { amount, currency, payee } = decode(releaseCodec, fromHex(release.leaf));
  return textOf(amount, currency, toHex(payee));
};

const shownText = (transfer: Transfer): string | undefined => {
  if (transfer.kind === "withdrawal") {
    const { amount, currency, payee } = transfer.withdrawal;
    return textOf(BigInt(amount), currency, payee);
  }
  if (transfer.payment === undefined) return undefined;
  const { amount, currency, sender } = transfer.payment;
  return textOf(BigInt(amount), currency, sender);
};

/** Compares amount, currency and party; nothing where either side doesn't tell them. */
export const checkShown = (
  subject: TransferSubject,
  evidence: TransferEvidence,
  transfer: Transfer,
): readonly Check[] => {
  const shown = shownText(transfer);
  if (shown === undefined) return [];
  try {
    const found = proven(subject, evidence);
    return found === undefined ? [] : [checkThat(NAME, found === shown, shown, found)];
  } catch (error) {
    return [refused(NAME, shown, refusalIn(error))];
  }
};
