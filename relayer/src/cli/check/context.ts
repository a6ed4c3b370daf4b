/** What several checks look at, each asked for once. */
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { PdiemError } from "@pdiem/light-client/error";
import { lastRuntimeUpgrade, timestampNow } from "@pdiem/light-client/polkadot/trie/storage-key";
import type { TrieLookup } from "@pdiem/light-client/polkadot/trie/trie-proof";
import { type ProvenHead, proveHead, proveStorage } from "../../chains/parachain/proven-state.js";
import type { Config } from "../../config.js";
import { enclaveAt, holderDoors } from "../../enclave-door.js";
import type { BridgeView } from "../../sync/bridge/bridge-view.js";
import type { Clients } from "../../sync/clients.js";
import { lookAtHolders } from "../../sync/enclave/holders-watch.js";
import { type Holding, soundHolder, soundHolders, spareHolders } from "../../sync/enclave/holding.js";
import { keptConfigurations } from "../../sync/enclave/kept-configurations.js";
import { hubKeys } from "../assets/hub-state.js";
import { type ProvenCustody, proveCustody } from "../custody/prove-custody.js";
import type { Output } from "../output.js";
import { ownFollower } from "../own-follower.js";
import { ownClients } from "../own-walk.js";

/** Storage of the parachain, proven at its newest finalized block. */
export interface ProvenHub extends Pick<ProvenHead, "para"> {
  readonly lookup: TrieLookup;
}

/** Everything rejects with the PdiemError by which it couldn't be found out. */
export interface CheckContext {
  /** The configuration's file. */
  readonly file: string;
  readonly config: Config;
  readonly bridge: BridgeConfig;
  readonly clients: Clients;
  readonly timeoutMs: number;
  readonly holding: () => Promise<Holding>;
  /** The key that the enclaves say they hold; PdiemError `enclave/no-key` where it holds none. */
  readonly key: () => Promise<Uint8Array>;
  readonly custody: () => Promise<ProvenCustody>;
  readonly head: () => Promise<ProvenHead>;
  /** What concerns the assets and their accounts, and the chain's own time and runtime. */
  readonly hub: () => Promise<ProvenHub>;
  readonly view: () => Promise<BridgeView>;
}

const once = <T>(find: () => Promise<T>): (() => Promise<T>) => {
  let found: Promise<T> | undefined;
  return () => {
    found ??= find();
    return found;
  };
};

/** Nobody waits longer for a node than for a check. */
const bounded = (config: Config, timeoutMs: number): Config => {
  const within = <T extends { readonly timeoutMs: number }>(part: T): T => ({
    ...part,
    timeoutMs: Math.min(part.timeoutMs, timeoutMs),
  });
  return {
    ...config,
    diem: within(config.diem),
    parachain: within(config.parachain),
    relay: within(config.relay),
    enclave: within(config.enclave),
    attestation: within(config.attestation),
  };
};

/** @param timeoutMs that one check may take */
export const checkContext = (file: string, given: Config, timeoutMs: number, output: Output): CheckContext => {
  const config = bounded(given, timeoutMs);
  const { bridge } = config;
  const clients = ownClients(config);
  const kept = keptConfigurations(config.state.folder, bridge);
  const enclaves = holderDoors(config.enclave).map(({ url }) => enclaveAt(url, config));
  const holding = once(() => lookAtHolders({ config: bridge, enclaves, kept }));
  const key = once(async () => {
    const found = await holding();
    const [first] = soundHolders(found).flatMap((one) => soundHolder(one) ?? []);
    if (first !== undefined && spareHolders(found) >= 0) return first.custodyKey;
    const code = found.holders.find(({ state }) => state?.fault !== undefined)?.state?.fault?.code;
    throw new PdiemError("enclave/no-key", `the enclave has told no key (${code ?? "it holds none"})`, "later");
  });
  const head = once(async () => {
    const found = await proveHead(clients.relay, clients.lightClients.get().relay, bridge.parachain.paraId);
    clients.lightClients.offer({ relay: found.state });
    return found;
  });
  const hub = once(async () => {
    const { para } = await head();
    const issuer = await key().catch(() => undefined);
    const { assetsPallet } = bridge.parachain;
    const ids = bridge.currencies.map(({ assetId }) => assetId);
    const accounts = [...(issuer === undefined ? [] : [issuer]), bridge.guardians.freezer, bridge.feeAccount];
    const keys = [...hubKeys(assetsPallet, ids, accounts), timestampNow, lastRuntimeUpgrade];
    const { lookup } = await proveStorage(clients.parachain, para, keys);
    return { para, lookup };
  });
  return {
    file,
    config,
    bridge,
    clients,
    timeoutMs,
    holding,
    key,
    custody: once(() => proveCustody(config, clients, output)),
    head,
    hub,
    view: once(async () => ownFollower(config, clients, await key(), { tell: output.err }).follow()),
  };
};
