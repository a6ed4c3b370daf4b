/** What custody's account on Diem has to be before genesis (PROTOCOL 5), read from proven state. */
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { readRole } from "@pdiem/chain-formats/diem/state/resources/roles";
import { equal, toHex } from "@pdiem/light-client/bytes";
import type { AccountState } from "@pdiem/light-client/diem/state/account-state";
import { readFreezing } from "@pdiem/light-client/diem/state/resources/account-freezing";
import { readChainId } from "@pdiem/light-client/diem/state/resources/chain";
import {
  type CurrencyInfo,
  largestAmountBelow,
  readCurrencyInfo,
} from "@pdiem/light-client/diem/state/resources/currency-info";
import { readBalance, readDiemAccount } from "@pdiem/light-client/diem/state/resources/diem-account";
import {
  readDualAttestationCredential,
  readDualAttestationLimit,
} from "@pdiem/light-client/diem/state/resources/dual-attestation";
import { readDiemVersion, readRegisteredCurrencies } from "@pdiem/light-client/diem/state/resources/on-chain-config";
import { readVmConfig } from "@pdiem/light-client/diem/state/resources/vm-config";
import { ed25519AuthenticationKey } from "@pdiem/light-client/diem/transactions/authentication-key";
import { type Finding, need, wish } from "../set-up/finding.js";

/** What the bridge's payments ask for at most; less where the network's own maximum is less. */
export const USUAL_MAX_GAS = 1_000_000n;

export interface CustodyInput {
  readonly config: BridgeConfig;
  /** Custody's state; undefined where there is no such account. */
  readonly custody: AccountState | undefined;
  /** The state of `0xA550C18`. */
  readonly root: AccountState;
  /** The enclave's Ed25519 public key; undefined where it isn't known. */
  readonly key: Uint8Array | undefined;
}

const hex = (bytes: Uint8Array): string => `0x${toHex(bytes)}`;
const ANOTHER = "it can't be undone: ask for another account, with add_all_currencies false";
const ADD = "have custody add it before its key is rotated: pdiem custody rotate does";

/** Lists currencies that custody has to have and hasn't. */
export const missingCurrencies = ({ currencies }: BridgeConfig, custody: AccountState): readonly string[] =>
  currencies.map(({ code }) => code).filter((code) => readBalance(custody, code) === undefined);

const limitFinding = (root: AccountState, code: string, maximum: bigint, info: CurrencyInfo | undefined): Finding => {
  const name = `maximum of ${code}`;
  const limit = readDualAttestationLimit(root);
  if (info === undefined || limit === undefined)
    return need(
      "diem/currency",
      name,
      false,
      "a currency of this network",
      "unknown to it",
      "bridge currencies that the network has",
    );
  const most = largestAmountBelow(info, limit);
  return need(
    "diem/dual-attestation-limit",
    name,
    maximum <= most,
    `at most ${most}, below the network's dual-attestation limit`,
    `${maximum}`,
    "lower the maximum in the configuration",
  );
};

/** Checks the network itself. */
export const networkFindings = ({ config, root }: CustodyInput): readonly Finding[] => {
  const { diem, currencies } = config;
  const gas = readVmConfig(root)?.gasConstants;
  const chainId = readChainId(root);
  const version = readDiemVersion(root) ?? 0n;
  return [
    need(
      "diem/other-chain",
      "Diem's chain id",
      chainId === diem.chainId,
      `${diem.chainId}`,
      `${chainId}`,
      "correct the configuration: this is another network",
    ),
    need(
      "diem/version",
      "Diem's version",
      version >= 2n,
      "2 or above, which takes script functions",
      `${version}`,
      "wait for its upgrade: the bridge can't pay there",
    ),
    need(
      "diem/gas-price",
      "least gas price",
      gas?.minPricePerGasUnit === 0n,
      "0: custody holds nothing of its own to pay with",
      `${gas?.minPricePerGasUnit}`,
      "wait: withdrawals and payouts stop while it isn't 0",
    ),
    need(
      "diem/gas-units",
      "maximum of gas units",
      (gas?.maximumNumberOfGasUnits ?? 0n) > 0n,
      "above 0",
      `${gas?.maximumNumberOfGasUnits}; payouts ask for ${lesser(gas?.maximumNumberOfGasUnits ?? 0n, USUAL_MAX_GAS)}`,
      "ask the network's operators",
    ),
    ...currencies.map(({ code, maximum }) => limitFinding(root, code, maximum, readCurrencyInfo(root, code))),
  ];
};

