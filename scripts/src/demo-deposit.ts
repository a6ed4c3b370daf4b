/**
 * A deposit as a person makes it. It asks for an address, pays it from a Diem wallet, watches, and
 * checks the balance.
 */
import { feeOf } from "@pdiem/bridge/config/fee";
import { decodeAccountIdentifier } from "@pdiem/chain-formats/diem/address/account-identifier";
import { createAccount } from "@pdiem/devnet/local-bridge/custody";
import type { LocalBridge } from "@pdiem/devnet/local-bridge/local-bridge";
import { toHex } from "@pdiem/light-client/bytes";
import { encodeMetadata, toSubaddress } from "@pdiem/light-client/diem/transactions/metadata";
import { encodeAddress } from "@polkadot/util-crypto";
import { coins } from "./coins.js";
import { followTransfer } from "./follow-transfer.js";
import { pdiem } from "./pdiem.js";
import { proveParachainBalance } from "./proven-balances.js";
import type { Route } from "./route.js";
import type { Terminal } from "./terminal.js";

const AMOUNT = 25_000_000n;

const stageText = (stage: string): string =>
  ({
    seen: "the relayer has seen it",
    proven: "proven to the relayer's own light client",
    settled: "in a signed batch",
    finalized: "minted, and final on Asset Hub",
  })[stage] ?? "";

/**
 * @param beneficiary 32 bytes
 * @returns true once the minted balance is proven from finalized state
 */
export const demonstrateDeposit = async (
  bridge: LocalBridge,
  { config, currency }: Route,
  beneficiary: Uint8Array,
  terminal: Terminal,
): Promise<boolean> => {
  const { code, assetId, fees } = currency;
  terminal.line();
  terminal.line(`${terminal.bold("A deposit")} of ${coins(AMOUNT)} ${code} for ${encodeAddress(beneficiary, 2)}`);
  terminal.begin("asking for a deposit address");
  const { address } = await pdiem<{ address: string }>(bridge, "deposit-address", toHex(beneficiary));
  terminal.done("address", `${address}, its place in the ledger checked by proof`);
  terminal.begin("paying");
  const payer = createAccount(bridge.chains.diem, 4n * AMOUNT, "A payer");
  const { address: payee, subaddress } = decodeAccountIdentifier(config.bridge.diem.hrp, address);
  const metadata = encodeMetadata(toSubaddress(subaddress ?? new Uint8Array(8)));
  const { version, status } = await payer.pay({ payee, currency: code, amount: AMOUNT, metadata });
  terminal.done("paid", `on Diem by ${toHex(payer.address)}, version ${version}, ${status}`);
  const { result } = await followTransfer(
    bridge,
    terminal,
    ({ payment }) => payment?.version === String(version),
    ({ stage }) => [stage, stageText(stage)],
  );
  const { balance, at } = await proveParachainBalance(config, assetId, beneficiary);
  const arrived = result?.outcome === "minted" && balance === AMOUNT - feeOf(fees.deposit, AMOUNT);
  if (arrived) terminal.done("arrived", `${coins(balance)} p${code}, proven from finalized state at ${at}`);
  else terminal.fail(`the deposit ended as ${result?.outcome}, with a balance of ${coins(balance)} p${code}`);
  return arrived;
};
