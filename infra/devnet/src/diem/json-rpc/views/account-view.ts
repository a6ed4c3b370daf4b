/** Source: diem/diem json-rpc/types/src/views.rs (`AccountView`). */

import { readDesignatedDealer } from "@pdiem/chain-formats/diem/state/resources/designated-dealer";
import { readRole } from "@pdiem/chain-formats/diem/state/resources/roles";
import { readVaspDomains, vaspDomainManager } from "@pdiem/chain-formats/diem/state/resources/vasp-domain";
import { toHex } from "@pdiem/light-client/bytes";
import type { AccountAddress } from "@pdiem/light-client/diem/address/account-address";
import { type AccountState, readResource } from "@pdiem/light-client/diem/state/account-state";
import { readFreezing } from "@pdiem/light-client/diem/state/resources/account-freezing";
import { type DiemAccount, readBalance } from "@pdiem/light-client/diem/state/resources/diem-account";
import {
  type DualAttestationCredential,
  readDualAttestationCredential,
} from "@pdiem/light-client/diem/state/resources/dual-attestation";
import { readChildVasp, readParentVasp } from "@pdiem/light-client/diem/state/resources/vasp";
import { preburnQueue } from "../../vm/framework-resources.js";
import type { Json, JsonMembers } from "../json-writer.js";

const decoder = new TextDecoder();

const credentialMembers = (credential: DualAttestationCredential): JsonMembers => ({
  human_name: decoder.decode(credential.humanName),
  base_url: decoder.decode(credential.baseUrl),
  expiration_time: credential.expirationDate,
  compliance_key: toHex(credential.compliancePublicKey),
});

const rotationMembers = (credential: DualAttestationCredential): JsonMembers => ({
  compliance_key_rotation_events_key: toHex(credential.complianceKeyRotationEvents.key),
  base_url_rotation_events_key: toHex(credential.baseUrlRotationEvents.key),
});

const parentView = (state: AccountState, credential: DualAttestationCredential): JsonMembers => ({
  type: "parent_vasp",
  ...credentialMembers(credential),
  num_children: readParentVasp(state)?.numChildren ?? 0n,
  ...rotationMembers(credential),
  vasp_domains: readVaspDomains(state)?.domains.map(({ domain }) => decoder.decode(domain)) ?? null,
});

const dealerView = (
  state: AccountState,
  credential: DualAttestationCredential,
  currencies: readonly string[],
): JsonMembers => {
  const queues = currencies.filter((currency) => readResource(state, preburnQueue(currency)) !== undefined);
  const dealer = readDesignatedDealer(state);
  return {
    type: "designated_dealer",
    ...credentialMembers(credential),
    preburn_balances: queues.map((currency) => ({ amount: 0, currency })),
    received_mint_events_key: dealer === undefined ? "" : toHex(dealer.receivedMintEvents.key),
    ...rotationMembers(credential),
    preburn_queues: queues.map((currency) => ({ currency, preburns: [] })),
  };
};

const complianceView = (state: AccountState): JsonMembers => {
  const manager = readResource(state, vaspDomainManager);
  return {
    type: "treasury_compliance",
    vasp_domain_events_key: manager === undefined ? undefined : toHex(manager.vaspDomainEvents.key),
  };
};

const roleView = (state: AccountState, currencies: readonly string[]): JsonMembers => {
  const credential = readDualAttestationCredential(state);
  const parent = readChildVasp(state)?.parentVaspAddress;
  const role = readRole(state);
  if (role === "parentVasp" && credential !== undefined) return parentView(state, credential);
  if (role === "childVasp" && parent !== undefined) return { type: "child_vasp", parent_vasp_address: toHex(parent) };
  if (role === "designatedDealer" && credential !== undefined) return dealerView(state, credential, currencies);
  return role === "treasuryCompliance" ? complianceView(state) : { type: "unknown" };
};

/** @param currencies that the chain has */
export const accountView = (
  address: AccountAddress,
  state: AccountState,
  account: DiemAccount,
  currencies: readonly string[],
  version: number,
): Json => ({
  address: toHex(address),
  balances: [...currencies].sort().flatMap((currency) => {
    const amount = readBalance(state, currency);
    return amount === undefined ? [] : [{ amount, currency }];
  }),
  sequence_number: account.sequenceNumber,
  authentication_key: toHex(account.authenticationKey),
  sent_events_key: toHex(account.sentEvents.key),
  received_events_key: toHex(account.receivedEvents.key),
  delegated_key_rotation_capability: account.keyRotationCapability === undefined,
  delegated_withdrawal_capability: account.withdrawCapability === undefined,
  is_frozen: readFreezing(state) === true,
  role: roleView(state, currencies),
  version,
});
