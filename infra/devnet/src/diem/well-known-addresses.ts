/**
 * Accounts that every Diem network has. Source: types/src/account_config/constants/addresses.rs.
 */
import { type AccountAddress, parseAccountAddress } from "@pdiem/light-client/diem/address/account-address";

const address = (tail: string): AccountAddress => parseAccountAddress(tail.padStart(32, "0"));

/** Payer of mints and proposer of empty blocks; never an account. */
export const VM_RESERVED = address("0");
/** Holds the settings of the chain; changes validators and epochs. */
export const DIEM_ROOT = address("a550c18");
/** Creates VASPs, freezes accounts. */
export const TREASURY_COMPLIANCE = address("b1e55ed");
/** The designated dealer of test networks, from whom a faucet pays. */
export const DESIGNATED_DEALER = address("dd");
