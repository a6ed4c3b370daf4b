/** Whether a runtime checks a metadata hash (RFC 78), and which: asked of the runtime itself. */
import { concat, toHex, utf8 } from "@pdiem/light-client/bytes";
import { encode, u32 } from "@pdiem/light-client/codec/scale";
import { remark } from "@pdiem/light-client/polkadot/extrinsics/call";
import { CALL_NAMES } from "@pdiem/light-client/polkadot/extrinsics/call-signature";
import type { ExtrinsicFormat } from "@pdiem/light-client/polkadot/extrinsics/extrinsic-format";
import { provenFormat } from "@pdiem/light-client/polkadot/extrinsics/proven-format";
import { buildExtrinsic } from "@pdiem/light-client/polkadot/extrinsics/signed-extrinsic";
import { storagePrefix, twox64Concat } from "@pdiem/light-client/polkadot/trie/storage-key";
import { metadataProver } from "../../chains/metadata-proof.js";
import { metadata15, runtimeTypes } from "../../chains/runtime-types.js";
import type { Given } from "../runtime-file.js";
import type { RuntimeSource, ShownRuntime, Token } from "../runtime-source.js";

/** How the bridge would write extrinsics for a runtime by a proof of its types. */
export interface ProvenEncoding {
  readonly format: ExtrinsicFormat;
  /** The RFC 78 digest, 32 bytes. */
  readonly digest: Uint8Array;
  readonly token: Token;
}

/**
 * `builtIn`: the runtime takes a signature over this digest. `another`: it has one built in that
 * none of the tokens tried leads to. `none`: it has none.
 */
export type HashVerdict = "builtIn" | "another" | "none";

/** The chains that a runtime's file may be of, which doesn't say its token. */
const TOKENS: readonly Token[] = [
  { symbol: "DOT", decimals: 10 },
  { symbol: "KSM", decimals: 12 },
  { symbol: "PAS", decimals: 10 },
  { symbol: "WND", decimals: 12 },
  { symbol: "ROC", decimals: 12 },
  { symbol: "UNIT", decimals: 12 },
];

const SEED = new Uint8Array(32).fill(7);
const MORTAL_PERIOD = 64;
const EXTERNAL = Uint8Array.of(2);
type Birth = NonNullable<RuntimeSource["birth"]>;
const FILE_BIRTH: Birth = { number: 100, hash: new Uint8Array(32).fill(1), genesis: new Uint8Array(32).fill(2) };

// As SCALE has a refused `TransactionValidity`: an error, then its kind and variant.
const REFUSED = 1;
const INVALID = 0;
const BAD_PROOF = 4;
const CANNOT_LOOK_UP = 0;

const blockHash = (number: number): Uint8Array =>
  concat(storagePrefix("System", "BlockHash"), twox64Concat(encode(u32, number)));

const stateOf = ({ number, hash, genesis }: Birth): Given => [
  [storagePrefix("System", "Number"), encode(u32, number)],
  [blockHash(0), genesis],
  [blockHash(number), hash],
];

/**
 * Asks for the validity of an extrinsic of nobody, signed over the digest. Signatures are checked
 * before whoever signed is found to have nothing to pay with.
 */
const verdictOn = async ({ source, version }: ShownRuntime, format: ExtrinsicFormat): Promise<HashVerdict> => {
  const birth = source.birth ?? FILE_BIRTH;
  const content = {
    call: remark(utf8("pdiem")),
    nonce: 0,
    mortalPeriod: MORTAL_PERIOD,
    birth,
    genesisHash: birth.genesis,
    specVersion: version.specVersion,
    transactionVersion: version.transactionVersion,
  };
  const input = concat(EXTERNAL, buildExtrinsic(format, content, SEED), birth.hash);
  const given = source.birth === undefined ? stateOf(birth) : undefined;
  const answer = await source.call("TaggedTransactionQueue_validate_transaction", input, given);
  const [result, kind, variant] = answer;
  if (result !== REFUSED) return "builtIn";
  if (kind === INVALID) return variant === BAD_PROOF ? "another" : "builtIn";
  return variant === CANNOT_LOOK_UP ? "none" : "another";
};

const encodingBy = (
  { answer15, version: { specName, specVersion } }: ShownRuntime & { readonly answer15: Uint8Array },
  assetsPallet: string,
  mortalPeriod: number,
  token: Token,
): ProvenEncoding => {
  const { base58Prefix } = runtimeTypes(metadata15(answer15));
  const properties = { specName, specVersion, base58Prefix, decimals: token.decimals, tokenSymbol: token.symbol };
  const prover = metadataProver(answer15, properties);
  const calls = CALL_NAMES.filter((name) => name !== "batchAll");
  const format = provenFormat(
    prover.prove({ assetsPallet, mortalPeriod, calls }),
    { specName, specVersion },
    assetsPallet,
  );
  return { format, digest: prover.digest, token };
};

export interface HashSubjects {
  readonly assetsPallet: string;
  readonly mortalPeriod: number;
  /** How the token is written, where the source doesn't say. */
  readonly token: Token | undefined;
}

/**
 * Makes the enclave's own proof of the types, and asks the runtime whether it takes a signature
 * over the digest. For a file, it asks with each token that it may be of.
 * @throws PdiemError where no proof can be made: what the enclave would refuse
 */
export const findMetadataHash = async (
  shown: ShownRuntime & { readonly answer15: Uint8Array },
  { assetsPallet, mortalPeriod, token }: HashSubjects,
): Promise<{ readonly encoding: ProvenEncoding; readonly verdict: HashVerdict }> => {
  const given = token ?? shown.source.token;
  const [first, ...others] = given === undefined ? TOKENS : [given];
  const tryOne = async (one: Token) => {
    const encoding = encodingBy(shown, assetsPallet, mortalPeriod, one);
    return { encoding, verdict: await verdictOn(shown, encoding.format) };
  };
  const tried = await tryOne(first as Token);
  if (tried.verdict !== "another") return tried;
  for (const other of others) {
    const next = await tryOne(other);
    if (next.verdict === "builtIn") return next;
  }
  return tried;
};

export const hashText = ({ digest }: ProvenEncoding): string => `0x${toHex(digest)}`;
