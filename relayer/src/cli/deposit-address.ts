import { rawDepositMetadata } from "@pdiem/bridge-client/deposit/deposit-address";
import { fromHex, toHex } from "@pdiem/light-client/bytes";
import { isPdiemError, PdiemError } from "@pdiem/light-client/error";
import { z } from "zod";
import { parseAccountId } from "../account-id.js";
import { monotonicNow } from "../clock.js";
import { readConfig } from "../config.js";
import { expectSpendable } from "../spendable.js";
import type { Clients } from "../sync/clients.js";
import { type AccountView, accountView } from "../views/account-view.js";
import { apiUrl, askRelayer } from "./api-client.js";
import { checkRegistration } from "./check-registration.js";
import type { AskOptions, Output } from "./output.js";
import { ownClients } from "./own-walk.js";

export interface DepositAddressOptions extends AskOptions {
  readonly raw?: boolean;
  /** Seconds. */
  readonly timeout: number;
}

type Registered = NonNullable<AccountView["registered"]>;

const POLL_MS = 1_000;

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, POLL_MS));

interface Asked {
  readonly base: string;
  readonly clients: Clients;
  readonly account: Uint8Array;
  readonly deadline: number;
}

/** Asks once: gives what is registered and proven, or the reason to ask again. */
const tryOnce = async (
  { base, clients, account }: Asked,
  issuer: Uint8Array,
): Promise<Registered | { readonly waitingFor: string }> => {
  const { registered, waitingFor } = await askRelayer(base, `/api/v1/accounts/${toHex(account)}`, accountView);
  if (registered === undefined) return { waitingFor: waitingFor ?? "the registration" };
  try {
    await checkRegistration(clients, issuer, account, registered);
    return registered;
  } catch (error) {
    if (isPdiemError(error) && error.code === "proof/superseded") return { waitingFor: error.message };
    throw error;
  }
};

const register = async (asked: Asked, output: Output): Promise<Registered> => {
  const { base, account, deadline } = asked;
  const { issuer } = await askRelayer(base, "/api/v1/status", z.object({ issuer: z.string() }));
  await askRelayer(base, "/api/v1/accounts", accountView, { account: toHex(account) });
  let told: string | undefined;
  for (;;) {
    const found = await tryOnce(asked, fromHex(issuer, 32));
    if ("address" in found) return found;
    const { waitingFor } = found;
    if (monotonicNow() > deadline) throw new PdiemError("cli/timeout", `still waiting for ${waitingFor}`, "later");
    if (waitingFor !== told) output.err(`waiting for ${waitingFor}`);
    told = waitingFor;
    await pause();
  }
};

/**
 * Gives an address that pays the account: registers it, waits, and proves the registration here.
 * @throws PdiemError `cli/timeout`, `later`; those of `checkRegistration`, `askRelayer`,
 * `parseAccountId`, `readConfig`
 */
export const depositAddressCommand = async (
  text: string,
  { config: file, api, json, raw, timeout }: DepositAddressOptions,
  output: Output,
): Promise<void> => {
  const config = readConfig(file);
  const account = parseAccountId(text);
  expectSpendable(config.bridge, account, "a beneficiary");
  const custody = toHex(config.bridge.diem.custody);
  if (raw === true) {
    const metadata = toHex(rawDepositMetadata(account));
    const told = { account: toHex(account), custody, metadata };
    output.out(
      json === true ? JSON.stringify(told) : `account  ${told.account}\npay      ${custody}\nmetadata ${metadata}`,
    );
    return;
  }
  const base = api ?? apiUrl(config);
  const deadline = monotonicNow() + 1000 * timeout;
  const { address, index } = await register({ base, clients: ownClients(config), account, deadline }, output);
  output.out(json === true ? JSON.stringify({ account: toHex(account), address, index, checked: true }) : address);
};
