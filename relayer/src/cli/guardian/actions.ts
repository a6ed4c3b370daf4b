/** What guardians can decide, from the command line's words. */
import { profileJson } from "@pdiem/bridge-client/json/chain-profile-json";
import type { Action } from "@pdiem/bridge/governance/decision";
import type { CurrentLedger } from "@pdiem/bridge/governance/in-force";
import { limitsOf } from "@pdiem/bridge/governance/limits";
import { checkMeasurement } from "@pdiem/bridge/config/measurement";
import { fromHex } from "@pdiem/light-client/bytes";
import { parseAccountId } from "../../account-id.js";
import { ConfigError } from "../../error.js";

/** Amounts in smallest units; those left out stay as they are. */
export interface LimitsOptions {
  readonly minimum?: bigint;
  readonly maximum?: bigint;
  readonly mint?: bigint;
  readonly release?: bigint;
  readonly refund?: bigint;
}

/** @throws ConfigError `config/currency` */
export const limitsAction = (
  { currencies }: CurrentLedger,
  code: string,
  { minimum, maximum, mint, release, refund }: LimitsOptions,
): Action => {
  const currency = currencies.find((one) => one.code === code);
  if (currency === undefined)
    throw new ConfigError(
      "config/currency",
      `expected one of ${currencies.map((one) => one.code).join(", ")}, got "${code.slice(0, 40)}"`,
    );
  const now = limitsOf(currency);
  const value = {
    currency: code,
    minimum: minimum ?? now.minimum,
    maximum: maximum ?? now.maximum,
    mint: mint ?? now.mint,
    release: release ?? now.release,
    refund: refund ?? now.refund,
  };
  return { type: "limits", value };
};

/** @param text name of a shipped profile, or `0x`-hex of any other's encoding. @throws DecodeError */
export const profileAction = (text: string): Action => ({
  type: "profile",
  value: profileJson.parse(text, "profile"),
});

export interface GuardiansOptions {
  /** Ed25519 public keys, hex. */
  readonly keys: readonly string[];
  readonly threshold: number;
  /** SS58 or hex. */
  readonly freezer: string;
}

/** @throws DecodeError */
export const guardiansAction = ({ keys, threshold, freezer }: GuardiansOptions): Action => ({
  type: "guardians",
  value: { keys: keys.map((key) => fromHex(key, 32)), threshold, freezer: parseAccountId(freezer) },
});

/** @param text hex. @throws DecodeError; RefusedError as `checkMeasurement` */
export const measurementAction = (tee: string, text: string, isAllowed: boolean): Action => {
  const measurement = { tee, value: fromHex(text) };
  checkMeasurement(measurement);
  return { type: "measurement", value: { measurement, isAllowed } };
};
