/**
 * The first transaction: a write set of everything that a fresh network holds. Accounts, resources
 * and events are those of a network of DiemVersion 3. Modules are there by name only. No bytecode
 * runs on this network, so a header without content stands for each. Source: diem/diem
 * language/tools/vm-genesis/src/lib.rs, language/diem-framework/modules/Genesis.move.
 */

import { designatedDealer } from "@pdiem/chain-formats/diem/state/resources/designated-dealer";
import { validatorSet } from "@pdiem/chain-formats/diem/state/resources/validator-set";
import { vaspDomainManager } from "@pdiem/chain-formats/diem/state/resources/vasp-domain";
import type { Transaction } from "@pdiem/chain-formats/diem/transactions/transaction";
import type { ChangeSet, Write } from "@pdiem/chain-formats/diem/transactions/write-set";
import { compare, fromHex, utf8 } from "@pdiem/light-client/bytes";
import { decode } from "@pdiem/light-client/codec/bcs";
import { codePath } from "@pdiem/light-client/diem/state/access-path";
import { mintEvent, receivedMintEvent } from "@pdiem/light-client/diem/state/event-data";
import { blockHeight, chainId, currentTime } from "@pdiem/light-client/diem/state/resources/chain";
import { diemAccount } from "@pdiem/light-client/diem/state/resources/diem-account";
import { dualAttestationLimit } from "@pdiem/light-client/diem/state/resources/dual-attestation";
import {
  configuration,
  diemVersion,
  registeredCurrencies,
  transactionPublishingOption,
} from "@pdiem/light-client/diem/state/resources/on-chain-config";
import { vmConfig } from "@pdiem/light-client/diem/state/resources/vm-config";
import { CORE_CODE_ADDRESS, type StructTag, structTag } from "@pdiem/light-client/diem/transactions/type-tag";
import type { Validator } from "./validators.js";
import { addCurrencies, makeAccount } from "./vm/accounts.js";
import { rotateAuthenticationKey } from "./vm/authentication-keys.js";
import { balanceOf, currencyInfoOf } from "./vm/currencies.js";
import { emitNewEpoch } from "./vm/diem-config.js";
import { publishCredential } from "./vm/dual-attestation.js";
import { newEventHandle, publishGenerator } from "./vm/event-handles.js";
import { FRAMEWORK_MODULES } from "./vm/framework-modules.js";
import {
  accountOperationsCapability,
  burnCapability,
  EMPTY_STRUCT,
  freezeEventsHolder,
  limitsDefinition,
  mintCapability,
  modifyConfigCapability,
  preburnQueue,
  slidingNonce,
  systemCapabilityHolder,
  transactionFee,
  validatorConfig,
  validatorOperatorConfig,
  writeSetManager,
  xdxReserve,
} from "./vm/framework-resources.js";
import { credit } from "./vm/payments.js";
import { grantRole } from "./vm/roles.js";
import { SCRIPT_ALLOW_LIST } from "./vm/script-allow-list.js";
import { createSession, type Session } from "./vm/session.js";
import { GENESIS_VM_CONFIG } from "./vm/vm-config.js";
import { DESIGNATED_DEALER, DIEM_ROOT, TREASURY_COMPLIANCE, VM_RESERVED } from "./well-known-addresses.js";

export interface GenesisOptions {
  readonly chainId: number;
  readonly validators: readonly Validator[];
  /** 32 bytes: the key of root, treasury compliance and dealer, as on test networks. */
  readonly associationKey: Uint8Array;
  /**
   * What the dealer holds of XDX from the first, in smallest units. Nobody can mint it later, and
   * no real network has any.
   */
  readonly dealerXdx?: bigint;
}

const DIEM_VERSION = 3n;
const DUAL_ATTESTATION_LIMIT = 1_000_000_000n;
const PARITY = 1n << 32n;
const DEALER_XUS = (1n << 63n) - 1n;
const UNLIMITED = (1n << 64n) - 1n;
const ONE_DAY = 86_400_000_000n;
const DEALER_NAME = utf8("moneybags");

/** First byte of a resource's path. */
const RESOURCE = 1;

const NO_NONCE = { minNonce: 0n, nonceMask: 0n };

const CURRENCIES = [
  { code: "XUS", fractionalPart: 100n, isSynthetic: false },
  { code: "XDX", fractionalPart: 1000n, isSynthetic: true },
] as const;

/** Streams are numbered in the order of this function: see DiemRoot's keys. */
const createRoot = (session: Session, prefix: Uint8Array): void => {
  publishGenerator(session, DIEM_ROOT);
  grantRole(session, DIEM_ROOT, "diemRoot");
  session.put(DIEM_ROOT, slidingNonce, NO_NONCE);
  const creationEvents = newEventHandle(session, DIEM_ROOT);
  session.put(DIEM_ROOT, accountOperationsCapability, { limitsCapability: EMPTY_STRUCT, creationEvents });
  session.put(DIEM_ROOT, writeSetManager, { upgradeEvents: newEventHandle(session, DIEM_ROOT) });
  makeAccount(session, DIEM_ROOT, prefix);
};

