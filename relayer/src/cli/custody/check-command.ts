/** `pdiem custody check`. */
import { readConfig } from "../../config.js";
import type { Output } from "../output.js";
import { ownClients } from "../own-walk.js";
import { tellFindings } from "../set-up/finding.js";
import { toldEnclaveKey } from "../set-up/told-key.js";
import { accountFindings, networkFindings } from "./needs.js";
import { custodySource, proveCustody } from "./prove-custody.js";

export interface CustodyCheckOptions {
  readonly config: string;
  /** Ed25519, 32 bytes; by default what the configuration's enclave says. */
  readonly enclaveKey?: Uint8Array;
  readonly json?: boolean;
}

/**
 * Proves by the configuration's light client that custody and its network are as the bridge needs
 * them.
 * @throws PdiemError of `tellFindings`; errors of `readConfig` and `proveCustody`
 */
export const custodyCheckCommand = async (options: CustodyCheckOptions, output: Output): Promise<void> => {
  const config = readConfig(options.config);
  const key = options.enclaveKey ?? (await toldEnclaveKey(config.enclave, output));
  const proven = await proveCustody(config, ownClients(config), output);
  const input = { ...proven, config: config.bridge, key };
  const findings = [...networkFindings(input), ...accountFindings(input)];
  const report = { subject: "custody and its network", source: custodySource(proven), findings };
  tellFindings(report, output, options.json);
};
