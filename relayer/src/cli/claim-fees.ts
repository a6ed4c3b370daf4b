import { toHex } from "@pdiem/light-client/bytes";
import { readConfig } from "../config.js";
import { feesView } from "../views/fees-view.js";
import { apiUrl, askRelayer } from "./api-client.js";
import type { AskOptions, Output } from "./output.js";

/**
 * Has a running relayer claim fees. They can go to the configuration's fee account alone: the
 * enclave mints to no other.
 * @throws PdiemError `refused/unknown-currency`, `refused/no-fees`; those of `askRelayer` and
 * `readConfig`
 */
export const claimFeesCommand = async (
  currencies: readonly string[],
  { config: file, api, json }: AskOptions,
  output: Output,
): Promise<void> => {
  const config = readConfig(file);
  const fees = await askRelayer(api ?? apiUrl(config), "/api/v1/fee-claims", feesView, { currencies });
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