const createTreasuryCompliance = (session: Session, prefix: Uint8Array): void => {
  publishGenerator(session, TREASURY_COMPLIANCE);
  grantRole(session, TREASURY_COMPLIANCE, "treasuryCompliance");
  session.put(TREASURY_COMPLIANCE, slidingNonce, NO_NONCE);
  const vaspDomainEvents = newEventHandle(session, TREASURY_COMPLIANCE);
  session.put(TREASURY_COMPLIANCE, vaspDomainManager, { vaspDomainEvents });
  makeAccount(session, TREASURY_COMPLIANCE, prefix);
  session.put(TREASURY_COMPLIANCE, mintCapability("XUS"), EMPTY_STRUCT);
  session.put(TREASURY_COMPLIANCE, burnCapability("XUS"), EMPTY_STRUCT);
  session.put(TREASURY_COMPLIANCE, transactionFee("XUS"), { balance: 0n, preburn: 0n });
};

const registerCurrencies = (session: Session): void => {
  const newHandle = () => newEventHandle(session, DIEM_ROOT);
  for (const { code, fractionalPart, isSynthetic } of CURRENCIES) {
    session.put(DIEM_ROOT, currencyInfoOf(code), {
      totalValue: 0n,
      preburnValue: 0n,
      toXdxExchangeRate: PARITY,
      isSynthetic,
      scalingFactor: 1_000_000n,
      fractionalPart,
      currencyCode: code,
      canMint: !isSynthetic,
      mintEvents: newHandle(),
      burnEvents: newHandle(),
      preburnEvents: newHandle(),
      cancelBurnEvents: newHandle(),
      exchangeRateUpdateEvents: newHandle(),
    });
    session.put(DIEM_ROOT, limitsDefinition(code), {
      maxInflow: UNLIMITED,
      maxOutflow: UNLIMITED,
      timePeriod: ONE_DAY,
      maxHolding: UNLIMITED,
    });
  }
  session.put(DIEM_ROOT, xdxReserve, new Uint8Array(10));
};

const configure = (session: Session, options: GenesisOptions): void => {
  session.put(DIEM_ROOT, chainId, { id: options.chainId });
  session.put(DIEM_ROOT, dualAttestationLimit, { microXdxLimit: DUAL_ATTESTATION_LIMIT });
  session.put(DIEM_ROOT, registeredCurrencies, { currencyCodes: CURRENCIES.map(({ code }) => code) });
  session.put(DIEM_ROOT, diemVersion, { major: DIEM_VERSION });
  session.put(DIEM_ROOT, vmConfig, GENESIS_VM_CONFIG);
  session.put(DIEM_ROOT, transactionPublishingOption, {
    scriptAllowList: SCRIPT_ALLOW_LIST,
    modulePublishingAllowed: false,
  });
  session.put(DIEM_ROOT, validatorSet, {
    scheme: 0,
    validators: options.validators.map(({ owner, config }) => ({
      address: owner.address,
      votingPower: 1n,
      config,
      lastConfigUpdateTime: 0n,
    })),
  });
  session.put(DIEM_ROOT, systemCapabilityHolder, EMPTY_STRUCT);
  for (const config of ["RegisteredCurrencies", "DiemVersion", "DiemVMConfig", "DiemTransactionPublishingOption"])
    session.put(DIEM_ROOT, modifyConfigCapability(config), EMPTY_STRUCT);
};

const createValidator = (session: Session, { name, owner, operator, config }: Validator): void => {
  publishGenerator(session, owner.address);
  grantRole(session, owner.address, "validator");
  makeAccount(session, owner.address, owner.authenticationKey.subarray(0, 16));
  rotateAuthenticationKey(session, owner.address, owner.authenticationKey);
  publishGenerator(session, operator.address);
  grantRole(session, operator.address, "validatorOperator");
  makeAccount(session, operator.address, operator.authenticationKey.subarray(0, 16));
  session.put(operator.address, validatorOperatorConfig, { humanName: utf8(`${name}_operator`) });
  session.put(owner.address, validatorConfig, {
    config,
    operatorAccount: operator.address,
    humanName: utf8(`${name}_owner`),
  });
};

const createDealer = (session: Session, prefix: Uint8Array): void => {
  publishGenerator(session, DESIGNATED_DEALER);
  grantRole(session, DESIGNATED_DEALER, "designatedDealer");
  session.put(DESIGNATED_DEALER, designatedDealer, { receivedMintEvents: newEventHandle(session, DESIGNATED_DEALER) });
  session.put(DESIGNATED_DEALER, preburnQueue("XUS"), EMPTY_STRUCT);
  publishCredential(session, DESIGNATED_DEALER, DEALER_NAME);
  addCurrencies(session, DESIGNATED_DEALER, "XUS", true);
  makeAccount(session, DESIGNATED_DEALER, prefix);
};

