/** Checks that custody on Diem is the enclave's and nobody else's. */
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import type { DiemFacts } from "@pdiem/bridge/facts/facts";
import { equal, toHex } from "@pdiem/light-client/bytes";
import { readFreezing } from "@pdiem/light-client/diem/state/resources/account-freezing";
import { readDiemAccount } from "@pdiem/light-client/diem/state/resources/diem-account";
import { ed25519AuthenticationKey } from "@pdiem/light-client/diem/transactions/authentication-key";
import { type Check, checkThat } from "./check.js";

const capability = (name: string, custody: Uint8Array, held: Uint8Array | undefined): Check =>
  checkThat(
    `custody's ${name} capability`,
    held !== undefined && equal(held, custody),
    `its own, of 0x${toHex(custody)}`,
    held === undefined ? "given away" : `of 0x${toHex(held)}`,
  );

/** @param key the enclave's Ed25519 public key */
export const checkCustody = ({ diem }: BridgeConfig, key: Uint8Array, facts: DiemFacts): readonly Check[] => {
  const { custody } = diem;
  const state = facts.account(custody);
  const account = state === undefined ? undefined : readDiemAccount(state);
  const expected = toHex(ed25519AuthenticationKey(key));
  const name = "custody's authentication key";
  if (state === undefined || account === undefined)
    return [checkThat(name, false, `${expected}, the enclave's`, `no account 0x${toHex(custody)} on Diem`)];
  const found = toHex(account.authenticationKey);
  const isFrozen = readFreezing(state);
  return [
    checkThat(name, found === expected, `${expected}, the enclave's`, found),
    capability("withdrawal", custody, account.withdrawCapability),
    capability("key rotation", custody, account.keyRotationCapability),
    checkThat(
      "custody",
      isFrozen === false,
      "not frozen",
      isFrozen === false ? "not frozen" : "frozen by Diem's treasury",
    ),
  ];
};
