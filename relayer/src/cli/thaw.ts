import { toHex } from "@pdiem/light-client/bytes";
import { parseAccountId } from "../account-id.js";
import { readConfig } from "../config.js";
import { thawsView } from "../views/thaws-view.js";
import { apiUrl, askRelayer } from "./api-client.js";
import type { AskOptions, Output } from "./output.js";

/**
 * Asks a running relayer to have an account thawed (PROTOCOL 6): settlements do during an amnesty.
 * @throws PdiemError `refused/no-amnesty`, `later`; `refused/unknown-currency`; those of
 * `askRelayer`, `parseAccountId` and `readConfig`
 */
export const thawCommand = async (
  text: string,
  currency: string,
  { config: file, api, json }: AskOptions,
  output: Output,
): Promise<void> => {
  const config = readConfig(file);
  const account = toHex(parseAccountId(text));
  const view = await askRelayer(api ?? apiUrl(config), "/api/v1/thaws", thawsView, { currency, account });
  output.out(
    json === true
      ? JSON.stringify(view)
      : `asked for, with ${view.waiting.length - 1} others: the next settlement thaws what is proven to be frozen`,
  );
};
