/** Payments to custody by a person on Diem. */
import { createAccount } from "@pdiem/devnet/local-bridge/custody";
import type { DiemWallet } from "@pdiem/devnet/local-bridge/diem-wallet";
import { encodeMetadata } from "@pdiem/light-client/diem/transactions/metadata";
import type { Devnet } from "./devnet.js";
import type { TestBridge } from "./test-bridge.js";

export const createPayer = ({ diem }: Devnet): DiemWallet => createAccount(diem, 1_000_000_000n, "A payer");

/**
 * Pays XUS for a beneficiary named by its raw account id.
 * @throws Error unless the payment executes
 */
export const deposit = async (
  { custody }: TestBridge,
  payer: DiemWallet,
  beneficiary: Uint8Array,
  amount: bigint,
): Promise<void> => {
  const metadata = encodeMetadata({ type: "unstructuredBytes", value: { metadata: beneficiary } });
  const { status } = await payer.pay({ payee: custody.address, currency: "XUS", amount, metadata });
  if (status !== "executed") throw new Error(`expected the payment to execute: ${status}`);
};
