/** What a wallet needs of the parachain, where the page that it is on may ask nobody else. */
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import { fromHex, toHex } from "@pdiem/light-client/bytes";
import { bytes, decode, encode, option, u16, u32, u128 } from "@pdiem/light-client/codec/scale";
import { isPdiemError, PdiemError } from "@pdiem/light-client/error";
import { asset, assetAccount, systemAccount } from "@pdiem/light-client/polkadot/trie/storage-key";
import { readAccountInfo, readAssetAccount, readAssetDetails } from "@pdiem/light-client/polkadot/trie/storage-value";
import { decAnyMetadata, unifyMetadata } from "@polkadot-api/substrate-bindings";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { formatAccountId, parseAccountId } from "../../account-id.js";
import {
  callRuntime,
  finalizedHead,
  headerOf,
  runtimeVersion,
  storageOf,
  tokenProperties,
} from "../../chains/parachain/substrate-node.js";
import { NodeError, type SubstrateCall, type SubstrateRpc } from "../../chains/parachain/substrate-rpc.js";
import { RpcError } from "../../error.js";
import {
  type MetadataView,
  metadataView,
  type ParachainAccountView,
  type ParachainView,
  parachainAccountView,
  parachainView,
  submittedView,
} from "../../views/parachain-view.js";
import type { AtWork } from "../at-work.js";
import { get, post } from "../route.js";

export interface ParachainParts {
  readonly config: BridgeConfig;
  readonly clients: { readonly parachain: SubstrateRpc };
}

const MAX_METADATA_HEX = 16 * 1024 * 1024;
const hexText = z
  .string()
  .max(MAX_METADATA_HEX)
  .regex(/^0x(?:[0-9a-f]{2})*$/i);

/** Metadata of the newest version that wallets are sure to read. */
const VERSIONS = [15, 14] as const;

const metadataOf = async (call: SubstrateCall, at: Uint8Array): Promise<Uint8Array> => {
  for (const version of VERSIONS) {
    const answer = await callRuntime(call, "Metadata_metadata_at_version", encode(u32, version), at).catch(
      () => undefined,
    );
    const metadata = answer === undefined ? undefined : decode(option(bytes), answer);
    if (metadata !== undefined) return metadata.slice();
  }
  return fromHex(await call("state_getMetadata", [`0x${toHex(at)}`], hexText));
};

interface KnownRuntime {
  readonly metadata: Uint8Array;
  readonly ss58Prefix: number;
  readonly existentialDeposit: bigint;
}

const constantOf = (pallets: ReturnType<typeof unifyMetadata>["pallets"], pallet: string, name: string): Uint8Array => {
  const value = pallets.find((one) => one.name === pallet)?.constants.find((constant) => constant.name === name)?.value;
  if (value === undefined) throw new RpcError("rpc/metadata", `expected a constant ${pallet}.${name}`);
  return fromHex(value);
};

/** Older runtimes have it in one byte. */
const readPrefix = (value: Uint8Array): number => (value.length === 1 ? (value[0] ?? 0) : decode(u16, value));

const readRuntime = (metadata: Uint8Array): KnownRuntime => {
  const { pallets } = unifyMetadata(decAnyMetadata(metadata));
  return {
    metadata,
    ss58Prefix: readPrefix(constantOf(pallets, "System", "SS58Prefix")),
    existentialDeposit: decode(u128, constantOf(pallets, "Balances", "ExistentialDeposit")),
  };
};

/** A runtime's types, read once a spec version. */
const createRuntimes = () => {
  const known = new Map<number, KnownRuntime>();
  return async (call: SubstrateCall, at: Uint8Array, specVersion: number): Promise<KnownRuntime> => {
    const found = known.get(specVersion) ?? readRuntime(await metadataOf(call, at));
    if (known.size > 2) known.clear();
    known.set(specVersion, found);
    return found;
  };
};

const accountAt = async ({ config, clients }: ParachainParts, account: Uint8Array): Promise<ParachainAccountView> =>
  clients.parachain.run(async (call) => {
    const at = await finalizedHead(call);
    const header = await headerOf(call, at);
    const read = async <T>(key: Uint8Array, parse: (value: Uint8Array) => T): Promise<T | undefined> => {
      const value = await storageOf(call, key, at);
      return value === undefined ? undefined : parse(value);
    };
    const { assetsPallet } = config.parachain;
    const [info, nonce, ...assets] = await Promise.all([
      read(systemAccount(account), readAccountInfo),
      call("system_accountNextIndex", [formatAccountId(account)], z.int().min(0)),
      ...config.currencies.map(async ({ code, assetId }) => {
        const details = await read(asset(assetsPallet, assetId), readAssetDetails);
        const held = await read(assetAccount(assetsPallet, assetId, account), readAssetAccount);
        const balance = (held?.balance ?? 0n).toString();
        return { code, assetId, balance, isSufficient: details?.isSufficient ?? false };
      }),
    ]);
    return {
      block: { number: header?.number ?? 0, hash: toHex(at) },
      nonce,
      free: (info?.free ?? 0n).toString(),
      assets,
    };
  });

