/** `pdiem custody rotate` and `submit`: custody becomes the enclave's, for good. */

import { rawTransaction } from "@pdiem/chain-formats/diem/transactions/raw-transaction";
import { signedTransaction, signRawTransaction } from "@pdiem/chain-formats/diem/transactions/signed-transaction";
import { equal, toHex } from "@pdiem/light-client/bytes";
import { encode } from "@pdiem/light-client/codec/bcs";
import { publicKeyOf } from "@pdiem/light-client/crypto/ed25519";
import { readDiemAccount } from "@pdiem/light-client/diem/state/resources/diem-account";
import { ed25519AuthenticationKey } from "@pdiem/light-client/diem/transactions/authentication-key";
import { PdiemError } from "@pdiem/light-client/error";
import { submitAll } from "../../chains/diem/submission.js";
import { type Config, readConfig } from "../../config.js";
import { ConfigError } from "../../error.js";
import type { Clients } from "../../sync/clients.js";
import { type DryRunOptions, showSendings } from "../dry-run.js";
import { readSeed } from "../guardian/files.js";
import type { Output } from "../output.js";
import { ownClients } from "../own-walk.js";
import { type EnclaveOptions, verifiedEnclaveKey } from "../set-up/verified-key.js";
import { custodySource, type ProvenCustody, proveCustody } from "./prove-custody.js";
import { isRotated, type RotationStep, rotationSteps } from "./rotation.js";
import { readRotationFile, type SignedStep, writeRotationFile } from "./rotation-file.js";

export interface RotateOptions extends EnclaveOptions, DryRunOptions {
  readonly config: string;
  /** File of the interim key's seed. */
  readonly key?: string;
  /** Where transactions go that are to be signed elsewhere. */
  readonly out?: string;
  /** Says that whoever runs it knows that it can't be taken back. */
  readonly irrevocably?: boolean;
}

const HOUR = 3_600n;
const DAY = 24n * HOUR;
const POLL_MS = 1_000;
const PATIENCE_MS = 300_000;

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, POLL_MS));

/**
 * Waits until custody's proven state has used a sequence number.
 * @throws PdiemError `custody/not-executed`
 */
const untilUsed = async (config: Config, clients: Clients, number: bigint, output: Output): Promise<ProvenCustody> => {
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    const proven = await proveCustody(config, clients, output);
    const account = proven.custody === undefined ? undefined : readDiemAccount(proven.custody);
    if (account !== undefined && account.sequenceNumber > number) return proven;
    if (performance.now() > end)
      throw new PdiemError(
        "custody/not-executed",
        `expected transaction ${number} of custody by now: run this again`,
        "later",
      );
    await pause();
  }
};

/** Submits one after the other, each once the one before is proven to have been executed. */
const submitSteps = async (
  config: Config,
  clients: Clients,
  steps: readonly SignedStep[],
  output: Output,
): Promise<ProvenCustody> => {
  let proven = await proveCustody(config, clients, output);
  for (const { name, signed } of steps) {
    const { sequenceNumber } = signed.rawTransaction;
    const account = proven.custody === undefined ? undefined : readDiemAccount(proven.custody);
    if (account !== undefined && account.sequenceNumber > sequenceNumber) continue;
    const answer = await clients.diem.run(
      async (node) => (await submitAll(node, [encode(signedTransaction, signed)]))[0],
    );
    if (answer === undefined || (answer.type !== "accepted" && answer.type !== "used"))
      throw new PdiemError("custody/refused", `Diem's node refuses ${name}: ${answer?.message}`, "later");
    proven = await untilUsed(config, clients, sequenceNumber, output);
    output.err(`${name}: its sequence number ${sequenceNumber} is used, ${custodySource(proven)}`);
  }
  return proven;
};

const finish = (
  { custody, version }: ProvenCustody,
  key: Uint8Array,
  { json }: RotateOptions,
  output: Output,
): void => {
  if (!isRotated(custody, key))
    throw new PdiemError(
      "custody/without-effect",
      `custody's authentication key isn't the enclave's at version ${version}: a transaction has aborted; pdiem custody check tells more`,
    );
  const authenticationKey = `0x${toHex(ed25519AuthenticationKey(key))}`;
  if (json === true) output.out(JSON.stringify({ authenticationKey, version: version.toString() }));
  else output.out(`custody is the enclave's: its authentication key is ${authenticationKey}`);
};

const refuseRevocable = ({ irrevocably }: RotateOptions, steps: readonly { readonly name: string }[]): void => {
  if (irrevocably === true) return;
  throw new ConfigError(
    "config/irrevocably",
    `nothing was sent. This can't be taken back: ${steps.map(({ name }) => name).join(", ")}. Give --irrevocably to do it`,
  );
};

