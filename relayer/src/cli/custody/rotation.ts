/** The transactions that make custody the enclave's, signed with its interim key. */
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import {
  addCurrencyToAccountCall,
  rotateAuthenticationKeyCall,
} from "@pdiem/chain-formats/diem/transactions/account-calls";
import { type FrameworkCall, payloadFor } from "@pdiem/chain-formats/diem/transactions/framework-call";
import type { RawTransaction } from "@pdiem/chain-formats/diem/transactions/raw-transaction";
import { equal, toHex } from "@pdiem/light-client/bytes";
import type { AccountState } from "@pdiem/light-client/diem/state/account-state";
import { readTimestamp } from "@pdiem/light-client/diem/state/resources/chain";
import { readDiemAccount } from "@pdiem/light-client/diem/state/resources/diem-account";
import { readDiemVersion } from "@pdiem/light-client/diem/state/resources/on-chain-config";
import { readVmConfig } from "@pdiem/light-client/diem/state/resources/vm-config";
import { ed25519AuthenticationKey } from "@pdiem/light-client/diem/transactions/authentication-key";
import { PdiemError } from "@pdiem/light-client/error";
import type { Finding } from "../set-up/finding.js";
import { accountFindings, missingCurrencies, networkFindings, USUAL_MAX_GAS } from "./needs.js";
import type { ProvenCustody } from "./prove-custody.js";

export interface RotationStep {
  /** The call in words. */
  readonly name: string;
  readonly raw: RawTransaction;
}

export interface RotationInput extends ProvenCustody {
  readonly config: BridgeConfig;
  /** The enclave's, verified. */
  readonly key: Uint8Array;
  /** How long the transactions can be executed, in seconds of Diem's time. */
  readonly lifetime: bigint;
}

/** Tells whether custody's key is the enclave's. */
export const isRotated = (custody: AccountState | undefined, key: Uint8Array): boolean => {
  const account = custody === undefined ? undefined : readDiemAccount(custody);
  return account !== undefined && equal(account.authenticationKey, ed25519AuthenticationKey(key));
};

/** What is to come, and no obstacle: a currency that is missing, and the key itself. */
const isMended = ({ code }: Finding): boolean => code === "custody/key" || code === "custody/missing-currency";

/**
 * Refuses to give an account away for good that genesis wouldn't take.
 * @throws PdiemError `custody/unfit`
 */
export const checkFit = (input: RotationInput): void => {
  const faults = [...networkFindings(input), ...accountFindings(input)].filter(
    (finding) => finding.outcome === "differs" && !isMended(finding),
  );
  if (faults.length === 0) return;
  const told = faults.map(({ name, expected, found }) => `${name}: expected ${expected}, it is ${found}`).join("; ");
  throw new PdiemError("custody/unfit", `custody isn't given to the enclave like that: ${told}`, "later");
};

/**
 * Makes the transactions that are left, in order: the key comes last.
 * @throws PdiemError `custody/unfit`
 */
export const rotationSteps = (input: RotationInput): readonly RotationStep[] => {
  const { config, custody, root, key, lifetime } = input;
  checkFit(input);
  const account = custody === undefined ? undefined : readDiemAccount(custody);
  if (custody === undefined || account === undefined || isRotated(custody, key)) return [];
  const authenticationKey = ed25519AuthenticationKey(key);
  const calls: readonly (readonly [string, FrameworkCall])[] = [
    ...missingCurrencies(config, custody).map(
      (code) => [`add_currency_to_account<${code}>()`, addCurrencyToAccountCall(code)] as const,
    ),
    [`rotate_authentication_key(0x${toHex(authenticationKey)})`, rotateAuthenticationKeyCall(authenticationKey)],
  ];
  const version = readDiemVersion(root) ?? 0n;
  const most = readVmConfig(root)?.gasConstants.maximumNumberOfGasUnits ?? USUAL_MAX_GAS;
  return calls.map(([name, call], i) => ({
    name,
    raw: {
      sender: config.diem.custody,
      sequenceNumber: account.sequenceNumber + BigInt(i),
      payload: payloadFor(version, call),
      maxGasAmount: most < USUAL_MAX_GAS ? most : USUAL_MAX_GAS,
      gasUnitPrice: 0n,
      gasCurrencyCode: config.currencies[0]?.code ?? "XUS",
      expirationTimestampSecs: (readTimestamp(root) ?? 0n) / 1_000_000n + lifetime,
      chainId: config.diem.chainId,
    },
  }));
};
