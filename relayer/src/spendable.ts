import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { RefusedError } from "@pdiem/bridge/error";
import { unspendableAccounts } from "@pdiem/bridge/settlement/receivable";
import { equal, toHex } from "@pdiem/light-client/bytes";

const NOBODY = new Uint8Array(32);

/**
 * Refuses an account whose key nobody has, or the bridge alone (PROTOCOL 3, 'Able to receive').
 * What it would get comes back, or waits for ever.
 * @param issuer the enclave's key, where it is known
 * @param what it is asked as, such as "a beneficiary"
 * @throws RefusedError `refused/unspendable`
 */
export const expectSpendable = (
  config: BridgeConfig,
  account: Uint8Array,
  what: string,
  issuer: Uint8Array = NOBODY,
): void => {
  if (!unspendableAccounts(config, issuer).some((one) => equal(one, account))) return;
  throw new RefusedError(
    "refused/unspendable",
    `expected ${what} with a key of its own, got 0x${toHex(account)}: nobody, or the bridge alone, could spend from it`,
  );
};

/**
 * Refuses custody as a payee: it can't be paid by itself.
 * @throws RefusedError `refused/payee-family`
 */
export const expectOtherThanCustody = ({ diem }: BridgeConfig, payee: Uint8Array): void => {
  if (!equal(payee, diem.custody)) return;
  throw new RefusedError(
    "refused/payee-family",
    "expected somebody else's address, got that of the bridge's own custody: it can't be paid",
  );
};
