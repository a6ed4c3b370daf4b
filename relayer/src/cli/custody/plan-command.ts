/** `pdiem custody plan`. */
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { equal, toHex } from "@pdiem/light-client/bytes";
import { readDiemAccount } from "@pdiem/light-client/diem/state/resources/diem-account";
import { ed25519AuthenticationKey } from "@pdiem/light-client/diem/transactions/authentication-key";
import { readConfig } from "../../config.js";
import { ConfigError } from "../../error.js";
import type { Output } from "../output.js";
import { ownClients } from "../own-walk.js";
import { findingLines } from "../set-up/finding.js";
import { toldEnclaveKey } from "../set-up/told-key.js";
import { type InterimKey, type InterimKeyOptions, readInterimKey } from "./interim-key.js";
import { accountFindings, type CustodyInput, missingCurrencies, networkFindings } from "./needs.js";
import { custodySource, proveCustody } from "./prove-custody.js";

export interface CustodyPlanOptions extends InterimKeyOptions {
  readonly config: string;
  readonly json?: boolean;
}

const hex = (bytes: Uint8Array): string => `0x${toHex(bytes)}`;

/** What to write to whoever has the treasury compliance account's key. */
const requestLines = ({ diem, currencies }: BridgeConfig, interim: InterimKey | undefined): readonly string[] => [
  "  a parent VASP account, unfunded, by TreasuryCompliance:",
  `    create_parent_vasp_account<${currencies[0]?.code}>(`,
  "      sliding_nonce: theirs,",
  `      new_account_address: ${hex(diem.custody)},`,
  `      auth_key_prefix: ${interim === undefined ? "of your interim key (--public-key or --key shows it)" : hex(interim.prefix)},`,
  '      human_name: your choice, such as b"pDiem custody",',
  "      add_all_currencies: false)",
  "  nothing else: no base URL and no compliance key. The bridge's maximum lies below the dual-attestation limit,",
  "  so nobody needs custody's signature",
];

const state = (isDone: boolean): string => (isDone ? "done " : "to do");

/** @throws ConfigError `config/custody` where the account's address isn't that of the key */
const checkAddress = ({ diem }: BridgeConfig, interim: InterimKey | undefined): void => {
  if (interim !== undefined && !equal(interim.address, diem.custody))
    throw new ConfigError(
      "config/custody",
      `expected diem.custody to be ${hex(interim.address)}, which an account made with this key has; it is ${hex(diem.custody)}`,
    );
};

/** Writes the way from nothing to an account that is the enclave's. */
const stepLines = ({ config, custody, key }: CustodyInput, interim: InterimKey | undefined): readonly string[] => {
  const account = custody === undefined ? undefined : readDiemAccount(custody);
  const missing =
    custody === undefined ? config.currencies.slice(1).map(({ code }) => code) : missingCurrencies(config, custody);
  const wanted = key === undefined ? undefined : ed25519AuthenticationKey(key);
  const isRotated = account !== undefined && wanted !== undefined && equal(account.authenticationKey, wanted);
  const isThere = account !== undefined;
  return [
    isThere ? `done   1. Diem's treasury has made ${hex(config.diem.custody)}` : "to do  1. Ask Diem's treasury for",
    ...(isThere ? [] : requestLines(config, interim)),
    `${state(isThere && missing.length === 0)}  2. Have custody take the other bridged currencies: ${
      missing.length === 0 ? "none is missing" : missing.map((code) => `add_currency_to_account<${code}>()`).join(", ")
    }`,
    ...(missing.length === 0 ? [] : ["       signed with the interim key; pdiem custody rotate does it with step 4"]),
    "       3. Verify the enclave: rotate does that, too, and refuses where its evidence doesn't hold",
    `${state(isRotated)}  4. Rotate custody's authentication key to the enclave's. Nobody can take that back.`,
    `       rotate_authentication_key(${wanted === undefined ? "SHA3-256(enclave's key ‖ 00)" : hex(wanted)})`,
    "       pdiem custody rotate --key FILE, or --out FILE for a signature made elsewhere",
    "       5. pdiem custody check proves what came of it; then forget the interim key",
  ];
};

/**
 * Tells what to ask Diem's treasury for, and what follows; proven as far as it is done.
 * @throws ConfigError `config/custody`; errors of `readConfig`, `proveCustody` and `readSeed`
 */
export const custodyPlanCommand = async (options: CustodyPlanOptions, output: Output): Promise<void> => {
  const config = readConfig(options.config);
  const interim = readInterimKey(options);
  const proven = await proveCustody(config, ownClients(config), output);
  if (proven.custody === undefined) checkAddress(config.bridge, interim);
  const key = await toldEnclaveKey(config.enclave, output);
  const input = { config: config.bridge, custody: proven.custody, root: proven.root, key };
  const source = custodySource(proven);
  const network = networkFindings(input);
  const account = proven.custody === undefined ? [] : accountFindings(input);
  const steps = stepLines(input, interim);
  if (options.json === true) {
    output.out(JSON.stringify({ source, findings: [...network, ...account], steps }));
    return;
  }
  const parts = [[source], network.flatMap(findingLines), steps, account.flatMap(findingLines)];
  output.out(
    parts
      .filter((lines) => lines.length > 0)
      .map((lines) => lines.join("\n"))
      .join("\n\n"),
  );
};