/** Shows transactions as they would be signed, without a signature. */
const showUnsent = (
  steps: readonly RotationStep[],
  { diem }: Pick<Config, "diem">,
  options: RotateOptions,
  output: Output,
): void =>
  showSendings(
    steps.map(({ name, raw }) => ({
      what: `${name}, with custody's number ${raw.sequenceNumber},`,
      to: diem.urls[0] ?? "Diem",
      content: `0x${toHex(encode(rawTransaction, raw))}`,
    })),
    options,
    output,
  );

const checkKey = ({ custody }: ProvenCustody, seed: Uint8Array): void => {
  const account = custody === undefined ? undefined : readDiemAccount(custody);
  if (account === undefined || !equal(account.authenticationKey, ed25519AuthenticationKey(publicKeyOf(seed))))
    throw new ConfigError("config/key", "expected the interim key, this is another than the one that custody has now");
};

/**
 * Verifies the enclave, then has custody take what it lacks and rotates its key to the enclave's.
 * @throws PdiemError `custody/unfit`, `custody/refused` and `custody/not-executed`, `later`;
 * `custody/without-effect`; ConfigError `config/key`, `config/irrevocably`; those of
 * `verifiedEnclaveKey`
 */
export const rotateCommand = async (options: RotateOptions, output: Output): Promise<void> => {
  if ((options.key === undefined) === (options.out === undefined))
    throw new ConfigError("config/key", "expected --key FILE, or --out FILE for signatures made elsewhere");
  const config = readConfig(options.config);
  const key = await verifiedEnclaveKey(config, options, output);
  const clients = ownClients(config);
  const proven = await proveCustody(config, clients, output);
  output.err(custodySource(proven));
  const lifetime = options.out === undefined ? HOUR : DAY;
  const steps = rotationSteps({ ...proven, config: config.bridge, key, lifetime });
  if (steps.length === 0) return finish(proven, key, options, output);
  if (options.out !== undefined) {
    writeRotationFile(options.out, steps);
    for (const { name } of steps) output.err(name);
    const todo =
      "have each signingMessage signed within a day, fill in publicKey and signature, then pdiem custody submit";
    const transactions = steps.map(({ name }) => name);
    output.out(options.json === true ? JSON.stringify({ file: options.out, transactions }) : `${options.out}: ${todo}`);
    return;
  }
  const seed = readSeed(options.key ?? "");
  checkKey(proven, seed);
  if (options.dryRun === true) return showUnsent(steps, config, options, output);
  refuseRevocable(options, steps);
  const signed = steps.map(({ name, raw }) => ({ name, signed: signRawTransaction(raw, seed) }));
  finish(await submitSteps(config, clients, signed, output), key, options, output);
};

/** Refuses what isn't byte by byte what would be made for this enclave now, times aside. */
const checkSteps = (signed: readonly SignedStep[], wanted: readonly RotationStep[]): void => {
  const left = signed.slice(signed.length - wanted.length);
  const isSame = ({ raw }: RotationStep, i: number): boolean => {
    const found = left[i]?.signed.rawTransaction;
    if (found === undefined) return false;
    const { expirationTimestampSecs } = found;
    return equal(encode(rawTransaction, found), encode(rawTransaction, { ...raw, expirationTimestampSecs }));
  };
  if (wanted.length > signed.length || !wanted.every(isSame))
    throw new PdiemError(
      "custody/other-transactions",
      "expected the file's transactions to make custody this enclave's, from where it is now: write them anew with rotate --out",
    );
};

/**
 * Verifies the enclave again, and submits what was signed elsewhere.
 * @throws PdiemError `custody/other-transactions`, or of `rotateCommand`; errors of
 * `readRotationFile`
 */
export const submitCommand = async (file: string, options: RotateOptions, output: Output): Promise<void> => {
  const config = readConfig(options.config);
  const signed = readRotationFile(file);
  const key = await verifiedEnclaveKey(config, options, output);
  const clients = ownClients(config);
  const proven = await proveCustody(config, clients, output);
  const wanted = rotationSteps({ ...proven, config: config.bridge, key, lifetime: DAY });
  if (wanted.length === 0) return finish(proven, key, options, output);
  checkSteps(signed, wanted);
  if (options.dryRun === true) return showUnsent(wanted, config, options, output);
  refuseRevocable(options, wanted);
  finish(await submitSteps(config, clients, signed, output), key, options, output);
};
