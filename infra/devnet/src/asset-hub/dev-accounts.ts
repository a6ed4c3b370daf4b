/** Accounts whose keys everybody knows. */
import { fromHex } from "@pdiem/light-client/bytes";
import { Keyring } from "@polkadot/api";
import type { Endowment } from "./genesis.js";

/** Gives the Ed25519 key pair of a Substrate secret URI, such as `//Alice`. */
export const devAccount = (uri: string) => new Keyring({ type: "ed25519" }).addFromUri(uri);

/** `//Alice` by sr25519, as wallets know it. */
const ALICE_SR25519 = fromHex("0xd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d");

/** Native tokens each, in plancks: a million. */
const ENDOWMENT = 10n ** 18n;

/** Lists who has native tokens from the start: Alice and Bob by Ed25519, Alice by sr25519. */
export const devEndowments = (): readonly Endowment[] =>
  [devAccount("//Alice").publicKey, devAccount("//Bob").publicKey, ALICE_SR25519].map((account) => ({
    account,
    free: ENDOWMENT,
  }));
