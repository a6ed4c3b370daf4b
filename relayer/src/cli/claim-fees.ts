import { toHex } from "@pdiem/light-client/bytes";
import { readConfig } from "../config.js";
import { feesView } from "../views/fees-view.js";
import { apiUrl, handToRelayer } from "./api-client.js";
import type { DryRunOptions } from "./dry-run.js";
import type { AskOptions, Output } from "./output.js";

/**
 * Has a running relayer claim fees. They can go to the configuration's fee account alone: the
 * enclave mints to no other.
 * @throws PdiemError `refused/unknown-currency`, `refused/no-fees`; those of `handToRelayer` and
 * `readConfig`
 */
export const claimFeesCommand = async (
  currencies: readonly string[],
  options: AskOptions & DryRunOptions,
  output: Output,
): Promise<void> => {
  const { json } = options;
  const config = readConfig(options.config);
  const base = options.api ?? apiUrl(config);
  const claim = { base, path: "/api/v1/fee-claims", what: "a claim of fees", body: { currencies }, schema: feesView };
  const fees = await handToRelayer(claim, options, output);
  if (fees === undefined) return;
  if (json === true) {
    output.out(JSON.stringify(fees));
    return;
  }
  const account = `0x${toHex(config.bridge.feeAccount)}`;
  for (const { code, accrued, waitingFor } of fees.currencies.filter(({ isClaimed }) => isClaimed)) {
    const wait = waitingFor === undefined ? "" : `; waiting for: ${waitingFor}`;
    output.out(`${code}: ${accrued}, in smallest units, with the next batch to ${account}${wait}`);
  }
};
