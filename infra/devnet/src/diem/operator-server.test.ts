import { peerToPeer } from "@pdiem/chain-formats/diem/transactions/peer-to-peer";
import type { RawTransaction } from "@pdiem/chain-formats/diem/transactions/raw-transaction";
import { signRawTransaction } from "@pdiem/chain-formats/diem/transactions/signed-transaction";
import { toHex } from "@pdiem/light-client/bytes";
import { authenticationKeyPrefix } from "@pdiem/light-client/diem/transactions/authentication-key";
import { afterEach, beforeEach, expect, test } from "vitest";
import { call } from "../testing/rpc.js";
import { type RunningDiem, startDiem } from "./start-diem.js";
import { testAccount } from "./test-network.js";

const EMPTY = new Uint8Array();
const payer = testAccount("payer");
const payee = testAccount("payee");
const account = `account=${toHex(payer.address)}`;

let diem: RunningDiem;
beforeEach(async () => {
  diem = await startDiem({ blockInterval: 5, idleInterval: 10 });
  for (const { authenticationKey } of [payer, payee])
    diem.faucet({ authenticationKey, currency: "XUS", amount: 5_000_000n });
});
afterEach(() => diem.close());

const act = async (path: string): Promise<unknown> => {
  const response = await fetch(`${diem.faucetUrl}/-/devnet/${path}`, { method: "POST" });
  return response.status === 200 ? response.json() : response.status;
};

const pay = (sequenceNumber: bigint, changes: Partial<RawTransaction> = {}) => {
  const details = { currency: "XUS", payee: payee.address, amount: 9n, metadata: EMPTY, metadataSignature: EMPTY };
  const raw = {
    sender: payer.address,
    sequenceNumber,
    payload: peerToPeer(details),
    maxGasAmount: 1_000_000n,
    gasUnitPrice: 0n,
    gasCurrencyCode: "XUS",
    expirationTimestampSecs: BigInt(Math.floor(Date.now() / 1000)) + 100n,
    chainId: diem.chainId,
  };
  return diem.chain.submit(signRawTransaction({ ...raw, ...changes }, payer.seed));
};

const isUsed = (sequenceNumber: bigint): Promise<void> =>
  expect.poll(() => diem.chain.sequenceNumberOf(payer.address)).toBe(sequenceNumber + 1n);

test("an account is made with one currency", async () => {
  const { address, authenticationKey } = testAccount("XDX alone");
  const query = `auth_key=${toHex(authenticationKey)}&currency_code=XDX`;
  expect(await act(`account?${query}`)).toMatchObject({ vm_status: { type: "executed" } });
  expect(await call(diem.url, "get_account", [toHex(address)])).toMatchObject({
    authentication_key: toHex(authenticationKeyPrefix(authenticationKey)) + toHex(address),
    balances: [{ amount: 0, currency: "XDX" }],
  });
});

test("the dual-attestation limit is set", async () => {
  expect(await act("dual-attestation-limit?amount=8")).toMatchObject({ vm_status: { type: "executed" } });
  pay(0n);
  await isUsed(0n);
  expect(await call(diem.url, "get_account_transaction", [toHex(payer.address), 0, true])).toMatchObject({
    vm_status: { type: "move_abort", explanation: { reason: "EMALFORMED_METADATA_SIGNATURE" } },
    events: [],
  });
});

test("gas constants are set, and set back", async () => {
  expect(await act("gas?maximumNumberOfGasUnits=500000")).toMatchObject({ vm_status: { type: "executed" } });
  expect(pay(0n)).toEqual({ type: "refused", status: "MAX_GAS_UNITS_EXCEEDS_MAX_GAS_UNITS_BOUND" });
  expect(pay(0n, { maxGasAmount: 500_000n }).type).toBe("accepted");
  expect(await act("gas?maximumNumberOfGasUnits=4000000")).toMatchObject({ vm_status: { type: "executed" } });
  expect(pay(1n).type).toBe("accepted");
});

test("transactions are held back, dropped and let through", async () => {
  expect(await act(`hold-transactions?${account}`)).toEqual({ pending: 0 });
  for (const number of [0n, 1n, 2n]) expect(pay(number).type).toBe("accepted");
  await act("block");
  expect(diem.chain.sequenceNumberOf(payer.address)).toBe(0n);
  expect(await act(`drop-transactions?${account}&sequence_number=1`)).toEqual({ dropped: 1 });
  expect(await act(`include-transactions?${account}`)).toMatchObject({ pending: expect.any(Number) });
  await isUsed(0n);
  expect(await act(`drop-transactions?${account}`)).toEqual({ dropped: 1 });
});

test("blocks stop coming, and come again", async () => {
  await act("halt");
  const version = diem.chain.store.version();
  expect(pay(0n).type).toBe("accepted");
  expect(await act("halt")).toEqual({ pending: 1 });
  expect(diem.chain.store.version()).toBe(version);
  await act("resume");
  await isUsed(0n);
});

test.each([
  "gas?gravity=1",
  "gas?maximumNumberOfGasUnits=-1",
  "hold-transactions",
  "account?auth_key=00",
  "drop-transactions?account=zz",
])("%s is refused", async (path) => {
  expect(await act(path)).toBe(400);
});
