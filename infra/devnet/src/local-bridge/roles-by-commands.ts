/** Custody and assets set up as an operator does it: by `pdiem`'s own commands. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { toHex } from "@pdiem/light-client/bytes";
import { OPERATOR_URI } from "./chains.js";
import { runPdiem } from "./pdiem-command.js";
import { ISSUER_FUNDS } from "./wrapped-assets.js";

const writeKey = (file: string, text: string): string => {
  writeFileSync(file, `${text}\n`, { mode: 0o600 });
  return file;
};

export interface RolesByCommands {
  readonly folder: string;
  readonly relayerFile: string;
  /** The seed of custody's interim key. */
  readonly custodySeed: Uint8Array;
}

/**
 * Has the operator make the assets that aren't there, and give all to the enclave's key. Custody's
 * key is rotated to it, too.
 */
export const setUpByCommands = async ({ folder, relayerFile, custodySeed }: RolesByCommands): Promise<void> => {
  const custodyKey = writeKey(join(folder, "custody.key"), toHex(custodySeed));
  const operatorKey = writeKey(join(folder, "operator.key"), OPERATOR_URI);
  const log = join(folder, "set-up.log");
  const config = ["--config", relayerFile];
  await Promise.all([
    runPdiem(log, ["custody", "rotate", ...config, "--key", custodyKey, "--irrevocably"]),
    runPdiem(log, [
      ...["assets", "create", ...config, "--key", operatorKey, "--scheme", "ed25519"],
      ...["--fund", ISSUER_FUNDS.toString(), "--at-once"],
    ]),
  ]);
};
