/** How one transfer ended, by what both chains show and the ledger in force vouches for. */
import { type BridgeConfig, bridgeId as bridgeIdOf } from "@pdiem/bridge/config/bridge-config";
import { readDestination } from "@pdiem/bridge/deposit/destination";
import type { DiemFacts } from "@pdiem/bridge/facts/facts";
import { anchorOf } from "@pdiem/bridge/ledger/anchor";
import type { Ledger } from "@pdiem/bridge/ledger/ledger";
import { verifyLeaf } from "@pdiem/bridge/ledger/list";
import { ACCOUNTS, RELEASES, WAITING } from "@pdiem/bridge/ledger/lists";
import { type Release, release as releaseCodec } from "@pdiem/bridge/ledger/release";
import { sentPaymentAt } from "@pdiem/bridge/payout/fold";
import { fromHex, toHex } from "@pdiem/light-client/bytes";
import { decode } from "@pdiem/light-client/codec/bcs";
import { type Payment, readPayment } from "@pdiem/light-client/diem/state/event-data";
import { type DiemAccount, readDiemAccount } from "@pdiem/light-client/diem/state/resources/diem-account";
import { isPdiemError, ProofError } from "@pdiem/light-client/error";
import { type Check, checkThat, notShown, refused } from "../examine/check.js";
import { formatAmount } from "../examine/format-amount.js";
import { type SettledDeposit, settledDeposit, settledWithdrawal } from "./settled-transfer.js";
import type { TransferEvidence } from "./transfer-evidence.js";

/** What a transfer is judged by: a ledger that is checked to be in force, and proven facts. */
export interface TransferSubject {
  readonly config: BridgeConfig;
  /** The bridge's key, 32 bytes. */
  readonly issuer: Uint8Array;
  readonly ledger: Ledger;
  readonly diem: DiemFacts;
}

type Leaf = NonNullable<TransferEvidence["release"]>;

const pathOf = ({ path }: Pick<Leaf, "path">): readonly Uint8Array[] => path.map((sibling) => fromHex(sibling, 32));

const custodyOf = ({ config, diem }: TransferSubject): DiemAccount => {
  const state = diem.account(config.diem.custody);
  const account = state === undefined ? undefined : readDiemAccount(state);
  if (account === undefined) throw new ProofError("proof/not-shown", "expected custody's account");
  return account;
};

const making = (name: string, expected: string, make: () => string): Check => {
  try {
    return checkThat(name, true, expected, make());
  } catch (error) {
    if (!isPdiemError(error)) throw error;
    return refused(name, expected, error);
  }
};

const money = (amount: bigint, currency: string): string => `${formatAmount(amount)} ${currency}`;

/** Reads a deposit's payment. @throws ProofError `proof/not-shown` */
const paymentAt = (subject: TransferSubject, number: bigint): Payment & { readonly version: bigint } => {
  const { event, transactionVersion } = subject.diem.event(custodyOf(subject).receivedEvents.key, number);
  return { ...readPayment(event), version: transactionVersion };
};

/** Reads a release, which the ledger's list must hold. @throws ProofError */
const releaseIn = ({ ledger }: TransferSubject, shown: Leaf): Release => {
  const release = decode(releaseCodec, fromHex(shown.leaf));
  verifyLeaf(RELEASES, ledger.releases, BigInt(shown.index), release, pathOf(shown));
  return release;
};

const OWED = "the ledger in force owes it on Diem, as this release";
const PAID = "custody's own payment on Diem, which names the release";

const checkRelease = (
  subject: TransferSubject,
  shown: Leaf,
  isIts: (release: Release) => boolean,
): readonly Check[] => {
  const owed = making("Release", OWED, () => {
    const release = releaseIn(subject, shown);
    if (!isIts(release)) throw new ProofError("proof/transfer", "expected a release of this transfer, it is another's");
    return `${shown.index}: ${money(release.amount, release.currency)} to 0x${toHex(release.payee)}`;
  });
  if (shown.paid === undefined)
    return [owed, notShown("Payment on Diem", PAID, "none yet: it is owed, or its payment has aborted")];
  const paid = making("Payment on Diem", PAID, () => {
    const release = releaseIn(subject, shown);
    const payment = sentPaymentAt(subject.diem, custodyOf(subject), BigInt(shown.paid ?? ""));
    const isSame =
      payment.index === BigInt(shown.index) &&
      payment.amount === release.amount &&
      payment.currency === release.currency;
    if (!isSame) throw new ProofError("proof/transfer", "expected a payment of this release, it is another's");
    return `${money(payment.amount, payment.currency)} at version ${payment.transactionVersion}`;
  });
  return [owed, paid];
};

