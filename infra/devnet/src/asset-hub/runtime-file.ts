/**
 * Another runtime for the devnet's Asset Hub, from a file. WebAssembly serves that can build its
 * own genesis state, as today's can. So does a chain specification with a raw genesis.
 */
import { readFile } from "node:fs/promises";
import { utf8 } from "@pdiem/light-client/bytes";
import { bytes, decode, encode, option, u64 } from "@pdiem/light-client/codec/scale";
import { DecodeError, isPdiemError } from "@pdiem/light-client/error";
import { type Trie, withChanges } from "../trie/trie.js";
import { type Block, buildBlock, genesisBlock } from "./block-author.js";
import { type ChainSpec, readChainSpec } from "./chain-spec.js";
import { devAccount } from "./dev-accounts.js";
import type { HubRuntime } from "./hub-runtime.js";
import { createRelayParents } from "./relay-parents.js";
import { callRuntime, type RuntimeVersion, runtimeVersion } from "./runtime.js";
import { standaloneRelayParent } from "./standalone.js";

export interface RuntimeOptions {
  /** Where the file tells none: 1000 if not given. */
  readonly paraId?: number;
  /** Where the file tells none: PAS with 10 decimals if not given. */
  readonly properties?: HubRuntime["properties"];
  /** Milliseconds between blocks' timestamps; the runtime's default where not given. */
  readonly blockPeriod?: number;
}

const CODE = utf8(":code");
const PARA_ID = 1_000;
const PASEO = { tokenDecimals: 10, tokenSymbol: "PAS" };
/** What says that an account's holds and freezes are counted as today. */
const ACCOUNT_FLAGS = 1n << 127n;
const NO_PRESET = Uint8Array.of(0);
const MAX_RUNTIME = 64 * 1024 * 1024;
const BRACE = 0x7b;
const BLOCK_PERIOD = 6_000;
/** Hash of the runtime API's name, by which versions list it. */
const TRANSACTION_PAYMENT_API = "0x37c8bb1350a9a2a8";

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

/** Whether the runtime takes that many blocks, from a slot's beginning on, as it says. */
const takesBlocks = async (runtime: HubRuntime, count: number): Promise<boolean> => {
  const { paraId, slotDuration, blockPeriod, followsRelaySlots } = runtime;
  const relayParents = createRelayParents(paraId, standaloneRelayParent(paraId));
  const start = Date.now() - (Date.now() % slotDuration);
  let last: { readonly block: Block; readonly state: Trie } = { block: genesisBlock(runtime), state: runtime.state };
  try {
    for (let i = 0; i < count; i++) {
      const { header: parent } = last.block;
      const timestamp = start + i * blockPeriod;
      const relayParent = relayParents({ parent, timestamp, followsRelaySlots, upgrades: false });
      last = await buildBlock({ runtime, parent, parentState: last.state, timestamp, relayParent, extrinsics: [] });
    }
    return true;
  } catch (error) {
    if (isPdiemError(error)) return false;
    throw error;
  }
};

/** Finds by trying what is in no version number. */
const tried = async (runtime: HubRuntime): Promise<HubRuntime> => {
  const takes = async (change: Partial<HubRuntime>, count: number): Promise<HubRuntime | undefined> => {
    const changed = { ...runtime, ...change };
    return (await takesBlocks(changed, count)) ? changed : undefined;
  };
  const opened = (await takes({ splitsMessages: true }, 1)) ?? (await takes({ splitsMessages: false }, 1));
  if (opened === undefined)
    throw new DecodeError("decode/runtime-genesis", `expected ${runtime.name} to take a first block's inherents`);
  if (runtime.blockPeriod >= runtime.slotDuration) return opened;
  const { splitsMessages } = opened;
  const perSlot = Math.ceil(runtime.slotDuration / runtime.blockPeriod);
  const found =
    (await takes({ splitsMessages, claimsEverySlot: true }, perSlot)) ??
    (await takes({ splitsMessages, claimsEverySlot: false }, perSlot));
  if (found === undefined)
    throw new DecodeError(
      "decode/runtime-genesis",
      `expected ${runtime.name} to take ${perSlot} blocks a slot, ${runtime.blockPeriod} ms apart`,
    );
  return found;
};

const apiVersion = ({ apis }: RuntimeVersion, id: string): number => apis.find(([one]) => one === id)?.[1] ?? 0;

type Genesis = Pick<ChainSpec, "properties" | "paraId" | "state"> & Pick<HubRuntime, "accountFlags">;

const readGenesis = async (file: Uint8Array, options: RuntimeOptions): Promise<Genesis> => {
  // An account without flags is taken for one of before there were any, whatever the runtime.
  if (file[0] === BRACE) return { ...readChainSpec(Buffer.from(file).toString("utf8")), accountFlags: 0n };
  const { paraId = PARA_ID, properties = PASEO } = options;
  return { paraId, properties, state: await genesisState(file, paraId), accountFlags: ACCOUNT_FLAGS };
};

/**
 * Reads a runtime's WebAssembly, plain or compressed, and makes a genesis state with it. A chain's
 * specification in JSON has both.
 * @throws DecodeError `decode/runtime-genesis` for one that can't build a genesis state or whose
 * blocks can't be opened, `decode/chain-spec`
 * @throws PdiemError `runtime/trap` for bytes that are no runtime, or one without a genesis builder
 */
export const loadRuntime = async (file: string, options: RuntimeOptions = {}): Promise<HubRuntime> => {
  const content = new Uint8Array(await readFile(file));
  if (content.length > MAX_RUNTIME)
    throw new DecodeError("decode/runtime-genesis", `expected a runtime of at most ${MAX_RUNTIME} bytes`);
  const { paraId, properties, state, accountFlags } = await readGenesis(content, options);
  const [version, slot] = await Promise.all([
    runtimeVersion(state),
    callRuntime(state, [["AuraApi_slot_duration", new Uint8Array()]]),
  ]);
  return tried({
    name: `${version.specName} ${version.specVersion}`,
    specVersion: version.specVersion,
    properties,
    paraId,
    state,
    stateVersion: version.stateVersion === 0 ? 0 : 1,
    slotDuration: Number(decode(u64, slot.result)),
    blockPeriod: options.blockPeriod ?? BLOCK_PERIOD,
    claimsEverySlot: true,
    accountFlags,
    splitsMessages: true,
    compactWeights: apiVersion(version, TRANSACTION_PAYMENT_API) > 1,
    followsRelaySlots: true,
  });
};
