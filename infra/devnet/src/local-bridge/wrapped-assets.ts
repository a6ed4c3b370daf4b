/**
 * The wrapped assets' way into the enclave's hands: Owner, Issuer and Admin its account, Freezer
 * the guardians'.
 */
import { devAccount, type Operator } from "../asset-hub/operator.js";
import { FREEZER_URI } from "./bridge-defaults.js";

/** 12 decimals: a thousand of the parachain's own token. */
export const ISSUER_FUNDS = 1_000_000_000_000_000n;

/** @param issuer the enclave's account, 32 bytes */
export const fundIssuer = (operator: Operator, issuer: Uint8Array): Promise<void> =>
  operator.fundAccount(issuer, ISSUER_FUNDS);

export const handOverAssets = async (
  operator: Operator,
  assets: readonly { readonly assetId: number }[],
  issuer: Uint8Array,
): Promise<void> => {
  const freezer = devAccount(FREEZER_URI).publicKey;
  for (const { assetId } of assets)
    await operator.handOver({ id: assetId, owner: issuer, issuer, admin: issuer, freezer });
};
