/** `pdiem assets check`. */
import { DIEM_ROOT } from "@pdiem/bridge/withdrawal/payable";
import { readCurrencyInfo } from "@pdiem/light-client/diem/state/resources/currency-info";
import { isPdiemError, PdiemError } from "@pdiem/light-client/error";
import { parseAccountId } from "../../account-id.js";
import { type Config, readConfig } from "../../config.js";
import type { Clients } from "../../sync/clients.js";
import type { Output } from "../output.js";
import { ownClients } from "../own-walk.js";
import { tellFindings } from "../set-up/finding.js";
import { proveAccounts, proveParachain } from "../set-up/prove.js";
import { toldEnclaveKey } from "../set-up/told-key.js";
import { type AssetCheckInput, checkAssetSetUp } from "./check.js";
import { type HubState, hubKeys, hubStateOf, toldFinalized, toldHubState } from "./hub-state.js";

export interface AssetCheckOptions {
  readonly config: string;
  readonly issuer?: string;
  /** Takes a node's word instead of proofs. */
  readonly unproven?: boolean;
  readonly json?: boolean;
}

/** @throws PdiemError `set-up/no-key`, `later` */
export const issuerFor = async (config: Config, issuer: string | undefined, output: Output): Promise<Uint8Array> => {
  const key = issuer === undefined ? await toldEnclaveKey(config.enclave, output) : parseAccountId(issuer);
  if (key !== undefined) return key;
  throw new PdiemError(
    "set-up/no-key",
    "expected the enclave to tell its key: start it with this configuration, or give --issuer KEY",
    "later",
  );
};

const decimalsBy = async (
  clients: Clients,
  codes: readonly string[],
  output: Output,
): Promise<AssetCheckInput["decimals"]> => {
  try {
    const root = (await proveAccounts(clients, [DIEM_ROOT], output)).state(DIEM_ROOT) ?? [];
    const found = new Map(
      codes.map((code) => [code, readCurrencyInfo(root, code)?.scalingFactor.toString().length] as const),
    );
    return (code) => {
      const length = found.get(code);
      return length === undefined ? undefined : length - 1;
    };
  } catch (error) {
    if (!isPdiemError(error)) throw error;
    output.err(`Diem isn't proven, so decimals aren't compared: ${error.message}`);
    return () => undefined;
  }
};

interface Read {
  readonly state: HubState;
  readonly source: string;
}

/**
 * Proves by the configuration's light clients that the assets are as the bridge needs them.
 * @throws PdiemError of `tellFindings` and `issuerFor`; errors of `proveParachain` and `readConfig`
 */
export const assetCheckCommand = async (options: AssetCheckOptions, output: Output): Promise<void> => {
  const config = readConfig(options.config);
  const { bridge } = config;
  const { assetsPallet } = bridge.parachain;
  const issuer = await issuerFor(config, options.issuer, output);
  const clients = ownClients(config);
  const ids = bridge.currencies.map(({ assetId }) => assetId);
  const accounts = [issuer, bridge.guardians.freezer, bridge.feeAccount];
  const prove = async (): Promise<Read> => {
    const { para, lookup } = await proveParachain(clients, hubKeys(assetsPallet, ids, accounts));
    const source = `proven at the parachain's finalized block ${para.header.number}, from the configuration's roots of trust`;
    return { state: hubStateOf(assetsPallet, lookup), source };
  };
  const believe = (): Promise<Read> =>
    clients.parachain.run(async (call, { url }) => {
      const block = await toldFinalized(call);
      const setUp = { pallet: assetsPallet, assets: bridge.currencies };
      const state = await toldHubState(call, setUp, accounts, block);
      return { state, source: `UNPROVEN: block ${block.number} by the word of ${url}` };
    });
  const { state, source } = options.unproven === true ? await believe() : await prove();
  const codes = bridge.currencies.map(({ code }) => code);
  const decimals = await decimalsBy(clients, codes, output);
  const findings = checkAssetSetUp({ config: bridge, state, issuer, decimals });
  tellFindings({ subject: "assets", source, findings }, output, options.json);
};