/** Names whom a deposit is minted to: its metadata says, or a registered account's leaf. */
const beneficiaryOf = (
  { ledger }: TransferSubject,
  { account }: TransferEvidence,
  metadata: Uint8Array,
): Uint8Array | undefined => {
  const destination = readDestination(metadata);
  if (destination.type === "account") return destination.account;
  if (destination.type !== "registered" || account === undefined || BigInt(account.index) !== destination.index)
    return undefined;
  const leaf = fromHex(account.leaf, 32);
  verifyLeaf(ACCOUNTS, ledger.accounts, destination.index, leaf, pathOf(account));
  return leaf;
};

const endText = (end: SettledDeposit): string => {
  switch (end.type) {
    case "minted":
      return `minted to 0x${toHex(end.account)}: ${money(end.amount, end.currency)}`;
    case "kept":
      return "kept by custody: it names nobody, and is too small to be sent back";
    case "other":
      return "settled by that batch in another way";
  }
};

const SIGNED = "a batch that the bridge's key has signed, and that led to the ledger in force";

const checkDepositEnd = (subject: TransferSubject, evidence: TransferEvidence, number: bigint): readonly Check[] => {
  const { release, waiting, batches } = evidence;
  const isIts = ({ origin }: Release): boolean => origin.type === "deposit" && origin.value.number === number;
  if (release !== undefined) return checkRelease(subject, release, isIts);
  if (waiting !== undefined)
    return [
      making("Waiting", "a leaf among what waits, in the ledger in force", () => {
        const leaf = { type: "deposit", value: number } as const;
        verifyLeaf(WAITING, subject.ledger.waiting, BigInt(waiting.index), leaf, pathOf(waiting));
        return `leaf ${waiting.index}: it was taken up, and waits`;
      }),
    ];
  if (batches.length === 0)
    return [notShown("Settlement", SIGNED, "too many batches have come since: their chain isn't shown")];
  return [
    making("Settlement", SIGNED, () => {
      const { config, issuer, ledger } = subject;
      const payment = paymentAt(subject, number);
      const account = beneficiaryOf(subject, evidence, payment.metadata);
      const bridgeId = bridgeIdOf(config);
      const scope = { bridgeId, issuer };
      return endText(
        settledDeposit({ config, scope, anchor: anchorOf(bridgeId, ledger), batches }, { number, payment, account }),
      );
    }),
  ];
};

const checkDeposit = (subject: TransferSubject, evidence: TransferEvidence, number: bigint): readonly Check[] => {
  const { deposits } = subject.ledger;
  const isTaken = number < deposits;
  return [
    making("Payment", `payment ${number} to custody, on the Diem ledger`, () => {
      const { amount, currency, payer, version } = paymentAt(subject, number);
      return `${money(amount, currency)} from 0x${toHex(payer)}, at version ${version}`;
    }),
    checkThat(
      "Taken up",
      true,
      "by the ledger in force, or still to come",
      isTaken ? `yes: it has taken up ${deposits} payments` : `not yet: it has taken up ${deposits} payments`,
    ),
    ...(isTaken ? checkDepositEnd(subject, evidence, number) : []),
  ];
};

const WITHDRAWAL = /^withdrawal-([0-9a-f]{64})-([A-Z][A-Z0-9]{0,31})-[0-9]{1,10}$/;

const checkWithdrawal = (subject: TransferSubject, evidence: TransferEvidence): readonly Check[] => {
  const [, account = "", currency = ""] = WITHDRAWAL.exec(evidence.id) ?? [];
  const { release, batches } = evidence;
  const isIts = (one: Release): boolean =>
    one.origin.type === "withdrawal" && toHex(one.origin.value.account) === account && one.currency === currency;
  if (release !== undefined) return checkRelease(subject, release, isIts);
  if (batches.length === 0)
    return [notShown("Settlement", SIGNED, "nothing is burned yet, or too many batches have come since")];
  return [
    making("Settlement", SIGNED, () => {
      const { config, issuer, ledger } = subject;
      const bridgeId = bridgeIdOf(config);
      const told = { config, scope: { bridgeId, issuer }, anchor: anchorOf(bridgeId, ledger), batches };
      const { preimage, amount } = settledWithdrawal(told, account, currency);
      return `given back: ${money(amount, currency)} to 0x${toHex(preimage.refundAccount)}`;
    }),
  ];
};

/** Checks everything that is shown of a transfer; what is missing is among the checks. */
export const checkTransfer = (subject: TransferSubject, evidence: TransferEvidence): readonly Check[] =>
  evidence.payment === undefined
    ? checkWithdrawal(subject, evidence)
    : checkDeposit(subject, evidence, BigInt(evidence.payment));
