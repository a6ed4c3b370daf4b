/** Signs with the shares of several holders (PROTOCOL 7a), as one enclave would with the key. */
import { batchToSign, paymentToSign, type ToSign } from "@pdiem/bridge/custody/signing";
import type { PublicPackage } from "@pdiem/bridge/holders/public-package";
import type { Session } from "@pdiem/bridge/holders/session";
import type { Payment } from "@pdiem/bridge/payout/payout";
import type { EnclaveClient } from "@pdiem/bridge-client/enclave/enclave-client";
import type { ExtrinsicEncoding } from "@pdiem/enclave/wire/signing";
import type { PdiemError } from "@pdiem/light-client/error";
import type { Logger } from "pino";
import { EnclaveError } from "../error.js";
import type { HoldersWatch } from "../sync/enclave/holders-watch.js";
import { laggingOf } from "../sync/light-clients/lagging.js";
import { commonStart, type FollowSources, followHolders } from "./follow-holders.js";
import { isHarmless } from "./holder-record.js";
import { knownToMany } from "./known-to-many.js";
import { signTogether } from "./sign-together.js";
import type { BatchAnswer, PaymentAnswer, Signers, SimulatedBatch } from "./signers.js";
import { createHolders } from "./signing-holder.js";
import type { Patience } from "./signing-task.js";

export interface HeldSources {
  readonly clients: FollowSources["clients"];
  /** One for each slot, in their order. */
  readonly enclaves: readonly EnclaveClient[];
  readonly watch: Pick<HoldersWatch, "holding" | "look">;
  readonly log: Logger;
  /** How many commitments are kept ready of each; left out, as many as a request can need. */
  readonly ahead?: number;
  /** Left out, for answers that take a few seconds at most. */
  readonly patience?: Patience;
}

type Shares = readonly (Uint8Array | undefined)[];

const PATIENCE: Patience = { least: 400, most: 5_000 };

const NO_PACKAGE = new EnclaveError(
  "holders/too-few",
  "expected holders that agree on one public package: too few have told theirs yet",
  "backoff",
);

const paymentOf = (issuer: Uint8Array, payment: Payment): ToSign<PaymentAnswer> => {
  const { sequenceNumber, expirationTimestampSecs } = payment.transaction;
  const { message, complete } = paymentToSign(issuer, payment);
  return {
    message,
    complete: (signature) => ({
      index: payment.index,
      sequenceNumber,
      expirationTimestampSecs,
      ...complete(signature),
    }),
  };
};

export const heldSigners = ({ clients, enclaves, watch, log, ahead, patience = PATIENCE }: HeldSources): Signers => {
  const { config, lightClients } = clients;
  const holders = createHolders(enclaves, ahead);
  const following = followHolders({ clients, holders, watch, log });
  const { threshold } = watch.holding();

  const publicPackage = (): PublicPackage => {
    const found = watch.holding().publicPackage;
    if (found === undefined) throw NO_PACKAGE;
    return found;
  };

  const onLeftOut = (verb: string) => (slot: number, error: PdiemError) => {
    const about = { slot, verb, code: error.code, error: error.message };
    log[isHarmless(error.code) ? "info" : "warn"](about, "a holder was left out of a signature");
    if (!isHarmless(error.code)) following.wake();
  };

  const sign = async <T>(
    verb: string,
    toSign: readonly ToSign<T>[],
    ask: (enclave: EnclaveClient, sessions: readonly Session[]) => Promise<Shares>,
  ): Promise<readonly T[]> => {
    const { able, away } = following.standing();
    const signatures = await signTogether({
      verb,
      threshold,
      publicPackage: publicPackage(),
      messages: toSign.map(({ message }) => message),
      holders: able,
      away,
      ask: async (slot, sessions) => {
        const enclave = enclaves[slot - 1];
        if (enclave === undefined) throw new RangeError(`expected a slot, got ${slot}`);
        return ask(enclave, sessions);
      },
      patience,
      onLeftOut: onLeftOut(verb),
    }).finally(following.refill);
    return toSign.flatMap(({ complete }, i) => {
      const signature = signatures[i];
      return signature === undefined ? [] : [complete(signature)];
    });
  };

  const batchOf = (encoding: ExtrinsicEncoding, { facts, batch }: SimulatedBatch): ToSign<BatchAnswer> => {
    const { message, complete } = batchToSign(config, publicPackage().groupKey, encoding, facts, batch);
    const { nonce, anchor } = batch;
    const birth = { number: facts.number, hash: facts.hash };
    const period = config.parachain.mortalPeriod;
    return { message, complete: (signature) => ({ ...complete(signature), nonce, birth, period, anchor }) };
  };

  const signBatch = async (
    verb: string,
    toSign: ToSign<BatchAnswer>,
    ask: (enclave: EnclaveClient, sessions: readonly Session[]) => Promise<{ readonly share: Uint8Array | undefined }>,
  ): Promise<BatchAnswer> => {
    const [signed] = await sign(verb, [toSign], async (enclave, sessions) => [(await ask(enclave, sessions)).share]);
    if (signed === undefined) throw new RangeError("expected a signature of each message");
    return signed;
  };

  return {
    settle: (request, simulated) =>
      signBatch("settle", batchOf(request.encoding, simulated), (enclave, sessions) =>
        enclave.settle({ ...request, sessions }),
      ),
    decide: (request, simulated) =>
      signBatch("decide", batchOf(request.encoding, simulated), (enclave, sessions) =>
        enclave.decide({ ...request, sessions }),
      ),
    genesis: (request, simulated) =>
      signBatch("genesis", batchOf(request.encoding, simulated), (enclave, sessions) =>
        enclave.genesis({ ...request, sessions }),
      ),
    payout: (request, simulated) => {
      const { groupKey } = publicPackage();
      const toSign = simulated.map((payment) => paymentOf(groupKey, payment));
      return sign("payout", toSign, async (enclave, sessions) =>
        (await enclave.payout({ ...request, sessions })).payments.map(({ share }) => share),
      );
    },
    follow: following.follow,
    followRelay: following.followRelay,
    lagging: async () =>
      commonStart(laggingOf(lightClients.get()), [...(await following.statuses()).values()], threshold),
    signerChanges: async () =>
      knownToMany(
        threshold,
        [...(await following.statuses()).values()].map(({ checkpoints }) => checkpoints.changes),
      ),
    blame: () => new Map(holders.map(({ slot, record }) => [slot, record.blame()])),
    stop: following.stop,
  };
};
