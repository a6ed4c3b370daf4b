/** A withdrawal from a wallet: one extrinsic, one signature. */

import { fromHex, toHex } from "@pdiem/light-client/bytes";
import { compact, encode, u32 } from "@pdiem/light-client/codec/scale";
import { encodeEra, mortalEra } from "@pdiem/light-client/polkadot/extrinsics/era";
import {
  metadataView,
  type ParachainAccountView,
  type ParachainView,
  parachainAccountView,
  parachainView,
} from "@pdiem/relayer/views/parachain-view";
import { z } from "zod";
import { ask } from "../api/ask.js";
import { PATHS } from "../api/paths.js";
import { RelayerError } from "../api/relayer-error.js";
import type { WalletAccount } from "./injected.js";
import { readRuntimeCalls, type WithdrawalCall } from "./transfer-call.js";

const PERIOD = 64;
const NONE = new Uint8Array();

interface Extension {
  readonly identifier: string;
  readonly value: Uint8Array;
  readonly additionalSigned: Uint8Array;
}

/** What each extension holds and signs, for a plain transfer without a tip. */
const extensionsFor = (
  names: readonly string[],
  chain: ParachainView,
  { block, nonce }: ParachainAccountView,
): Readonly<Record<string, Extension>> => {
  const genesis = fromHex(chain.genesisHash, 32);
  const known: Readonly<Record<string, readonly [value: Uint8Array, signed: Uint8Array]>> = {
    CheckSpecVersion: [NONE, encode(u32, chain.specVersion)],
    CheckTxVersion: [NONE, encode(u32, chain.transactionVersion)],
    CheckGenesis: [NONE, genesis],
    CheckMortality: [encodeEra(mortalEra(PERIOD, block.number)), fromHex(block.hash, 32)],
    CheckNonce: [encode(compact, BigInt(nonce)), NONE],
    ChargeTransactionPayment: [Uint8Array.of(0), NONE],
    ChargeAssetTxPayment: [Uint8Array.of(0, 0), NONE],
    CheckMetadataHash: [Uint8Array.of(0), Uint8Array.of(0)],
    EthSetOrigin: [Uint8Array.of(0), NONE],
  };
  return Object.fromEntries(
    names.map((identifier) => {
      const [value, additionalSigned] = known[identifier] ?? [NONE, NONE];
      return [identifier, { identifier, value, additionalSigned }];
    }),
  );
};

/** The chain as a wallet needs it, with the types that calls are encoded by. */
export const loadChain = async (): Promise<{ readonly chain: ParachainView; readonly metadata: Uint8Array }> => {
  const chain = await ask(PATHS.parachain, parachainView);
  const { metadata } = await ask(`${PATHS.parachain}/metadata/${chain.specVersion}`, metadataView);
  return { chain, metadata: fromHex(metadata) };
};

/** An account's funds, unproven. */
export const loadAccount = (address: string): Promise<ParachainAccountView> =>
  ask(`${PATHS.parachain}/accounts/${address}`, parachainAccountView);

/**
 * Has the wallet sign a withdrawal, and hands it to a node.
 * @returns hash of the extrinsic, hex
 * @throws RelayerError; what the wallet throws where its owner refuses
 */
export const sendWithdrawal = async (from: WalletAccount, wanted: WithdrawalCall): Promise<string> => {
  const { chain, metadata } = await loadChain();
  const account = await loadAccount(from.address);
  if (BigInt(account.free) === 0n)
    throw new RelayerError("page/no-funds", `this account has no ${chain.token.symbol} for the fee`, false);
  const { withdrawal, extensions } = readRuntimeCalls(metadata);
  const signed = await from.signer.signTx(
    withdrawal(wanted),
    extensionsFor(extensions, chain, account),
    metadata,
    account.block.number,
  );
  const { hash } = await ask(`${PATHS.parachain}/extrinsics`, z.object({ hash: z.string() }), {
    extrinsic: toHex(signed),
  });
  return hash;
};
