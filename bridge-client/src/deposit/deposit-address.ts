/** Where users pay custody on Diem (PROTOCOL 3, 'Registration'). */

import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { accountSubaddress } from "@pdiem/bridge/deposit/subaddress";
import { encodeAccountIdentifier } from "@pdiem/chain-formats/diem/address/account-identifier";
import { encodeMetadata } from "@pdiem/light-client/diem/transactions/metadata";

/**
 * Writes the DIP-5 address that pays the `index`th registered account: any Diem wallet takes it.
 */
export const depositAddress = ({ diem }: BridgeConfig, index: bigint): string =>
  encodeAccountIdentifier(diem.hrp, diem.custody, accountSubaddress(index));

/**
 * Writes metadata of a payment to custody for an account that needn't be registered.
 * @param account 32 bytes
 */
export const rawDepositMetadata = (account: Uint8Array): Uint8Array =>
  encodeMetadata({ type: "unstructuredBytes", value: { metadata: account } });
