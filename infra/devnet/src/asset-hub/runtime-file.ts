/**
 * Another runtime for the devnet's Asset Hub, from a file. Any serves that can build its own
 * genesis state, as today's can.
 */
import { readFile } from "node:fs/promises";
import { utf8 } from "@pdiem/light-client/bytes";
import { bytes, decode, encode, option, u64 } from "@pdiem/light-client/codec/scale";
import { DecodeError, isPdiemError } from "@pdiem/light-client/error";
import type { Header } from "@pdiem/light-client/polkadot/finality/header";
import { rootHash } from "../trie/encode.js";
import { type Trie, withChanges } from "../trie/trie.js";
import { extrinsicsRoot, openingCalls } from "./block-author.js";
import { devAccount } from "./dev-accounts.js";
import type { HubRuntime } from "./hub-runtime.js";
import { callRuntime, runtimeVersion } from "./runtime.js";
import { slottedRelayParent } from "./slotted-relay-parent.js";
import { standaloneRelayParent } from "./standalone.js";

export interface RuntimeOptions {
  /** 1000 where not given. */
  readonly paraId?: number;
  /** PAS with 10 decimals where not given. */
  readonly properties?: HubRuntime["properties"];
}

const CODE = utf8(":code");
const PARA_ID = 1_000;
const PASEO = { tokenDecimals: 10, tokenSymbol: "PAS" };
/** What says that an account's holds and freezes are counted as today. */
const ACCOUNT_FLAGS = 1n << 127n;
const NO_PRESET = Uint8Array.of(0);
const MAX_RUNTIME = 64 * 1024 * 1024;

/** By pallet. */
type Configuration = Readonly<Record<string, object>>;

/** The default configuration with one collator, whom the runtime's slots need. */
const configurationOf = (defaults: Configuration, paraId: number): Configuration => {
  const { address } = devAccount("//Collator");
  return {
    ...defaults,
    parachainInfo: { ...defaults.parachainInfo, parachainId: paraId },
    collatorSelection: { ...defaults.collatorSelection, invulnerables: [address] },
    session: { ...defaults.session, keys: [[address, address, { aura: address }]] },
  };
};

const defaultConfiguration = async (state: Trie): Promise<Configuration> => {
  const { result } = await callRuntime(state, [["GenesisBuilder_get_preset", NO_PRESET]]);
  const preset = decode(option(bytes), result);
  const defaults: unknown = preset === undefined ? undefined : JSON.parse(Buffer.from(preset).toString("utf8"));
  if (typeof defaults !== "object" || defaults === null)
    throw new DecodeError("decode/runtime-genesis", "expected the runtime to have a default genesis configuration");
  return defaults as Configuration;
};

const genesisState = async (code: Uint8Array, paraId: number): Promise<Trie> => {
  const empty = withChanges(undefined, [[CODE, code]]);
  const configuration = utf8(JSON.stringify(configurationOf(await defaultConfiguration(empty), paraId)));
  const { result, changes } = await callRuntime(empty, [["GenesisBuilder_build_state", encode(bytes, configuration)]]);
  if (result[0] !== 0)
    throw new DecodeError(
      "decode/runtime-genesis",
      `expected the runtime to build a genesis state: ${Buffer.from(result.subarray(1)).toString("utf8").slice(0, 200)}`,
    );
  return withChanges(empty, changes);
};

/** Whether the runtime takes the inherents of a first block as it says. */
const opensBlocks = async (runtime: HubRuntime): Promise<boolean> => {
  const parent: Header = {
    parentHash: new Uint8Array(32),
    number: 0,
    stateRoot: rootHash(runtime.state, runtime.stateVersion),
    extrinsicsRoot: extrinsicsRoot([]),
    digest: [],
  };
  const relayParent = standaloneRelayParent(runtime.paraId)();
  const block = { runtime, parent, parentState: runtime.state, timestamp: Date.now(), relayParent };
  const [initialize, ...inherents] = openingCalls(block);
  const calls = inherents.map((inherent) => ["BlockBuilder_apply_extrinsic", inherent] as const);
  try {
    return (await callRuntime(runtime.state, [initialize, ...calls])).result[0] === 0;
  } catch (error) {
    if (isPdiemError(error)) return false;
    throw error;
  }
};

/**
 * Reads a runtime's WebAssembly, plain or compressed, and makes a genesis state with it.
 * @throws DecodeError `decode/runtime-genesis` for one that can't build a genesis state or whose
 * blocks can't be opened
 * @throws PdiemError `runtime/trap` for bytes that are no runtime, or one without a genesis builder
 */
export const loadRuntime = async (file: string, options: RuntimeOptions = {}): Promise<HubRuntime> => {
  const code = new Uint8Array(await readFile(file));
  if (code.length > MAX_RUNTIME)
    throw new DecodeError("decode/runtime-genesis", `expected a runtime of at most ${MAX_RUNTIME} bytes`);
  const paraId = options.paraId ?? PARA_ID;
  const state = await genesisState(code, paraId);
  const [version, slot] = await Promise.all([
    runtimeVersion(state),
    callRuntime(state, [["AuraApi_slot_duration", new Uint8Array()]]),
  ]);
  const slotDuration = Number(decode(u64, slot.result));
  const runtime: HubRuntime = {
    name: `${version.specName} ${version.specVersion}`,
    specVersion: version.specVersion,
    properties: options.properties ?? PASEO,
    paraId,
    state,
    stateVersion: version.stateVersion === 0 ? 0 : 1,
    slotDuration,
    blockPeriod: slotDuration,
    claimsEverySlot: true,
    accountFlags: ACCOUNT_FLAGS,
    splitsMessages: true,
    compactWeights: true,
    relayParent: (block) => slottedRelayParent(paraId, block),
  };
  // The inherent's form is in no version number: it is tried.
  for (const splitsMessages of [true, false])
    if (await opensBlocks({ ...runtime, splitsMessages })) return { ...runtime, splitsMessages };
  throw new DecodeError("decode/runtime-genesis", `expected ${runtime.name} to take a first block's inherents`);
};
