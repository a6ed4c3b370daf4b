/** Everything that is to be known of a runtime before the bridge runs on it. */

import { STATEMINE_900 } from "@pdiem/chain-formats/polkadot/extrinsics/statemine-900";
import { isPdiemError } from "@pdiem/light-client/error";
import type { ExtrinsicFormat } from "@pdiem/light-client/polkadot/extrinsics/extrinsic-format";
import { pinnedFormat } from "@pdiem/light-client/polkadot/extrinsics/pinned-format";
import type { PinnedProfile } from "@pdiem/light-client/polkadot/extrinsics/pinned-profile";
import { type BatchRoom, batchRoom } from "../batch-room.js";
import { blockLimits } from "../block-limits.js";
import { type RuntimeMetadata, readMetadata } from "../runtime-metadata.js";
import { askRuntime, type RuntimeSource, type ShownRuntime, type Token } from "../runtime-source.js";
import type { RuntimeVersion } from "../runtime-version.js";
import { checkCalls } from "./check-calls.js";
import { type CheckedConfig, checkConstants } from "./check-constants.js";
import { checkExtensions, checkExtrinsics } from "./check-extensions.js";
import { checkPinned } from "./check-pinned.js";
import { checkRelayStorage, checkStorage } from "./check-storage.js";
import { compareRuntimes } from "./compare-runtimes.js";
import { differs, type Finding, note, ok } from "./finding.js";
import { findMetadataHash, hashText } from "./metadata-hash.js";

export interface ReportOptions {
  /** Left out where only the runtime is looked at. */
  readonly config: CheckedConfig | undefined;
  readonly assetsPallet: string;
  /** How a file's token is written: its digest holds that. */
  readonly token: Token | undefined;
  /** The runtime in force now. */
  readonly against: RuntimeSource | undefined;
  /** The relay chain's runtime. */
  readonly relay: RuntimeSource | undefined;
}

/** How the enclave would write extrinsics for it; undefined where it can't. */
export type Encoding =
  | { readonly type: "pinned"; readonly format: ExtrinsicFormat }
  | { readonly type: "proven"; readonly format: ExtrinsicFormat; readonly digest: string; readonly token: Token };

export interface RuntimeReport {
  readonly source: Pick<RuntimeSource, "name" | "codeHash">;
  readonly version: RuntimeVersion;
  readonly metadataVersion: number;
  readonly encoding: Encoding | undefined;
  readonly findings: readonly Finding[];
  /** What a batch may hold; undefined where the runtime doesn't tell. */
  readonly room: BatchRoom | undefined;
  /** Whether the bridge can run on it. */
  readonly qualifies: boolean;
}

const MORTAL_PERIOD = 64;
const HASH = "metadata hash";

const NO_METADATA_15 = differs(HASH, "metadata of version 15", {
  found: "the runtime gives none",
  expected: "metadata that RFC 78's digest is of",
  meaning: "calls can't be proven: only a runtime whose calls are pinned can be run on",
});

interface Encoded {
  readonly findings: readonly Finding[];
  readonly encoding?: Encoding;
  /** Writes extrinsics also where no enclave would, to ask for weights. */
  readonly format?: ExtrinsicFormat;
}

const HASH_REFUSALS = {
  none: {
    found: "the runtime has none built in",
    expected: "a runtime that is built with its metadata hash",
    meaning: "nothing that the enclave signs is valid: the chain must build its releases with it, or calls be pinned",
  },
  another: {
    found: "the runtime refuses the digest that its own metadata leads to",
    expected: "the digest that it has built in",
    meaning: "nothing that the enclave signs is valid. If this is a file, name its token: --token DOT:10",
  },
} as const;

/** By the same proof that the enclave takes; what it would refuse is told in its words. */
const provenEncoding = async (shown: ShownRuntime, options: ReportOptions): Promise<Encoded> => {
  const { answer15 } = shown;
  if (answer15 === undefined) return { findings: [NO_METADATA_15] };
  const { assetsPallet, token, config } = options;
  const subjects = { assetsPallet, token, mortalPeriod: config?.parachain.mortalPeriod ?? MORTAL_PERIOD };
  try {
    const { encoding, verdict } = await findMetadataHash({ ...shown, answer15 }, subjects);
    const { format } = encoding;
    if (verdict !== "builtIn") return { format, findings: [differs(HASH, "RFC 78 digest", HASH_REFUSALS[verdict])] };
    const digest = hashText(encoding);
    return {
      format,
      encoding: { type: "proven", format, digest, token: encoding.token },
      findings: [ok(HASH, "RFC 78 digest", `${digest}, which the runtime takes`)],
    };
  } catch (error) {
    if (!isPdiemError(error)) throw error;
    const refusal = {
      found: error.message,
      expected: "a proof that the enclave takes",
      meaning: "the enclave refuses",
    };
    return { findings: [differs(HASH, "proof of the types", refusal)] };
  }
};

