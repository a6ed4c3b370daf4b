/** The model's bridge and the people around it. */
import { type BridgeConfig, bridgeId } from "@pdiem/bridge/config/bridge-config";
import type { CurrencyConfig } from "@pdiem/bridge/config/currency-config";
import type { Guardians } from "@pdiem/bridge/config/guardians";
import { authoritiesOf } from "@pdiem/bridge/testing/checkpoints";
import { exampleConfig, filled, GUARDIAN_SEEDS, HOUR, XDX, XUS } from "@pdiem/bridge/testing/config";
import { START } from "@pdiem/bridge/testing/world";
import { type WithdrawalPreimage, withdrawalAccount } from "@pdiem/bridge/withdrawal/withdrawal-account";
import { publicKeyOf } from "@pdiem/light-client/crypto/ed25519";
import type { AccountAddress } from "@pdiem/light-client/diem/address/account-address";

export { ISSUER } from "@pdiem/bridge/testing/config";
export { CUSTODY, START_SEQUENCE } from "@pdiem/bridge/testing/diem-world";
export { HOUR, START };
export const MINUTE = 60_000n;

/** GRANDPA set and Diem epoch in which the model begins. */
export const FIRST_SET = 3n;
export const FIRST_EPOCH = 1n;

/**
 * Half an hour, so that delays of decisions, which let everyone leave, run out within a schedule.
 */
const WINDOW = { length: 30n * MINUTE, amount: 12_000n };

const withShortWindows = (currency: CurrencyConfig): CurrencyConfig => ({
  ...currency,
  windows: { mint: WINDOW, release: WINDOW, refund: WINDOW },
});

export const config: BridgeConfig = {
  ...exampleConfig,
  relay: { ...exampleConfig.relay, setId: FIRST_SET, authorities: authoritiesOf(FIRST_SET).authorities },
  rootsTime: START,
  currencies: [XUS, XDX].map(withShortWindows),
  decisionDelay: HOUR,
};
export const ID: Uint8Array = bridgeId(config);
export const { currencies } = config;

/** A runtime that guardians will have compared, and one that they never do. */
export const NEXT_SPEC_VERSION = 901;
export const STRANGE_SPEC_VERSION = 999;

/** Two bodies of guardians, of whom any two must sign. */
export const BODIES: readonly { readonly seeds: readonly Uint8Array[]; readonly guardians: Guardians }[] = [
  { seeds: GUARDIAN_SEEDS, guardians: config.guardians },
  ...[0x31].map((first) => {
    const seeds = [0, 1, 2].map((i) => filled(32, first + i));
    return { seeds, guardians: { keys: seeds.map(publicKeyOf), threshold: 2, freezer: filled(32, first) } };
  }),
];

/** What no guardian ever gets to know. */
export const ADVERSARY_SEEDS: readonly Uint8Array[] = [filled(32, 0x61), filled(32, 0x62)];

export const USERS: readonly Uint8Array[] = [1, 2, 3, 4].map((n) => filled(32, n));

/**
 * A VASP, two who aren't any, of whom the second holds no XDX, and a child of custody's own parent.
 */
export const [VASP, DEALER, POOR, SIBLING] = [1, 2, 3, 4].map((n) => filled(16, n)) as [
  AccountAddress,
  AccountAddress,
  AccountAddress,
  AccountAddress,
];
export const SENDERS: readonly AccountAddress[] = [VASP, DEALER, POOR];
export const CUSTODYS_PARENT: AccountAddress = filled(16, 0x50);

const preimage = (payee: AccountAddress, refundAccount: Uint8Array, subaddress?: Uint8Array): WithdrawalPreimage => ({
  payee,
  subaddress,
  refundAccount,
});
const user = (i: number): Uint8Array => USERS[i] ?? filled(32, 1);
const FIRST_WITHDRAWAL = preimage(VASP, user(0));

/**
 * To those who can be paid, to nobody, to custody's family; the last one's refund is a withdrawal
 * again, always.
 */
export const PREIMAGES: readonly WithdrawalPreimage[] = [
  FIRST_WITHDRAWAL,
  preimage(DEALER, user(1)),
  preimage(POOR, user(2), filled(8, 0x22)),
  preimage(filled(16, 0x99), user(3)),
  preimage(SIBLING, user(1)),
  preimage(filled(16, 0x98), withdrawalAccount(ID, FIRST_WITHDRAWAL)),
];

/** The accounts of the preimages, in their order. */
export const WITHDRAWAL_ACCOUNTS: readonly Uint8Array[] = PREIMAGES.map((one) => withdrawalAccount(ID, one));

/** Everyone who can hold wrapped assets. */
export const HOLDERS: readonly Uint8Array[] = [...USERS, config.feeAccount, ...WITHDRAWAL_ACCOUNTS];
