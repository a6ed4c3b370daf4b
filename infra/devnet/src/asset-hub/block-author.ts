/**
 * Building one block with the runtime, as a collator does: initialize, inherents, extrinsics,
 * finalize.
 */
import { equal, utf8 } from "@pdiem/light-client/bytes";
import { bytes, compactU32, decode, encode, u64 } from "@pdiem/light-client/codec/scale";
import { isPdiemError, PdiemError } from "@pdiem/light-client/error";
import type { DigestItem } from "@pdiem/light-client/polkadot/finality/digest";
import { type Header, header, headerHash } from "@pdiem/light-client/polkadot/finality/header";
import { storagePrefix } from "@pdiem/light-client/polkadot/trie/storage-key";
import { parachainInputKeys } from "../substrate/host-configuration.js";
import { listRoot, rootHash } from "../trie/encode.js";
import { type Change, type Trie, takenOver, valueAt, withChanges } from "../trie/trie.js";
import type { HubRuntime } from "./hub-runtime.js";
import { type RelayParent, timestampInherent, validationDataInherent } from "./inherents.js";
import { callRuntime, type RuntimeCall, type RuntimeResult } from "./runtime.js";
import { applyOutcome, type Invalidity } from "./validity.js";

export interface Block {
  readonly header: Header;
  readonly hash: Uint8Array;
  /** Inherents first, each with its length in front. */
  readonly extrinsics: readonly Uint8Array[];
}

export interface BlockState {
  readonly state: Trie;
  /** What the block changed, for subscribers and for replaying states. */
  readonly changes: readonly Change[];
  /** What is in the state at `:code`: executes the block's child. */
  readonly runtime: HubRuntime;
}

export interface BlockInput {
  readonly runtime: HubRuntime;
  readonly parent: Header;
  readonly parentState: Trie;
  /** Is in force from the next block on; the relay parent must tell so. */
  readonly upgrade?: HubRuntime | undefined;
  /** Milliseconds; the runtime demands at least its `blockPeriod` more than in the parent. */
  readonly timestamp: number;
  readonly relayParent: RelayParent;
  readonly extrinsics: readonly Uint8Array[];
}

export interface BuiltBlock extends BlockState {
  readonly block: Block;
  /** Extrinsics that can't be included, now (`retry`) or ever. */
  readonly rejected: readonly { readonly extrinsic: Uint8Array; readonly invalidity: Invalidity }[];
}

const AURA = utf8("aura");
const CURRENT_SLOT = storagePrefix("Aura", "CurrentSlot");
const CODE = utf8(":code");
const PENDING_CODE = storagePrefix("ParachainSystem", "PendingValidationCode");
const NO_ROOT = new Uint8Array(32);

/** Extrinsics are numbered by SCALE compact integers. */
export const extrinsicsRoot = (extrinsics: readonly Uint8Array[]): Uint8Array =>
  listRoot((index) => encode(compactU32, index), extrinsics);

/** Makes the block that a runtime's chain starts from. */
export const genesisBlock = ({ state, stateVersion }: HubRuntime): Block => {
  const first: Header = {
    parentHash: new Uint8Array(32),
    number: 0,
    stateRoot: rootHash(state, stateVersion),
    extrinsicsRoot: extrinsicsRoot([]),
    digest: [],
  };
  return { header: first, hash: headerHash(first), extrinsics: [] };
};

/** Old runtimes demand that slots rise: a further block in a slot claims none. */
const slotClaim = (runtime: HubRuntime, parentState: Trie, timestamp: number): readonly DigestItem[] => {
  const slot = BigInt(Math.floor(timestamp / runtime.slotDuration));
  const last = runtime.claimsEverySlot ? undefined : valueAt(parentState, CURRENT_SLOT);
  if (last !== undefined && slot <= decode(u64, last)) return [];
  return [{ type: "preRuntime", engine: AURA, data: encode(u64, slot) }];
};

const FINALIZE: RuntimeCall = ["BlockBuilder_finalize_block", new Uint8Array()];

const applyExtrinsic = (extrinsic: Uint8Array): RuntimeCall => ["BlockBuilder_apply_extrinsic", extrinsic];

const mergeChanges = (into: Map<string, Change>, changes: readonly Change[]): void => {
  for (const change of changes) into.set(Buffer.from(change[0]).toString("latin1"), change);
};

/** Calls that open a block on top of a parent: what an extrinsic sees before it. */
export const openingCalls = (input: Omit<BlockInput, "extrinsics">): readonly [RuntimeCall, ...Uint8Array[]] => {
  const { runtime, timestamp } = input;
  const draft: Header = {
    parentHash: headerHash(input.parent),
    number: input.parent.number + 1,
    stateRoot: NO_ROOT,
    extrinsicsRoot: NO_ROOT,
    digest: slotClaim(runtime, input.parentState, timestamp),
  };
  return [
    ["Core_initialize_block", encode(header, draft)],
    timestampInherent(timestamp),
    validationDataInherent(
      encode(header, input.parent),
      input.relayParent,
      parachainInputKeys(runtime.paraId),
      runtime.splitsMessages,
    ),
  ];
};

