import { type AbortCategory, abortCode } from "@pdiem/chain-formats/diem/transactions/abort-code";
import { childOf, createChildVaspAccountCall } from "@pdiem/chain-formats/diem/transactions/account-calls";
import { scriptFunctionPayload } from "@pdiem/chain-formats/diem/transactions/framework-call";
import { bytes, encode } from "@pdiem/light-client/codec/bcs";
import { accountAddress } from "@pdiem/light-client/diem/address/account-address";
import type { KeptVMStatus } from "@pdiem/light-client/diem/proofs/transaction-info";
import { type DiemAccount, readDiemAccount } from "@pdiem/light-client/diem/state/resources/diem-account";
import { coreFunction } from "@pdiem/light-client/diem/transactions/script-function";
import { beforeEach, expect, test } from "vitest";
import { createTestNetwork, type TestAccount, type TestNetwork, testAccount } from "./test-network.js";

const EXECUTED = { type: "executed" };
const NEW_KEY = new Uint8Array(32).fill(7);

let network: TestNetwork;
let parent: TestAccount;
let child: TestAccount;
let stranger: TestAccount;
beforeEach(() => {
  network = createTestNetwork();
  parent = network.fund("parent", 1n);
  stranger = network.fund("stranger", 1n);
  child = testAccount("child");
  const { childAddress, authKeyPrefix } = childOf(child.authenticationKey);
  const call = { currency: "XUS", childAddress, authKeyPrefix, addAllCurrencies: false, childInitialBalance: 0n };
  network.execute(network.sign(parent, scriptFunctionPayload(createChildVaspAccountCall(call))));
});

const call = (sender: TestAccount, name: string, ...args: readonly Uint8Array[]): KeptVMStatus => {
  const value = coreFunction("AccountAdministrationScripts", name, [], args);
  return network.execute(network.sign(sender, { type: "scriptFunction", value })).status;
};
const create = (sender: TestAccount) => call(sender, "create_recovery_address");
const addTo = (recovery: TestAccount, sender: TestAccount) =>
  call(sender, "add_recovery_rotation_capability", encode(accountAddress, recovery.address));
const rotate = (sender: TestAccount, recovery: TestAccount, account: TestAccount) =>
  call(
    sender,
    "rotate_authentication_key_with_recovery_address",
    encode(accountAddress, recovery.address),
    encode(accountAddress, account.address),
    encode(bytes(), NEW_KEY),
  );

const aborts = (module: string, category: AbortCategory, reason: bigint): object => ({
  type: "moveAbort",
  value: { location: { value: { name: module } }, code: abortCode(category, reason) },
});

const resourceOf = ({ address }: TestAccount): DiemAccount | undefined =>
  readDiemAccount(network.chain.store.accountAt(address, network.chain.store.version()) ?? []);

test("an account that gave its capability away can't rotate its key by itself, but whoever holds it can", () => {
  expect(create(parent)).toMatchObject(EXECUTED);
  expect(addTo(parent, child)).toMatchObject(EXECUTED);
  expect(resourceOf(child)).toMatchObject({ withdrawCapability: child.address, keyRotationCapability: undefined });
  const alone = call(child, "rotate_authentication_key", encode(bytes(), NEW_KEY));
  expect(alone).toMatchObject(aborts("DiemAccount", "invalidState", 9n));
  expect(rotate(parent, parent, child)).toMatchObject(EXECUTED);
  expect(resourceOf(child)?.authenticationKey).toEqual(NEW_KEY);
});

test("an account may rotate its own key through its recovery address, which nobody else may use", () => {
  create(parent);
  addTo(parent, child);
  expect(rotate(stranger, parent, child)).toMatchObject(aborts("RecoveryAddress", "invalidArgument", 2n));
  expect(rotate(parent, parent, stranger)).toMatchObject(aborts("RecoveryAddress", "invalidArgument", 4n));
  expect(rotate(child, parent, child)).toMatchObject(EXECUTED);
});

test("capabilities go to recovery addresses of the same VASP alone, each once", () => {
  expect(addTo(parent, child)).toMatchObject(aborts("RecoveryAddress", "notPublished", 5n));
  create(parent);
  expect(addTo(parent, stranger)).toMatchObject(aborts("RecoveryAddress", "invalidArgument", 3n));
  expect(resourceOf(stranger)?.keyRotationCapability).toEqual(stranger.address);
  addTo(parent, child);
  expect(addTo(parent, child)).toMatchObject(aborts("DiemAccount", "invalidState", 9n));
  expect(create(parent)).toMatchObject(aborts("DiemAccount", "invalidState", 9n));
});
