import { toHex } from "@pdiem/light-client/bytes";
import { feesView } from "../api/fee-claims.js";
import { readConfig } from "../config.js";
import { apiUrl, askRelayer } from "./api-client.js";
import type { AskOptions, Output } from "./output.js";

/**
 * Has a running relayer claim fees. They can go to the configuration's fee account alone: the enclave mints to no other.
 * @throws PdiemError `refused/unknown-currency`, `refused/no-fees`; as `askRelayer` and `readConfig`
 */
export const claimFeesCommand = async (
  currencies: readonly string[],
  { config: file, api, json }: AskOptions,
  output: Output,
): Promise<void> => {
  const config = readConfig(file);
  const fees = await askRelayer(api ?? apiUrl(config), "/api/fee-claims", feesView, { currencies });
  if (json === true) output.out(JSON.stringify(fees));
  else
    for (const { code, accrued, waitingFor } of fees.currencies.filter(({ isClaimed }) => isClaimed))
      output.out(
        `${code}: ${accrued}, in smallest units, with the next batch to 0x${toHex(config.bridge.feeAccount)}${waitingFor === undefined ? "" : `; waiting for: ${waitingFor}`}`,
      );
};
