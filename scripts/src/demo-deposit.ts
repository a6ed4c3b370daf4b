/** One deposit as a person makes it: asks for an address, pays it from a Diem wallet, watches, and checks the balance. */
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { promisify } from "node:util";
import { createAccount } from "@pdiem/devnet/local-bridge/custody";
import type { LocalBridge } from "@pdiem/devnet/local-bridge/local-bridge";
import { RELAYER_PROGRAM } from "@pdiem/devnet/local-bridge/processes";
import { toHex } from "@pdiem/light-client/bytes";
import { decodeAccountIdentifier } from "@pdiem/light-client/diem/account-identifier";
import { encodeMetadata, toSubaddress } from "@pdiem/light-client/diem/metadata";
import { readConfig } from "@pdiem/relayer/config";
import { encodeAddress } from "@polkadot/util-crypto";
import { proveBalance } from "./proven-balance.js";
import type { Terminal } from "./terminal.js";

const AMOUNT = 25_000_000n;
const CURRENCY = "XUS";
const POLL = 300;
const PATIENCE = 180_000;
const ADDRESS_PATIENCE_SECONDS = 120;

const coins = (amount: bigint): string => {
  const text = amount.toString().padStart(7, "0");
  return `${text.slice(0, -6)}.${text.slice(-6).replace(/0{1,4}$/, "")}`;
};

interface TransferJson {
  readonly id: string;
  readonly stage: string;
  readonly payment?: { readonly version: string };
  readonly waitingFor?: string;
  readonly result?: { readonly outcome: string; readonly block: number };
}

const askForAddress = async ({ relayerFile }: LocalBridge, account: Uint8Array): Promise<string> => {
  const { stdout } = await promisify(execFile)(process.execPath, [
    RELAYER_PROGRAM,
    "deposit-address",
    toHex(account),
    "--config",
    relayerFile,
    "--json",
    "--timeout",
    String(ADDRESS_PATIENCE_SECONDS),
  ]);
  return (JSON.parse(stdout) as { readonly address: string }).address;
};

const transferOf = async ({ relayerUrl }: LocalBridge, version: number): Promise<TransferJson | undefined> => {
  const response = await fetch(`${relayerUrl}/api/transfers`);
  const { transfers } = (await response.json()) as { readonly transfers: readonly TransferJson[] };
  return transfers.find(({ payment }) => payment?.version === String(version));
};

const SAYINGS: Readonly<Record<string, string>> = {
  seen: "the relayer has seen it",
  proven: "proven to the relayer's own light client",
  settled: "in a batch that the enclave has signed",
  finalized: "minted, and final on Asset Hub",
};

/** Tells each stage once, until the transfer has ended. @throws Error where it doesn't end in time */
const follow = async (bridge: LocalBridge, version: number, terminal: Terminal): Promise<TransferJson> => {
  const end = Date.now() + PATIENCE;
  let told = "";
  while (Date.now() < end) {
    const transfer = await transferOf(bridge, version);
    if (transfer !== undefined && transfer.stage !== told) {
      told = transfer.stage;
      terminal.done(told, SAYINGS[told] ?? "");
    }
    if (transfer?.result !== undefined) return transfer;
    terminal.begin(transfer?.waitingFor === undefined ? "watching" : `waiting for ${transfer.waitingFor}`);
    await new Promise((resolve) => setTimeout(resolve, POLL));
  }
  throw new Error(`the deposit did not arrive within ${PATIENCE / 1000} s: see the logs in ${bridge.folder}`);
};

/** Makes the deposit and tells how it goes. @returns true once the minted balance is proven from finalized state */
export const demonstrateDeposit = async (bridge: LocalBridge, terminal: Terminal): Promise<boolean> => {
  const config = readConfig(bridge.relayerFile);
  const currency = config.bridge.currencies.find(({ code }) => code === CURRENCY);
  if (currency === undefined) throw new Error(`expected the bridge to have ${CURRENCY}`);
  const beneficiary = new Uint8Array(randomBytes(32));
  terminal.line();
  terminal.line(
    `${terminal.bold("A deposit")} of ${coins(AMOUNT)} ${CURRENCY} for ${encodeAddress(beneficiary, 2)} on Asset Hub`,
  );
  terminal.begin("asking for a deposit address");
  const address = await askForAddress(bridge, beneficiary);
  terminal.done("address", `${address}, its place in the ledger checked by proof`);
  terminal.begin("paying");
  const payer = createAccount(bridge.chains.diem, 4n * AMOUNT, "A payer");
  const { address: payee, subaddress } = decodeAccountIdentifier(config.bridge.diem.hrp, address);
  const metadata = encodeMetadata(toSubaddress(subaddress ?? new Uint8Array(8)));
  const { version, status } = await payer.pay({ payee, currency: CURRENCY, amount: AMOUNT, metadata });
  terminal.done("paid", `on Diem by ${toHex(payer.address)}, version ${version}, ${status}`);
  const { result } = await follow(bridge, version, terminal);
  const { balance, block } = await proveBalance(config, currency.assetId, beneficiary);
  const arrived = result?.outcome === "minted" && balance === AMOUNT - currency.fees.deposit;
  if (arrived)
    terminal.done("arrived", `${coins(balance)} p${CURRENCY}, proven from finalized state at block ${block}`);
  else terminal.fail(`the deposit ended as ${result?.outcome}, with a balance of ${coins(balance)} p${CURRENCY}`);
  return arrived;
};