/** A block whose header still lacks its state root. */
interface Draft extends Pick<BuiltBlock, "state" | "changes" | "rejected"> {
  readonly sealed: Header;
  readonly included: readonly Uint8Array[];
}

/** A panic of the runtime is the extrinsic's fault: collators leave such out, too. */
const tryExtrinsic = async (state: Trie, extrinsic: Uint8Array): Promise<RuntimeResult | Invalidity> => {
  try {
    const applied = await callRuntime(state, [applyExtrinsic(extrinsic)]);
    return applyOutcome(applied.result) ?? applied;
  } catch (error) {
    if (isPdiemError(error)) return { reason: error.message, retry: false };
    throw error;
  }
};

/**
 * Leaves out what the runtime refuses. Each extrinsic takes a run, which costs the executor a
 * start of its own.
 */
const buildOneByOne = async (input: BlockInput): Promise<Draft> => {
  const changes = new Map<string, Change>();
  let state = input.parentState;
  const commit = (made: readonly Change[]): void => {
    state = withChanges(state, made);
    mergeChanges(changes, made);
  };
  const [initialize, ...inherents] = openingCalls(input);
  commit((await callRuntime(state, [initialize, ...inherents.map(applyExtrinsic)])).changes);
  const included = [...inherents];
  const rejected: { extrinsic: Uint8Array; invalidity: Invalidity }[] = [];
  for (const extrinsic of input.extrinsics) {
    const applied = await tryExtrinsic(state, extrinsic);
    if ("reason" in applied) rejected.push({ extrinsic, invalidity: applied });
    else {
      commit(applied.changes);
      included.push(extrinsic);
    }
  }
  const finalized = await callRuntime(state, [FINALIZE]);
  commit(finalized.changes);
  return { sealed: decode(header, finalized.result), state, changes: [...changes.values()], included, rejected };
};

/**
 * In one run. Undefined where the runtime refuses an extrinsic: then its root of extrinsics lacks
 * that one, or it panics.
 */
const buildAtOnce = async (input: BlockInput): Promise<Draft | undefined> => {
  const [initialize, ...inherents] = openingCalls(input);
  const included = [...inherents, ...input.extrinsics];
  try {
    const { result, changes } = await callRuntime(input.parentState, [
      initialize,
      ...included.map(applyExtrinsic),
      FINALIZE,
    ]);
    const sealed = decode(header, result);
    if (!equal(sealed.extrinsicsRoot, extrinsicsRoot(included))) return undefined;
    return { sealed, state: withChanges(input.parentState, changes), changes, included, rejected: [] };
  } catch (error) {
    if (isPdiemError(error)) return undefined;
    throw error;
  }
};

const codeOf = ({ state }: HubRuntime): Uint8Array => valueAt(state, CODE) ?? new Uint8Array();

/** Puts code where the runtime finds what its relay chain lets through. */
const pendingCode = (upgrade: HubRuntime): Change => [PENDING_CODE, encode(bytes, codeOf(upgrade))];

/**
 * Makes the state that the new runtime goes on from. Its code is the very bytes by which it is
 * known.
 */
const upgraded = (state: Trie, from: HubRuntime, to: HubRuntime): Trie => {
  const code = codeOf(to);
  if (!equal(valueAt(state, CODE) ?? new Uint8Array(), code))
    throw new PdiemError("runtime/not-upgraded", `expected ${from.name} to take up the code of ${to.name}`);
  const same = withChanges(state, [[CODE, code]]);
  return from.stateVersion < to.stateVersion ? takenOver(same) : same;
};

/**
 * Builds the block. The header is the runtime's own but for its state root: the executor gives the
 * runtime a made-up one.
 * @throws PdiemError `runtime/trap` when the runtime refuses an inherent or the block as a whole,
 * `runtime/not-upgraded`
 */
export const buildBlock = async (input: BlockInput): Promise<BuiltBlock> => {
  const { runtime, upgrade } = input;
  const pending = upgrade === undefined ? [] : [pendingCode(upgrade)];
  const prepared = { ...input, parentState: withChanges(input.parentState, pending) };
  const draft = (await buildAtOnce(prepared)) ?? (await buildOneByOne(prepared));
  const { sealed, included, state, rejected } = draft;
  if (!equal(sealed.extrinsicsRoot, extrinsicsRoot(included)))
    throw new PdiemError(
      "runtime/extrinsics-root",
      `expected the runtime's extrinsics root of #${sealed.number} to be ours`,
    );
  const own: Header = { ...sealed, stateRoot: rootHash(state, runtime.stateVersion) };
  return {
    block: { header: own, hash: headerHash(own), extrinsics: included },
    state: upgrade === undefined ? state : upgraded(state, runtime, upgrade),
    changes: [...pending, ...draft.changes],
    rejected,
    runtime: upgrade ?? runtime,
  };
};
