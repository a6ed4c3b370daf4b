/**
 * The framework's functions that transactions may call. Sources: diem/diem
 * language/diem-framework/modules/*Scripts.move.
 */
import { equal } from "@pdiem/light-client/bytes";
import { bool, bytes, u64 } from "@pdiem/light-client/codec/bcs";
import { type Reader, readAll } from "@pdiem/light-client/codec/reader";
import { type AccountAddress, accountAddress } from "@pdiem/light-client/diem/address/account-address";
import type { ScriptFunction } from "@pdiem/light-client/diem/transactions/script-function";
import { CORE_CODE_ADDRESS, type TypeTag } from "@pdiem/light-client/diem/transactions/type-tag";
import { isPdiemError } from "@pdiem/light-client/error";
import { freezeAccount, unfreezeAccount } from "./account-freezing.js";
import { addCurrency } from "./accounts.js";
import { rotateAuthenticationKey } from "./authentication-keys.js";
import { currencyArgument } from "./currencies.js";
import { addValidator, removeValidator } from "./diem-system.js";
import { type Payment, rotateBaseUrl, rotateComplianceKey } from "./dual-attestation.js";
import { VerificationError } from "./move-abort.js";
import { pay } from "./payments.js";
import { addRotationCapability, createRecoveryAddress, rotateRecoverableKey } from "./recovery-address.js";
import type { Session } from "./session.js";
import { setGasConstants, updateDiemVersion, updateDualAttestationLimit } from "./system-administration.js";
import { createChildVasp, createParentVasp } from "./vasp-accounts.js";

/** A transaction's call while it runs; signers in order, the sender first. */
export interface ScriptCall {
  readonly session: Session;
  readonly signers: readonly AccountAddress[];
  readonly tyArgs: readonly TypeTag[];
  /** Tells what is paid, for the cost of the call. */
  readonly note: (payment: Payment) => void;
}

type Run = (call: ScriptCall, args: readonly Uint8Array[]) => void;

type Parameters = readonly { readonly read: (reader: Reader) => unknown }[];
type Arguments<P extends Parameters> = { readonly [K in keyof P]: ReturnType<P[K]["read"]> };

/** Arguments are read as the parameters say; anything else doesn't verify. */
const callable =
  <const P extends Parameters>(
    parameters: P,
    run: (call: ScriptCall, sender: AccountAddress, ...args: Arguments<P>) => void,
  ): Run =>
  (call, args) => {
    const [sender] = call.signers;
    if (args.length !== parameters.length || sender === undefined)
      throw new VerificationError(`expected ${parameters.length} arguments, got ${args.length}`);
    try {
      const values = parameters.map((parameter, i) => readAll(args[i] ?? new Uint8Array(), parameter.read));
      run(call, sender, ...(values as Arguments<P>));
    } catch (error) {
      if (isPdiemError(error))
        throw new VerificationError("expected arguments of the function's types", { cause: error });
      throw error;
    }
  };

const payment = (call: ScriptCall, details: Omit<Payment, "currency">, attested: boolean): void => {
  const whole = { ...details, currency: currencyArgument(call.session, call.tyArgs) };
  call.note(whole);
  pay(call.session, whole, attested);
};

const EMPTY = new Uint8Array();

