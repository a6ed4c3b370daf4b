/** PROTOCOL 4: the one payment of a release that proven state permits at custody's sequence number. */
import type { AccountAddress } from "@pdiem/light-client/diem/address/account-address";
import { readBalance } from "@pdiem/light-client/diem/state/resources/diem-account";
import { readDiemVersion } from "@pdiem/light-client/diem/state/resources/on-chain-config";
import { payloadFor } from "@pdiem/light-client/diem/transactions/framework-call";
import { encodeMetadata } from "@pdiem/light-client/diem/transactions/metadata";
import { peerToPeerCall } from "@pdiem/light-client/diem/transactions/peer-to-peer";
import type { RawTransaction } from "@pdiem/light-client/diem/transactions/raw-transaction";
import { RELEASES, verifyLeaf } from "../ledger/list.js";
import type { BridgeConfig } from "../config/bridge-config.js";
import { type Custody, checkCustody } from "../custody/custody.js";
import { RefusedError } from "../error.js";
import type { DiemFacts, Facts, ParachainFacts } from "../facts/facts.js";
import { checkSkew } from "../facts/skew.js";
import { checkRuntimeProfile, operate } from "../governance/operating.js";
import type { PayoutItem } from "../settlement/items.js";
import type { Ledger } from "../ledger/ledger.js";
import { foldSentEvents } from "./fold.js";
import { liveAssetOf, specVersionOf } from "../facts/parachain-state.js";
import { DIEM_ROOT, whyUnpayable } from "../withdrawal/payable.js";
import { close, isOpen } from "../ranges.js";
import type { Release } from "../ledger/release.js";
import { anchorAsset, type Bridge, checkInForce, checkNotBehind } from "../settlement/settle.js";
import { releaseSubaddress } from "../deposit/subaddress.js";

export interface Payout {
  /** Of the release. */
  readonly index: bigint;
  readonly release: Release;
  /** For custody's proven sequence number, to be signed by its key alone. */
  readonly transaction: RawTransaction;
}

/** In gas units, at price 0: what the SDKs ask for; a payment uses a small part of it. */
const MAX_GAS = 1_000_000n;

/** @throws RefusedError `refused/runtime-changed` unless the block was executed by the runtime of the last batch */
export const checkRuntime = ({ runtime }: Ledger, parachain: ParachainFacts): void => {
  const specVersion = specVersionOf(parachain);
  if (specVersion !== runtime.specVersion)
    throw new RefusedError(
      "refused/runtime-changed",
      `expected the ledger's spec version ${runtime.specVersion}, the block has ${specVersion}: settle first`,
      "later",
    );
};

const checkBalance = ({ state }: Custody, { currency, amount }: Release): void => {
  const balance = readBalance(state, currency) ?? 0n;
  if (balance < amount)
    throw new RefusedError(
      "refused/custody-balance",
      `expected custody to have at least ${amount} ${currency}, it has ${balance}`,
      "later",
    );
};

/** That the release is unpaid by the ledger and by every payment since. */
const checkUnpaidSince = (ledger: Ledger, facts: DiemFacts, { account }: Custody, index: bigint): void => {
  const { sentEvents } = account;
  const { paid } = foldSentEvents(ledger, facts, sentEvents, sentEvents.count);
  if (!isOpen(paid, index))
    throw new RefusedError("refused/paid-since", `expected an unpaid release, custody has paid ${index} meanwhile`);
  close(paid, index);
};

const checkPayable = (
  config: BridgeConfig,
  custody: Custody,
  facts: DiemFacts,
  { currency, amount, payee }: Release,
): void => {
  const unpayable = whyUnpayable(config, custody.state, facts, { currency, amount, payee });
  if (unpayable !== undefined)
    throw new RefusedError(
      `refused/payee-${unpayable}`,
      `expected a payee whom custody can pay, it can't for this reason: ${unpayable}`,
      "later",
    );
};

/** The release's index travels in the payment, so that the chain says what has been paid and a payment back finds its way. */
const metadataOf = ({ subaddress, origin }: Release, index: bigint): Uint8Array =>
  encodeMetadata({
    type: "general",
    value: {
      toSubaddress: subaddress,
      fromSubaddress: releaseSubaddress(index),
      referencedEvent: origin.type === "deposit" ? origin.value.number : undefined,
    },
  });

const diemVersionOf = (facts: DiemFacts): bigint => {
  const root = facts.account(DIEM_ROOT);
  const version = root === undefined ? undefined : readDiemVersion(root);
  if (version === undefined)
    throw new RefusedError("refused/diem-root", "expected 0xA550C18 to hold the network's DiemVersion");
  return version;
};

/** When a payment expires, whole seconds: `maxSkew` after the earlier of both chains' proven times. */
const expirationOf = (maxSkew: bigint, { diem, parachain }: Facts): bigint => {
  const earlier = diem.time < parachain.time ? diem.time : parachain.time;
  return (earlier + maxSkew) / 1000n;
};

const transactionOf = (
  { diem, currencies, maxSkew }: BridgeConfig,
  { account }: Custody,
  facts: Facts,
  { index, release: { leaf } }: PayoutItem,
): RawTransaction => {
  const sender: AccountAddress = diem.custody;
  const payment = {
    currency: leaf.currency,
    payee: leaf.payee,
    amount: leaf.amount,
    metadata: metadataOf(leaf, index),
    metadataSignature: new Uint8Array(),
  };
  return {
    sender,
    sequenceNumber: account.sequenceNumber,
    payload: payloadFor(diemVersionOf(facts.diem), peerToPeerCall(payment)),
    maxGasAmount: MAX_GAS,
    gasUnitPrice: 0n,
    gasCurrencyCode: currencies[0]?.code ?? leaf.currency,
    expirationTimestampSecs: expirationOf(maxSkew, facts),
    chainId: diem.chainId,
  };
};

/**
 * The payment of one release. Pure: the same facts give the same transaction, and any two for one sequence number exclude
 * each other on the chain. Conditions are checked in the order of the codes below.
 * @throws RefusedError `refused/skew`, `refused/not-in-force`, `refused/runtime-changed`; as `operate` and
 * `checkRuntimeProfile`; `refused/asset-frozen`; ProofError of `verifyLeaf`; `refused/already-paid`; as `checkCustody`;
 * `refused/custody-balance`, `refused/diem-behind`; as `foldSentEvents`; `refused/paid-since`, `refused/open-ranges`,
 * `refused/payee-…` with each `Unpayable`; `refused/diem-root`; ProofError `proof/not-shown`
 */
export const payout = (bridge: Omit<Bridge, "profile">, facts: Facts, item: PayoutItem): Payout => {
  const { config, issuer, ledger } = bridge;
  const { index, release } = item;
  checkSkew(config.maxSkew, facts);
  checkInForce(bridge, facts);
  checkRuntime(ledger, facts.parachain);
  checkRuntimeProfile(operate(bridge, facts.parachain), ledger);
  liveAssetOf(facts.parachain, anchorAsset(config));
  verifyLeaf(RELEASES, ledger.releases, index, release);
  if (!isOpen(ledger.paid, index))
    throw new RefusedError("refused/already-paid", `expected an unpaid release, ${index} is paid`);
  const custody = checkCustody(config, issuer, facts.diem);
  checkBalance(custody, release.leaf);
  checkNotBehind(ledger, custody);
  checkUnpaidSince(ledger, facts.diem, custody, index);
  checkPayable(config, custody, facts.diem, release.leaf);
  return { index, release: release.leaf, transaction: transactionOf(config, custody, facts, item) };
};