/**
 * Hands an extrinsic to one node after the other until one takes it. That nodes refuse what
 * somebody has written says nothing against them.
 * @throws PdiemError `extrinsic/refused`, with the last node's reason
 */
const handOver = async (nodes: SubstrateRpc["nodes"], extrinsic: string): Promise<string> => {
  let reason = "no node is configured";
  for (const { call } of nodes)
    try {
      return (await call("author_submitExtrinsic", [`0x${extrinsic}`], submitted)).replace(/^0x/, "");
    } catch (error) {
      if (!isPdiemError(error)) throw error;
      // A node's URL may hold a key: its own words alone are passed on.
      reason = error instanceof NodeError ? `a node answers ${error.rpcCode} ${error.data}` : error.code;
    }
  throw new PdiemError("extrinsic/refused", `no node has taken the extrinsic: ${reason}`, "later");
};

const submitted = z.string().regex(/^0x[0-9a-f]{64}$/i);

const accountParams = z.strictObject({ account: z.string().max(200) });
const specVersion = z.strictObject({ specVersion: z.coerce.number().int().min(0) });
const submission = z.strictObject({
  extrinsic: z
    .string()
    .max(8 * 1024)
    .regex(/^(?:[0-9a-f]{2})+$/),
});

/**
 * Serves the parachain to wallets: `GET /parachain`, `/parachain/accounts/:account` and
 * `/parachain/metadata/:specVersion`. `POST /parachain/extrinsics {extrinsic}` hands a
 * signed extrinsic to a node.
 */
export const parachainRoutes = (app: FastifyInstance, work: AtWork<ParachainParts>): void => {
  const runtimes = createRuntimes();
  const describe = ({ config, clients }: ParachainParts): Promise<ParachainView> =>
    clients.parachain.run(async (call) => {
      const at = await finalizedHead(call);
      const version = await runtimeVersion(call, at);
      const { ss58Prefix, existentialDeposit } = await runtimes(call, at, version.specVersion);
      const { tokenSymbol, tokenDecimals } = await tokenProperties(call);
      return {
        genesisHash: toHex(config.parachain.genesisHash),
        specVersion: version.specVersion,
        transactionVersion: version.transactionVersion,
        ss58Prefix,
        token: { symbol: tokenSymbol, decimals: tokenDecimals },
        existentialDeposit: existentialDeposit.toString(),
      };
    });
  const metadataAt = async (wanted: number): Promise<MetadataView> => {
    const { present, metadata } = await work().clients.parachain.run(async (call) => {
      const at = await finalizedHead(call);
      const { specVersion: now } = await runtimeVersion(call, at);
      return { present: now, metadata: (await runtimes(call, at, now)).metadata };
    });
    // Said out here: no node is at fault for what somebody asks for.
    if (present !== wanted)
      throw new PdiemError(
        "runtime/other",
        `expected spec version ${present}, which is in force, got ${wanted}`,
        "later",
      );
    return { metadata: toHex(metadata) };
  };
  get(
    app,
    "/parachain",
    { summary: "Shows what a wallet needs to write an extrinsic", tag: "parachain", answers: { 200: parachainView } },
    () => describe(work()),
  );
  get(
    app,
    "/parachain/metadata/:specVersion",
    {
      summary: "Gives the runtime's metadata",
      tag: "parachain",
      cost: "costly",
      params: specVersion,
      answers: { 200: metadataView },
    },
    async ({ params, reply }) => {
      const view = await metadataAt(params.specVersion);
      // A spec version's metadata never changes.
      reply.header("cache-control", "public, max-age=86400, immutable");
      return view;
    },
  );
  get(
    app,
    "/parachain/accounts/:account",
    {
      summary: "Shows an account at a node's newest finalized block",
      tag: "parachain",
      params: accountParams,
      answers: { 200: parachainAccountView },
    },
    ({ params: { account } }) => accountAt(work(), parseAccountId(account)),
  );
  post(
    app,
    "/parachain/extrinsics",
    {
      summary: "Hands a signed extrinsic to a node",
      tag: "parachain",
      cost: "costly",
      body: submission,
      answers: { 200: submittedView },
    },
    async ({ body: { extrinsic } }) => ({ hash: await handOver(work().clients.parachain.nodes, extrinsic) }),
  );
};
