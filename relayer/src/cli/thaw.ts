import { toHex } from "@pdiem/light-client/bytes";
import { parseAccountId } from "../account-id.js";
import { readConfig } from "../config.js";
import { thawsView } from "../views/thaws-view.js";
import { apiUrl, handToRelayer } from "./api-client.js";
import type { DryRunOptions } from "./dry-run.js";
import type { AskOptions, Output } from "./output.js";

/**
 * Asks a running relayer to have an account thawed (PROTOCOL 6): settlements do during an amnesty.
 * @throws PdiemError `refused/no-amnesty`, `later`; `refused/unknown-currency`; those of
 * `handToRelayer`, `parseAccountId` and `readConfig`
 */
export const thawCommand = async (
  text: string,
  currency: string,
  options: AskOptions & DryRunOptions,
  output: Output,
): Promise<void> => {
  const base = options.api ?? apiUrl(readConfig(options.config));
  const body = { currency, account: toHex(parseAccountId(text)) };
  const request = { base, path: "/api/v1/thaws", what: "a request to thaw", body, schema: thawsView };
  const view = await handToRelayer(request, options, output);
  if (view === undefined) return;
  output.out(
    options.json === true
      ? JSON.stringify(view)
      : `asked for, with ${view.waiting.length - 1} others: the next settlement thaws what is proven to be frozen`,
  );
};