const pinnedEncoding = (
  { version }: ShownRuntime,
  metadata: RuntimeMetadata,
  profile: PinnedProfile,
  assetsPallet: string,
): Encoded => {
  const format = pinnedFormat(profile);
  const findings = checkPinned(metadata, version.transactionVersion, profile, assetsPallet);
  return { findings, format, encoding: { type: "pinned", format } };
};

/** Shipped profiles are pinned where no configuration says otherwise. */
const profileFor = ({ specName, specVersion }: RuntimeVersion, config: CheckedConfig | undefined) => {
  const shipped = specName === "statemine" ? STATEMINE_900 : undefined;
  const profile = config === undefined ? shipped : config.parachain.profile;
  return profile?.specVersion === specVersion ? profile : undefined;
};

const checkState = ({ stateVersion }: RuntimeVersion): Finding =>
  stateVersion <= 1
    ? ok("storage", "state version", `${stateVersion}`)
    : differs("storage", "state version", {
        found: `${stateVersion}`,
        expected: "0 or 1",
        meaning: "nothing in its state can be proven",
      });

const roomOf = async (
  { source }: ShownRuntime,
  metadata: RuntimeMetadata,
  format: ExtrinsicFormat | undefined,
): Promise<BatchRoom | undefined> => {
  if (format === undefined) return undefined;
  try {
    return await batchRoom(source.call, format, blockLimits(metadata));
  } catch (error) {
    if (!isPdiemError(error)) throw error;
    return undefined;
  }
};

/** The least that a configuration may allow a batch (PROTOCOL 3, 'Economy'). */
const LEAST_CALLS = 64;

const checkRoom = (room: BatchRoom | undefined): readonly Finding[] => {
  if (room === undefined)
    return [
      note(
        "interfaces",
        "TransactionPaymentApi",
        "no weights",
        "batches are sized by the configuration and by refusals alone",
      ),
    ];
  if (room.mints >= LEAST_CALLS) return [ok("interfaces", "TransactionPaymentApi", "weights of every call")];
  return [
    differs("interfaces", "TransactionPaymentApi", {
      found: `room for ${room.mints} mints in 95 % of half a block`,
      expected: `room for ${LEAST_CALLS}`,
      meaning: "full batches aren't included",
    }),
  ];
};

const checkAgainst = async (
  shown: ShownRuntime,
  metadata: RuntimeMetadata,
  { against, assetsPallet }: ReportOptions,
): Promise<readonly Finding[]> => {
  if (against === undefined) return [];
  const before = await askRuntime(against);
  const compared = { version: before.version, metadata: readMetadata(before.metadata) };
  return compareRuntimes(compared, { version: shown.version, metadata }, assetsPallet);
};

const checkRelay = async ({ relay }: ReportOptions): Promise<readonly Finding[]> => {
  if (relay === undefined) return [];
  const { version, metadata } = await askRuntime(relay);
  const interfaceOf = version.apis.has(GRANDPA_API)
    ? ok("interfaces", "GrandpaApi", `of the relay chain ${version.specName} ${version.specVersion}`)
    : differs("interfaces", "GrandpaApi", {
        found: `${version.specName} has none`,
        expected: "a relay chain that GRANDPA finalizes",
        meaning: "its finality can't be verified",
      });
  return [...checkRelayStorage(readMetadata(metadata)), checkState(version), interfaceOf];
};

/** blake2b-64 of `GrandpaApi`. */
const GRANDPA_API = "ed99c5acb25eedf5";

/**
 * Compares a runtime with all that the bridge reads and calls.
 * @throws RpcError and DecodeError of sources that don't answer as runtimes do
 */
export const reportRuntime = async (source: RuntimeSource, options: ReportOptions): Promise<RuntimeReport> => {
  const shown = await askRuntime(source);
  const metadata = readMetadata(shown.metadata);
  const { assetsPallet, config } = options;
  const profile = profileFor(shown.version, config);
  const encoded =
    profile === undefined
      ? await provenEncoding(shown, options)
      : pinnedEncoding(shown, metadata, profile, assetsPallet);
  const room = await roomOf(shown, metadata, encoded.format);
  const findings = [
    ...checkStorage(metadata, assetsPallet),
    checkState(shown.version),
    ...checkCalls(metadata, assetsPallet),
    ...checkExtrinsics(metadata),
    ...checkExtensions(metadata, profile !== undefined),
    ...encoded.findings,
    ...checkConstants(metadata, assetsPallet, config),
    ...checkRoom(room),
    ...(await checkRelay(options)),
    ...(await checkAgainst(shown, metadata, options)),
  ];
  return {
    source,
    version: shown.version,
    metadataVersion: metadata.version,
    encoding: encoded.encoding,
    findings,
    room,
    qualifies: encoded.encoding !== undefined && findings.every(({ outcome }) => outcome !== "differs"),
  };
};
