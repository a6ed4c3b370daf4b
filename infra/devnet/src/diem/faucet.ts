/**
 * Hands out coins to whoever asks. Source: diem/diem testsuite and docs of the testnet faucet
 * (`/mint`).
 */
import { toHex } from "@pdiem/light-client/bytes";
import { diemAccount } from "@pdiem/light-client/diem/state/resources/diem-account";
import { addressAtCreation, authenticationKeyPrefix } from "@pdiem/light-client/diem/transactions/authentication-key";
import type { Association, Executed } from "./association.js";
import { latestSession } from "./block-executor.js";
import type { DiemChain } from "./diem-chain.js";
import { currencyCodes } from "./vm/currencies.js";

export interface Mint {
  /**
   * 32 bytes; its last 16 are the account's address. The account is made if it isn't there: a
   * parent VASP with all currencies.
   */
  readonly authenticationKey: Uint8Array;
  readonly currency: string;
  /** In smallest units; 0 makes the account only. */
  readonly amount: bigint;
  /** Name of an account that is made. */
  readonly humanName?: string | undefined;
}

/** Returns once all of it is executed; what failed has a status that tells. */
export type Faucet = (mint: Mint) => readonly Executed[];

export const createFaucet =
  (chain: DiemChain, association: Association): Faucet =>
  ({ authenticationKey, currency, amount, humanName }) => {
    const address = addressAtCreation(authenticationKey);
    const session = latestSession(chain.store);
    const [first] = currencyCodes(session);
    const executed: Executed[] = [];
    if (session.read(address, diemAccount) === undefined)
      executed.push(
        association.createParentVasp({
          address,
          authenticationKeyPrefix: authenticationKeyPrefix(authenticationKey),
          humanName: humanName ?? `VASP ${toHex(address.subarray(0, 4))}`,
          currency: first ?? currency,
          allCurrencies: true,
        }),
      );
    if (amount > 0n) executed.push(association.mint(address, currency, amount));
    return executed;
  };
