/**
 * The first batch (PROTOCOL 5), signed once, when nothing on either chain has a past that could
 * count.
 */
import { equal } from "@pdiem/light-client/bytes";
import { EMPTY_ACCUMULATOR } from "@pdiem/light-client/diem/proofs/accumulator-append";
import { readChainId } from "@pdiem/light-client/diem/state/resources/chain";
import { readBalance } from "@pdiem/light-client/diem/state/resources/diem-account";
import { readRegisteredCurrencies } from "@pdiem/light-client/diem/state/resources/on-chain-config";
import type { BridgeConfig } from "../config/bridge-config.js";
import { checkConfig } from "../config/config-check.js";
import type { CurrencyConfig } from "../config/currency-config.js";
import { type Custody, checkCustody } from "../custody/custody.js";
import { RefusedError } from "../error.js";
import type { DiemFacts, Facts, ParachainFacts } from "../facts/facts.js";
import { issuerOf, liveAssetOf, specVersionOf } from "../facts/parachain-state.js";
import { checkSkew, earlierTime } from "../facts/skew.js";
import { governanceHash, initialGovernance } from "../governance/governance-state.js";
import type { CurrencyLedger, Ledger } from "../ledger/ledger.js";
import { DIEM_ROOT, exceedsDualAttestationLimit } from "../withdrawal/payable.js";
import { assembleBatch } from "./assemble-batch.js";
import type { Batch } from "./batch.js";

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
  config: BridgeConfig,
  issuer: Uint8Array,
  { code, assetId, minBalance }: CurrencyConfig,
  facts: ParachainFacts,
): void => {
  const details = liveAssetOf(config, facts, assetId);
  const of = `of asset ${assetId} (${code})`;
  demand(details.supply === 0n, "supply", `expected the supply ${of} to be 0, it is ${details.supply}`);
  demand(equal(details.owner, issuer), "owner", `expected the Owner ${of} to be the issuer`);
  demand(equal(details.issuer, issuer), "issuer", `expected the Issuer ${of} to be the issuer`);
  demand(equal(details.admin, issuer), "admin", `expected the Admin ${of} to be the issuer`);
  demand(
    equal(details.freezer, config.guardians.freezer),
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

const checkRootsTime = ({ rootsTime, maxSkew }: BridgeConfig, facts: Facts): void => {
  const time = earlierTime(facts);
  demand(
    rootsTime <= time + maxSkew,
    "roots-time",
    `expected roots of trust vouched for by now, ${time}, the configuration says ${rootsTime}`,
  );
};

const UNUSED = { start: 0n, used: 0n };
const EMPTY_CURRENCY: CurrencyLedger = { fees: 0n, owed: 0n, minted: UNUSED, released: UNUSED, refunded: UNUSED };

/**
 * Makes the ledger that a bridge starts with: what custody received and sent before doesn't count.
 * @param custody at genesis
 * @param time the block's, ms
 */
const firstLedger = (config: BridgeConfig, { account }: Custody, time: bigint): Ledger => ({
  time,
  active: 0n,
  nonce: 1,
  failures: 0,
  deposits: account.receivedEvents.count,
  waiting: EMPTY_ACCUMULATOR,
  accounts: EMPTY_ACCUMULATOR,
  releases: EMPTY_ACCUMULATOR,
  start: account.sequenceNumber,
  paid: { releases: 0n, events: account.sentEvents.count },
  currencies: config.currencies.map(() => EMPTY_CURRENCY),
  governance: governanceHash(initialGovernance(config)),
});

/**
 * Makes the batch that puts the first ledger in force. Dry-run it before it is submitted. If it
 * fails on chain, nonce 0 is spent and the key can't be used any more.
 * @param issuer the enclave's Ed25519 public key, 32 bytes
 * @throws RefusedError `refused/skew`, `refused/asset-absent`, `refused/asset-frozen`,
 * `refused/genesis-…` with a code for each other condition, or of `checkConfig` and `checkCustody`;
 * ProofError `proof/not-shown`
 */
export const settleGenesis = (config: BridgeConfig, issuer: Uint8Array, facts: Facts): Batch => {
  const { parachain } = facts;
  checkConfig(config);
  checkSkew(config.maxSkew, facts);
  checkRootsTime(config, facts);
  const custody = checkCustody(config, issuer, facts.diem);
  checkNetwork(config, custody, facts.diem);
  checkIssuer(config, issuer, parachain);
  for (const currency of config.currencies) checkAsset(config, issuer, currency, parachain);
  return assembleBatch({
    config,
    anchor: undefined,
    ledger: firstLedger(config, custody, parachain.time),
    calls: [],
    specVersion: specVersionOf(parachain),
  });
};
