/**
 * Payouts of PROTOCOL 4: the one payment of each release, for the sequence number that it was born
 * with.
 */
import { readDiemVersion } from "@pdiem/light-client/diem/state/resources/on-chain-config";
import type { CallTransaction } from "@pdiem/light-client/diem/transactions/call-transaction";
import { encodeMetadata } from "@pdiem/light-client/diem/transactions/metadata";
import { paymentPayload } from "@pdiem/light-client/diem/transactions/payment-payload";
import type { BridgeConfig } from "../config/bridge-config.js";
import { type Custody, checkCustody } from "../custody/custody.js";
import { releaseSubaddress } from "../deposit/subaddress.js";
import { RefusedError } from "../error.js";
import type { Facts } from "../facts/facts.js";
import { liveAssetOf } from "../facts/parachain-state.js";
import { checkSkew, earlierTime } from "../facts/skew.js";
import { governanceInForce } from "../governance/in-force.js";
import { checkOperating } from "../governance/operating.js";
import type { Ledger } from "../ledger/ledger.js";
import { anchorAsset, checkLedgerInForce } from "../ledger/ledger-in-force.js";
import { verifyLeaf } from "../ledger/list.js";
import { RELEASES } from "../ledger/lists.js";
import type { Release } from "../ledger/release.js";
import type { BridgeState } from "../settlement/bridge-state.js";
import { readRoot } from "../withdrawal/payable.js";
import { checkFreeGas, maxGasOf } from "./gas.js";
import { PAYOUT_WINDOW, type PaymentRequest } from "./payment-request.js";

/** A payment to be signed by custody's key. */
export interface Payment {
  /** Index of the release in `ledger.releases`. */
  readonly index: bigint;
  readonly release: Release;
  readonly transaction: CallTransaction;
}

/** Relayers of one minute submit the same bytes, ms. */
const EXPIRY_STEP = 60_000n;

/**
 * Writes what the chain is to say of a payment. It names the release, for whom it is, and which
 * deposit it refunds.
 */
const metadataOf = ({ subaddress, origin }: Release, index: bigint): Uint8Array =>
  encodeMetadata({
    type: "general",
    value: {
      toSubaddress: subaddress,
      fromSubaddress: releaseSubaddress(index),
      referencedEvent: origin.type === "deposit" ? origin.value.number : undefined,
    },
  });

/** Computes when a payment expires, in whole seconds. */
const expirationOf = (maxSkew: bigint, facts: Facts): bigint =>
  ((earlierTime(facts) / EXPIRY_STEP) * EXPIRY_STEP + maxSkew) / 1000n;

const transactionOf = (
  { diem, currencies, maxSkew }: BridgeConfig,
  sequenceNumber: bigint,
  facts: Facts,
  { index, leaf }: PaymentRequest,
): CallTransaction => {
  const diemVersion = readRoot(facts.diem, readDiemVersion, "the network's DiemVersion");
  const payment = {
    currency: leaf.currency,
    payee: leaf.payee,
    amount: leaf.amount,
    metadata: metadataOf(leaf, index),
    metadataSignature: new Uint8Array(),
  };
  return {
    sender: diem.custody,
    sequenceNumber,
    payload: paymentPayload(diemVersion, payment),
    maxGasAmount: maxGasOf(facts.diem),
    gasUnitPrice: 0n,
    gasCurrencyCode: currencies[0]?.code ?? leaf.currency,
    expirationTimestampSecs: expirationOf(maxSkew, facts),
    chainId: diem.chainId,
  };
};

const checkRequests = (requests: readonly PaymentRequest[]): void => {
  const { length } = requests;
  if (length === 0 || length > PAYOUT_WINDOW)
    throw new RefusedError("refused/payments", `expected 1 to ${PAYOUT_WINDOW} releases to pay, got ${length}`);
  if (new Set(requests.map(({ index }) => index)).size !== length)
    throw new RefusedError("refused/duplicate", "expected each release to be asked for once");
};

/**
 * Finds a release's own sequence number, and checks that it can still be used and isn't too far
 * ahead.
 */
const sequenceNumberOf = ({ start, paid }: Ledger, { account }: Custody, index: bigint): bigint => {
  const number = start + index;
  const next = account.sequenceNumber;
  if (index < paid.releases || number < next)
    throw new RefusedError(
      "refused/number-used",
      `expected a release whose sequence number is unused, ${number} of release ${index} is used`,
    );
  if (number >= next + BigInt(PAYOUT_WINDOW))
    throw new RefusedError(
      "refused/number-ahead",
      `expected a sequence number below ${next + BigInt(PAYOUT_WINDOW)}, release ${index} has ${number}`,
      "later",
    );
  return number;
};

/**
 * Makes the payments of releases, in the order of the requests. The same facts give the same
 * transactions, and each can execute once at most, whatever else is signed. Whether a payee can be
 * paid isn't looked at: such a payment aborts.
 * @throws RefusedError `refused/payments`, `refused/duplicate`, `refused/skew`,
 * `refused/not-in-force`, `refused/governance`, `refused/paused`, `refused/asset-frozen`,
 * `refused/gas-price`, `refused/number-used`, `refused/number-ahead`, `refused/diem-root`, or of
 * `checkCustody`; ProofError `proof/not-shown`, or of `verifyLeaf`
 */
export const payments = (
  { config, issuer, ledger, governance }: BridgeState,
  facts: Facts,
  requests: readonly PaymentRequest[],
): readonly Payment[] => {
  checkRequests(requests);
  checkSkew(config.maxSkew, facts);
  checkLedgerInForce(config, issuer, ledger, facts.parachain);
  checkOperating(governanceInForce(config, ledger, governance));
  liveAssetOf(config, facts.parachain, anchorAsset(config));
  const custody = checkCustody(config, issuer, facts.diem);
  checkFreeGas(facts.diem);
  return requests.map((request) => {
    const { index, leaf, path } = request;
    verifyLeaf(RELEASES, ledger.releases, index, leaf, path);
    const sequenceNumber = sequenceNumberOf(ledger, custody, index);
    return { index, release: leaf, transaction: transactionOf(config, sequenceNumber, facts, request) };
  });
};