const lesser = (a: bigint, b: bigint): bigint => (a < b ? a : b);

const currencyFindings = ({ config, root }: CustodyInput, custody: AccountState): readonly Finding[] => {
  const bridged = new Set(config.currencies.map(({ code }) => code));
  const registered = readRegisteredCurrencies(root) ?? [];
  return [...new Set([...registered, ...bridged])].flatMap((code) => {
    const balance = readBalance(custody, code);
    const name = `custody's balance in ${code}`;
    if (!bridged.has(code))
      return balance === undefined
        ? []
        : [need("custody/other-currency", name, false, "none, as it isn't bridged", `${balance}`, ANOTHER)];
    if (balance === undefined)
      return [need("custody/missing-currency", name, false, "one, as it is bridged", "none", ADD)];
    const unowed = "before genesis: it stays with custody, owed to nobody. After genesis: pdiem reserves says more";
    return [wish("custody/unowed", name, balance === 0n, "0 before genesis", `${balance}`, unowed)];
  });
};

const keyFinding = (found: Uint8Array, key: Uint8Array | undefined): Finding => {
  const code = "custody/key";
  const name = "custody's authentication key";
  if (key === undefined)
    return { code, name, outcome: "not-shown", expected: "the enclave's, which doesn't answer", found: hex(found) };
  const expected = ed25519AuthenticationKey(key);
  return need(
    code,
    name,
    equal(found, expected),
    `${hex(expected)}, the enclave's`,
    hex(found),
    "once you have verified the enclave: pdiem custody rotate",
  );
};

const capability = (name: string, custody: Uint8Array, held: Uint8Array | undefined): Finding =>
  need(
    "custody/capability",
    `custody's ${name} capability`,
    held !== undefined && equal(held, custody),
    "its own",
    held === undefined ? "given away" : `of ${hex(held)}`,
    "have it given back, or ask for another account",
  );

/** Checks custody's own account. */
export const accountFindings = (input: CustodyInput): readonly Finding[] => {
  const { config, custody, key } = input;
  const address = config.diem.custody;
  const account = custody === undefined ? undefined : readDiemAccount(custody);
  if (custody === undefined || account === undefined)
    return [
      need(
        "custody/missing",
        `custody ${hex(address)}`,
        false,
        "an account",
        "not there",
        "ask Diem's treasury for it: pdiem custody plan",
      ),
    ];
  const role = readRole(custody) ?? "none that is known";
  const frozen = readFreezing(custody) !== false;
  const credential = readDualAttestationCredential(custody);
  const compliance = credential?.compliancePublicKey ?? new Uint8Array();
  return [
    need(
      "custody/role",
      "custody's role",
      role === "parentVasp",
      "parentVasp",
      role,
      "ask Diem's treasury for a parent VASP account",
    ),
    keyFinding(account.authenticationKey, key),
    capability("withdrawal", address, account.withdrawCapability),
    capability("key rotation", address, account.keyRotationCapability),
    need(
      "custody/frozen",
      "custody's freezing",
      !frozen,
      "not frozen",
      frozen ? "frozen" : "not frozen",
      "ask Diem's treasury compliance why, and to unfreeze it",
    ),
    ...currencyFindings(input, custody),
    wish(
      "custody/compliance-key",
      "custody's compliance key",
      compliance.length === 0,
      "none: then nobody can pay more than the limit at once, which would come back",
      compliance.length === 0 ? "none" : hex(compliance),
      "leave it; payments above the bridge's maximum are sent back less the refund fee",
    ),
    {
      code: "custody/sequence-number",
      name: "custody's sequence number",
      outcome: "ok",
      expected: "any",
      found: `${account.sequenceNumber}: genesis starts from it, and nothing may be sent from then on`,
    },
  ];
};
