/** Custody's account on Diem, and what must hold before anything is signed that rests on it. */
import { equal } from "@pdiem/light-client/bytes";
import type { AccountState } from "@pdiem/light-client/diem/state/account-state";
import { readFreezing } from "@pdiem/light-client/diem/state/resources/account-freezing";
import { type DiemAccount, readDiemAccount } from "@pdiem/light-client/diem/state/resources/diem-account";
import { ed25519AuthenticationKey } from "@pdiem/light-client/diem/transactions/authentication-key";
import type { BridgeConfig } from "../config/bridge-config.js";
import { RefusedError } from "../error.js";
import type { DiemFacts } from "../facts/facts.js";

export interface Custody {
  readonly account: DiemAccount;
  readonly state: AccountState;
}

const refuse = (code: string, message: string): never => {
  throw new RefusedError(`refused/custody-${code}`, message, "later");
};

/**
 * Reads custody as proven, controlled by the key alone: nobody else can move its money or change
 * its key.
 * @param key Ed25519 public key, 32 bytes
 * @throws RefusedError `refused/custody-absent`, `refused/custody-key`,
 * `refused/custody-withdrawal-capability`, `refused/custody-rotation-capability`,
 * `refused/custody-frozen`
 */
export const checkCustody = ({ diem }: BridgeConfig, key: Uint8Array, facts: DiemFacts): Custody => {
  const state = facts.account(diem.custody);
  const account = state === undefined ? undefined : readDiemAccount(state);
  if (state === undefined || account === undefined) return refuse("absent", "expected custody's account to exist");
  if (!equal(account.authenticationKey, ed25519AuthenticationKey(key)))
    refuse("key", "expected custody's authentication key to be the enclave's: rotate it");
  const owns = (capability: Uint8Array | undefined): boolean =>
    capability !== undefined && equal(capability, diem.custody);
  if (!owns(account.withdrawCapability))
    refuse("withdrawal-capability", "expected custody to hold its own withdrawal capability, it is delegated");
  if (!owns(account.keyRotationCapability))
    refuse("rotation-capability", "expected custody to hold its own key rotation capability, it is delegated");
  if (readFreezing(state) !== false) refuse("frozen", "expected custody not to be frozen");
  return { account, state };
};