const FUNCTIONS: ReadonlyMap<string, Run> = new Map<string, Run>([
  [
    "PaymentScripts::peer_to_peer_with_metadata",
    callable([accountAddress, u64, bytes(), bytes()], (call, payer, payee, amount, metadata, metadataSignature) =>
      payment(call, { payer, payee, amount, metadata, metadataSignature }, false),
    ),
  ],
  [
    "PaymentScripts::peer_to_peer_by_signers",
    callable([u64, bytes()], (call, payer, amount, metadata) => {
      const payee = call.signers[1];
      if (payee === undefined) throw new VerificationError("expected two signers");
      payment(call, { payer, payee, amount, metadata, metadataSignature: EMPTY }, true);
    }),
  ],
  [
    "AccountCreationScripts::create_parent_vasp_account",
    callable(
      [u64, accountAddress, bytes(), bytes(), bool],
      ({ session, tyArgs }, creator, _nonce, address, authenticationKeyPrefix, humanName, allCurrencies) => {
        const currency = currencyArgument(session, tyArgs);
        createParentVasp(session, creator, { address, authenticationKeyPrefix, currency, allCurrencies }, humanName);
      },
    ),
  ],
  [
    "AccountCreationScripts::create_child_vasp_account",
    callable([accountAddress, bytes(), bool, u64], (call, payer, address, prefix, allCurrencies, amount) => {
      const currency = currencyArgument(call.session, call.tyArgs);
      createChildVasp(call.session, payer, { address, authenticationKeyPrefix: prefix, currency, allCurrencies });
      const initial = { payer, payee: address, currency, amount, metadata: EMPTY, metadataSignature: EMPTY };
      if (amount > 0n) pay(call.session, initial);
    }),
  ],
  [
    "AccountAdministrationScripts::rotate_authentication_key",
    callable([bytes()], ({ session }, account, key) => rotateAuthenticationKey(session, account, key)),
  ],
  [
    "AccountAdministrationScripts::create_recovery_address",
    callable([], ({ session }, account) => createRecoveryAddress(session, account)),
  ],
  [
    "AccountAdministrationScripts::add_recovery_rotation_capability",
    callable([accountAddress], ({ session }, account, recovery) => addRotationCapability(session, account, recovery)),
  ],
  [
    "AccountAdministrationScripts::rotate_authentication_key_with_recovery_address",
    callable([accountAddress, accountAddress, bytes()], ({ session }, sender, recovery, account, key) =>
      rotateRecoverableKey(session, sender, recovery, account, key),
    ),
  ],
  [
    "AccountAdministrationScripts::add_currency_to_account",
    callable([], ({ session, tyArgs }, account) => addCurrency(session, account, currencyArgument(session, tyArgs))),
  ],
  [
    "AccountAdministrationScripts::rotate_dual_attestation_info",
    callable([bytes(), bytes()], ({ session }, account, url, key) => {
      rotateBaseUrl(session, account, url);
      rotateComplianceKey(session, account, key);
    }),
  ],
  [
    "TreasuryComplianceScripts::freeze_account",
    callable([u64, accountAddress], ({ session }, sender, _nonce, account) => freezeAccount(session, sender, account)),
  ],
  [
    "TreasuryComplianceScripts::unfreeze_account",
    callable([u64, accountAddress], ({ session }, sender, _nonce, account) =>
      unfreezeAccount(session, sender, account),
    ),
  ],
  [
    "TreasuryComplianceScripts::update_dual_attestation_limit",
    callable([u64, u64], ({ session }, sender, _nonce, limit) => updateDualAttestationLimit(session, sender, limit)),
  ],
  [
    "SystemAdministrationScripts::set_gas_constants",
    callable([u64, u64, u64, u64, u64, u64, u64, u64, u64, u64, u64, u64], ({ session }, sender, _nonce, ...values) =>
      setGasConstants(session, sender, values),
    ),
  ],
  [
    "SystemAdministrationScripts::update_diem_version",
    callable([u64, u64], ({ session }, sender, _nonce, major) => updateDiemVersion(session, sender, major)),
  ],
  [
    "ValidatorAdministrationScripts::add_validator_and_reconfigure",
    callable([u64, bytes(), accountAddress], ({ session }, sender, _nonce, _name, address) =>
      addValidator(session, sender, address),
    ),
  ],
  [
    "ValidatorAdministrationScripts::remove_validator_and_reconfigure",
    callable([u64, bytes(), accountAddress], ({ session }, sender, _nonce, _name, address) =>
      removeValidator(session, sender, address),
    ),
  ],
]);

/**
 * Runs the function. Sliding nonces are taken and not checked.
 * @throws MoveAbort, VerificationError
 */
export const runScriptFunction = (
  call: ScriptCall,
  target: Pick<ScriptFunction, "module" | "function">,
  args: readonly Uint8Array[],
): void => {
  const run = equal(target.module.address, CORE_CODE_ADDRESS)
    ? FUNCTIONS.get(`${target.module.name}::${target.function}`)
    : undefined;
  if (run === undefined) throw new VerificationError("expected a published function");
  run(call, args);
};

/** Gives the function that a legacy script of that name became. */
export const functionNamed = (name: string): { readonly module: string; readonly function: string } | undefined => {
  const found = [...FUNCTIONS.keys()].find((path) => path.endsWith(`::${name}`));
  return found === undefined ? undefined : { module: found.slice(0, found.indexOf("::")), function: name };
};
