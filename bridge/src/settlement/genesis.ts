/** PROTOCOL 5: the first batch, signed once, when nothing on either chain has a past that could count. */
import { equal } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import { EMPTY_ACCUMULATOR } from "@pdiem/light-client/diem/proofs/accumulator-append";
import { readChainId } from "@pdiem/light-client/diem/state/resources/chain";
import { readBalance } from "@pdiem/light-client/diem/state/resources/diem-account";
import { readRegisteredCurrencies } from "@pdiem/light-client/diem/state/resources/on-chain-config";
import { approveTransfer, remark } from "@pdiem/light-client/polkadot/extrinsics/call";
import type { ChainProfile } from "@pdiem/light-client/polkadot/extrinsics/chain-profile";
import { anchorOf } from "../ledger/anchor.js";
import { type BridgeConfig, bridgeId } from "../config/bridge-config.js";
import { checkConfig } from "../config/config-check.js";
import type { CurrencyConfig } from "../config/currency-config.js";
import { type Custody, checkCustody } from "../custody/custody.js";
import { RefusedError } from "../error.js";
import type { DiemFacts, Facts, ParachainFacts } from "../facts/facts.js";
import { checkSkew } from "../facts/skew.js";
import { NO_DECISIONS } from "../governance/decision-chain.js";
import { checkProfile } from "../governance/operating.js";
import type { CurrencyLedger, Ledger } from "../ledger/ledger.js";
import { assetOf, issuerOf, liveAssetOf, specVersionOf } from "../facts/parachain-state.js";
import { DIEM_ROOT, exceedsDualAttestationLimit } from "../withdrawal/payable.js";
import { anchorAsset, type Settlement } from "./settle.js";
import { type Step, step as stepCodec } from "../ledger/journal-entry.js";

const demand = (holds: boolean, code: string, message: string): void => {
  if (!holds) throw new RefusedError(`refused/genesis-${code}`, message, "later");
};

const checkNetwork = ({ diem, currencies }: BridgeConfig, custody: Custody, facts: DiemFacts): void => {
  const root = facts.account(DIEM_ROOT) ?? [];
  demand(
    readChainId(root) === diem.chainId,
    "chain-id",
    `expected Diem's chain id to be ${diem.chainId}, got ${readChainId(root)}`,
  );
  const registered = readRegisteredCurrencies(root) ?? [];
  demand(registered.length > 0, "currencies", "expected 0xA550C18 to hold the network's currencies");
  const bridged = new Set(currencies.map(({ code }) => code));
  for (const code of new Set([...registered, ...bridged])) {
    const isHeld = readBalance(custody.state, code) !== undefined;
    demand(
      isHeld === bridged.has(code),
      "balances",
      `expected custody to have balances in exactly the bridged currencies; ${code} is ${isHeld ? "not bridged" : "missing"}`,
    );
  }
  for (const { code, maximum } of currencies)
    demand(
      !exceedsDualAttestationLimit(facts, code, maximum),
      "dual-attestation",
      `expected ${code}'s maximum ${maximum} to be below Diem's dual-attestation limit`,
    );
};

const checkAsset = (
  { guardians }: BridgeConfig,
  issuer: Uint8Array,
  { code, assetId, minBalance }: CurrencyConfig,
  facts: ParachainFacts,
): void => {
  const details = assetOf(facts, assetId);
  liveAssetOf(facts, assetId);
  const of = `of asset ${assetId} (${code})`;
  demand(details.supply === 0n, "supply", `expected the supply ${of} to be 0, it is ${details.supply}`);
  demand(equal(details.owner, issuer), "owner", `expected the Owner ${of} to be the issuer`);
  demand(equal(details.issuer, issuer), "issuer", `expected the Issuer ${of} to be the issuer`);
  demand(equal(details.admin, issuer), "admin", `expected the Admin ${of} to be the issuer`);
  demand(
    equal(details.freezer, guardians.freezer),
    "freezer",
    `expected the Freezer ${of} to be the guardians' account`,
  );
  demand(
    details.minBalance === minBalance,
    "min-balance",
    `expected the minimum balance ${of} to be ${minBalance}, it is ${details.minBalance}`,
  );
};

const checkIssuer = ({ reserve, genesisCost }: BridgeConfig, issuer: Uint8Array, facts: ParachainFacts): void => {
  const { nonce, free } = issuerOf(facts, issuer);
  demand(
    nonce === 0,
    "nonce",
    `expected the issuer never to have signed anything, its nonce is ${nonce}: use a new key`,
  );
  const needed = reserve + genesisCost;
  demand(free >= needed, "balance", `expected the issuer to have at least ${needed}, it has ${free}: fund it`);
};

const checkRootsTime = ({ rootsTime, maxSkew }: BridgeConfig, { diem, parachain }: Facts): void => {
  const time = diem.time < parachain.time ? diem.time : parachain.time;
  demand(
    rootsTime <= time + maxSkew,
    "roots-time",
    `expected roots of trust vouched for by now, ${time}, the configuration says ${rootsTime}`,
  );
};

const EMPTY_CURRENCY: CurrencyLedger = {
  fees: 0n,
  minted: { start: 0n, used: 0n },
  released: { start: 0n, used: 0n },
  refunded: { start: 0n, used: 0n },
};

/**
 * The batch that puts the first ledger in force, which starts from custody's proven counts: what was before doesn't count.
 * Dry-run it before it is submitted: if it fails on chain, nonce 0 is spent and the key can't be used any more.
 * @param issuer the enclave's Ed25519 public key
 * @throws RefusedError as `checkConfig` and `checkCustody`; `refused/asset-absent`, `refused/asset-frozen`,
 * `refused/profile`, `refused/skew`; `refused/genesis-…` with a code for each other condition;
 * ProofError `proof/not-shown`
 */
export const settleGenesis = (
  {
    config,
    issuer,
    profile,
  }: { readonly config: BridgeConfig; readonly issuer: Uint8Array; readonly profile: ChainProfile },
  facts: Facts,
): Settlement => {
  const { parachain } = facts;
  checkConfig(config);
  checkSkew(config.maxSkew, facts);
  checkRootsTime(config, facts);
  const runtimeProfile = checkProfile([config.parachain.profile], profile);
  const custody = checkCustody(config, issuer, facts.diem);
  checkNetwork(config, custody, facts.diem);
  checkIssuer(config, issuer, parachain);
  for (const currency of config.currencies) checkAsset(config, issuer, currency, parachain);

  const id = bridgeId(config);
  const specVersion = specVersionOf(parachain);
  const { receivedEvents, sentEvents } = custody.account;
  const ledger: Ledger = {
    time: parachain.time,
    worked: 0n,
    nonce: 1,
    runtime: { specVersion, profile: runtimeProfile },
    deposits: { next: receivedEvents.count, open: [] },
    accounts: EMPTY_ACCUMULATOR,
    releases: EMPTY_ACCUMULATOR,
    paid: { sent: sentEvents.count, next: 0n, open: [] },
    currencies: config.currencies.map(() => EMPTY_CURRENCY),
    decisions: NO_DECISIONS,
  };
  const anchor = anchorOf(id, ledger);
  const step: Step = { ledger, accounts: [], releases: [], kept: [], returned: [], decisions: [], thawed: false };
  const calls = [approveTransfer(anchorAsset(config), anchor, 1n), remark(encode(stepCodec, step))];
  return { ledger, anchor, calls, step, nonce: 0, specVersion, deposits: [], withdrawals: [] };
};
