/** Whether the assets, the issuer and others are as the bridge needs them (PROTOCOL 5). */
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import type { CurrencyConfig } from "@pdiem/bridge/config/currency-config";
import { equal, toHex, utf8 } from "@pdiem/light-client/bytes";
import type { AssetDetails } from "@pdiem/light-client/polkadot/trie/storage-value";
import { issuerNeeds } from "../../readiness/issuer-needs.js";
import { type Finding, need, wish } from "../set-up/finding.js";
import type { HubState } from "./hub-state.js";

export interface AssetCheckInput {
  readonly config: BridgeConfig;
  readonly state: HubState;
  /** The enclave's key as account id. */
  readonly issuer: Uint8Array;
  /** Diem's decimals of a currency; undefined where Diem couldn't be asked. */
  readonly decimals: (code: string) => number | undefined;
}

const hex = (bytes: Uint8Array): string => `0x${toHex(bytes)}`;
const ROLES = ["owner", "issuer", "admin", "freezer"] as const;
const NOT_OURS = "the Owner can set it (pdiem assets create); where that isn't you, take another id";

const roleFindings = (details: AssetDetails, of: string, { config, issuer }: AssetCheckInput): readonly Finding[] =>
  ROLES.map((role) => {
    const [account, whose] =
      role === "freezer" ? [config.guardians.freezer, "the guardians'"] : [issuer, "the enclave's"];
    const name = `${role.charAt(0).toUpperCase()}${role.slice(1)} ${of}`;
    return need(
      `asset/${role}`,
      name,
      equal(details[role], account),
      `${hex(account)}, ${whose}`,
      hex(details[role]),
      NOT_OURS,
    );
  });

/** Other text than ASCII is shown escaped by `findingLines`. */
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

const metadataFindings = (
  { code, assetId }: CurrencyConfig,
  of: string,
  { state, decimals }: AssetCheckInput,
): readonly Finding[] => {
  const metadata = state.metadata(assetId);
  const expected = decimals(code);
  const unset = "set it before the enclave becomes Owner (pdiem assets create); later only governance can";
  if (metadata === undefined)
    return [
      wish(
        "asset/metadata",
        `metadata ${of}`,
        false,
        "name, symbol and decimals",
        "none: wallets show smallest units",
        unset,
      ),
    ];
  const { name, symbol, decimals: found } = metadata;
  const told = `"${textOf(name)}", ${textOf(symbol)}, ${found} decimals`;
  if (expected === undefined)
    return [
      {
        code: "asset/metadata",
        name: `metadata ${of}`,
        outcome: "not-shown",
        expected: "the decimals that Diem has",
        found: told,
      },
    ];
  return [
    wish("asset/metadata", `metadata ${of}`, found === expected, `${expected} decimals, as Diem has`, told, unset),
    wish(
      "asset/symbol",
      `symbol ${of}`,
      !equal(symbol, utf8(code)),
      `another symbol than ${code}`,
      textOf(symbol),
      unset,
    ),
  ];
};

const assetFindings = (currency: CurrencyConfig, input: AssetCheckInput): readonly Finding[] => {
  const { code, assetId, minBalance } = currency;
  const { state, issuer } = input;
  const of = `of asset ${assetId} (${code})`;
  const details = state.details(assetId);
  if (details === undefined)
    return [
      need(
        "asset/missing",
        `asset ${assetId} (${code})`,
        false,
        "an asset",
        "not there",
        "make it: pdiem assets plan, then create",
      ),
    ];
  const isYoung = (state.account(issuer)?.nonce ?? 0) === 0;
  return [
    ...roleFindings(details, of, input),
    need(
      "asset/least-balance",
      `least balance ${of}`,
      details.minBalance === minBalance,
      `${minBalance}`,
      `${details.minBalance}`,
      "take another id, or write that one into the configuration while nothing rests on it",
    ),
    need(
      "asset/frozen",
      `status ${of}`,
      details.status === "live",
      "live",
      details.status,
      "its Freezer or Admin thaws it: while it is frozen nothing goes through",
    ),
    ...(isYoung
      ? [
          need(
            "asset/supply",
            `supply ${of}`,
            details.supply === 0n,
            "0, as genesis wants",
            `${details.supply}`,
            "burn it before the enclave gets the roles, or take another id",
          ),
        ]
      : []),
    wish(
      "asset/sufficiency",
      `sufficiency ${of}`,
      details.isSufficient,
      "sufficient, so that its holders need nothing else",
      details.isSufficient ? "sufficient" : "not sufficient, which is the normal case",
      "tell users: who receives it needs the native token's existential deposit first, else deposits go back",
    ),
    ...metadataFindings(currency, of, input),
  ];
};

const issuerFindings = ({ config, state, issuer }: AssetCheckInput): readonly Finding[] => {
  const account = state.account(issuer);
  const free = account?.free ?? 0n;
  const { least, why } = issuerNeeds(config, account);
  const name = `issuer's free balance, of ${hex(issuer)}`;
  return [need("issuer/low", name, free >= least, `at least ${least}, ${why}`, `${free}`, `send it ${least - free}`)];
};

const otherFindings = ({ config, state }: AssetCheckInput): readonly Finding[] => {
  const freezer = state.account(config.guardians.freezer);
  const fees = state.account(config.feeAccount);
  const sufficient = config.currencies.every(({ assetId }) => state.details(assetId)?.isSufficient === true);
  return [
    wish(
      "freezer/low",
      `guardians' Freezer ${hex(config.guardians.freezer)}`,
      (freezer?.free ?? 0n) > 0n,
      "something to pay the fee of a freeze with",
      `${freezer?.free ?? 0n}`,
      "send it some of the native token",
    ),
    ...(sufficient
      ? []
      : [
          wish(
            "fee-account/low",
            `fee account ${hex(config.feeAccount)}`,
            (fees?.providers ?? 0) > 0,
            "the existential deposit, so that it can receive assets that aren't sufficient",
            `${fees?.free ?? 0n}`,
            "send it some of the native token, or no fees can be claimed",
          ),
        ]),
  ];
};

/**
 * Compares everything. What only guardians' decisions change is compared with the configuration.
 */
export const checkAssetSetUp = (input: AssetCheckInput): readonly Finding[] => [
  ...input.config.currencies.flatMap((currency) => assetFindings(currency, input)),
  ...issuerFindings(input),
  ...otherFindings(input),
];