const mintToDealer = (session: Session): void => {
  const minted = { amount: DEALER_XUS, currencyCode: "XUS" };
  const dealer = session.get(DESIGNATED_DEALER, designatedDealer);
  session.put(DESIGNATED_DEALER, designatedDealer, {
    receivedMintEvents: session.emit(dealer.receivedMintEvents, receivedMintEvent, {
      ...minted,
      destinationAddress: DESIGNATED_DEALER,
    }),
  });
  const info = session.get(DIEM_ROOT, currencyInfoOf("XUS"));
  const mintEvents = session.emit(info.mintEvents, mintEvent, minted);
  session.put(DIEM_ROOT, currencyInfoOf("XUS"), { ...info, totalValue: DEALER_XUS, mintEvents });
  credit(session, {
    payer: VM_RESERVED,
    payee: DESIGNATED_DEALER,
    currency: "XUS",
    amount: DEALER_XUS,
    metadata: new Uint8Array(),
    metadataSignature: new Uint8Array(),
  });
};

const giveXdx = (session: Session, coin: bigint): void => {
  session.put(DESIGNATED_DEALER, balanceOf("XDX"), { coin });
  const info = session.get(DIEM_ROOT, currencyInfoOf("XDX"));
  session.put(DIEM_ROOT, currencyInfoOf("XDX"), { ...info, totalValue: coin });
};

const moduleWrites = (): readonly Write[] =>
  FRAMEWORK_MODULES.map((name) => ({
    accessPath: { address: CORE_CODE_ADDRESS, path: codePath({ address: CORE_CODE_ADDRESS, name }) },
    op: { type: "value", value: fromHex("a11ceb0b03000000") },
  }));

const typesOf = ({ typeParams }: StructTag): string =>
  typeParams.map((tag) => (tag.type === "struct" ? `${tag.value.module}::${tag.value.name}` : tag.type)).join();

const compareTypes = (a: StructTag, b: StructTag): number => compare(utf8(typesOf(a)), utf8(typesOf(b)));

/** By address; there code first, then resources by module, name and type parameters. */
const inOrder = (a: Write, b: Write): number => {
  const [pathA, pathB] = [a.accessPath.path, b.accessPath.path];
  const addresses = compare(a.accessPath.address, b.accessPath.address);
  if (addresses !== 0 || pathA[0] !== RESOURCE || pathB[0] !== RESOURCE) return addresses;
  const [tagA, tagB] = [decode(structTag, pathA.subarray(1)), decode(structTag, pathB.subarray(1))];
  return (
    compare(utf8(tagA.module), utf8(tagB.module)) ||
    compare(utf8(tagA.name), utf8(tagB.name)) ||
    compareTypes(tagA, tagB)
  );
};

const changeSetOf = (session: Session): ChangeSet => {
  const resources = session
    .changes()
    .flatMap(([address, state]) =>
      state.map(([path, value]): Write => ({ accessPath: { address, path }, op: { type: "value", value } })),
    );
  return { writeSet: [...moduleWrites(), ...resources].sort(inOrder), events: session.events() };
};

export const genesisTransaction = (options: GenesisOptions): Transaction => {
  const prefix = options.associationKey.subarray(0, 16);
  const session = createSession(() => undefined);
  session.put(DIEM_ROOT, registeredCurrencies, { currencyCodes: [] });
  createRoot(session, prefix);
  createTreasuryCompliance(session, prefix);
  const events = newEventHandle(session, DIEM_ROOT);
  session.put(DIEM_ROOT, configuration, { epoch: 1n, lastReconfigurationTime: 0n, events });
  registerCurrencies(session);
  const freezeEvents = newEventHandle(session, DIEM_ROOT);
  const unfreezeEvents = newEventHandle(session, DIEM_ROOT);
  session.put(DIEM_ROOT, freezeEventsHolder, { freezeEvents, unfreezeEvents });
  session.put(DIEM_ROOT, blockHeight, { height: 0n, newBlockEvents: newEventHandle(session, DIEM_ROOT) });
  session.put(DIEM_ROOT, currentTime, { microseconds: 0n });
  configure(session, options);
  for (const validator of options.validators) createValidator(session, validator);
  emitNewEpoch(session);
  createDealer(session, prefix);
  mintToDealer(session);
  if (options.dealerXdx !== undefined) giveXdx(session, options.dealerXdx);
  const root = session.get(DIEM_ROOT, diemAccount);
  session.put(DIEM_ROOT, diemAccount, { ...root, sequenceNumber: 1n });
  for (const account of [DIEM_ROOT, TREASURY_COMPLIANCE, DESIGNATED_DEALER])
    rotateAuthenticationKey(session, account, options.associationKey);
  return { type: "genesis", value: { type: "direct", value: changeSetOf(session) } };
};
