/** Proofs for whoever has light clients of their own: a page in a browser, an auditor's program. */
import { type ProofBundle, proofBundle } from "@pdiem/bridge/facts/proof-bundle";
import { eventsSince } from "@pdiem/bridge-client/reserves";
import { fromHex, toHex } from "@pdiem/light-client/bytes";
import { decode, encode } from "@pdiem/light-client/codec/bcs";
import { epochChangeProof } from "@pdiem/light-client/diem/epochs/epoch-change";
import { PdiemError } from "@pdiem/light-client/error";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { proveCustody } from "../../chains/diem/payments.js";
import { collectFrom, type Lagging, type ProofClients } from "../../simulate/collect-proofs.js";
import { rangesOf } from "../../simulate/event-ranges.js";
import { batchNeeds, mergeNeeds, type Needs, NO_NEEDS, receiverNeeds } from "../../simulate/needs.js";
import type { ProofsView } from "../../views/bridge-view.js";
import { type AtWork, currentOf, type Followed } from "../at-work.js";
import { parseRequest } from "../parse-request.js";

export interface ProofParts extends Followed {
  readonly clients: ProofClients;
  readonly issuer: Uint8Array;
}

const decimal = z.string().regex(/^[0-9]{1,20}$/);

const body = z.strictObject({
  /** How far the asker's light clients are. */
  from: z.strictObject({
    epoch: decimal.optional(),
    version: decimal,
    setId: decimal,
    block: z.int().min(0).max(0xffff_ffff),
  }),
  /** A parachain account that may be paid, and a Diem account, hex. */
  account: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  payee: z
    .string()
    .regex(/^[0-9a-f]{32}$/)
    .optional(),
});

type Asked = z.output<typeof body>;

const laggingOf = ({ from: { epoch, version, setId, block } }: Asked): Lagging => ({
  diem: { epoch: epoch === undefined ? undefined : BigInt(epoch), version: BigInt(version) },
  relay: { setId: BigInt(setId), number: block },
});

const askedNeeds = ({ config }: ProofClients, { account, payee }: Asked): Needs =>
  mergeNeeds(
    account === undefined
      ? NO_NEEDS
      : receiverNeeds(
          config,
          config.currencies.map(({ code }) => code),
          fromHex(account, 32),
        ),
    payee === undefined ? NO_NEEDS : { ...NO_NEEDS, accounts: [fromHex(payee, 16)] },
  );

/**
 * Checks that an answer leads all the way: a page of epochs or a list of steps may end before.
 * @throws PdiemError `way/too-long`
 */
const checkWhole = ({ lightClients }: ProofClients, { from }: Asked, { diem, parachain }: ProofBundle): void => {
  const changes = diem.epochChanges.length === 0 ? undefined : decode(epochChangeProof, diem.epochChanges);
  const reached = BigInt(from.setId) + BigInt(Math.max(0, parachain.finality.length - 1));
  if (changes?.more !== true && reached >= lightClients.get().relay.setId) return;
  throw new PdiemError(
    "way/too-long",
    "the way from there to now is longer than one answer: verify by the command line, which walks it in pieces",
    "never",
  );
};

const collectProofs = async (parts: ProofParts, asked: Asked): Promise<ProofsView> => {
  const { clients, issuer } = parts;
  const { config, diem, lightClients } = clients;
  const { anchor, history } = currentOf(parts);
  const { account } = await proveCustody(diem, lightClients.get().diem, config.diem);
  const sentEvents = eventsSince(history.ledger, account);
  const needs = mergeNeeds(batchNeeds(config, issuer, anchor), { ...NO_NEEDS, sentEvents }, askedNeeds(clients, asked));
  const ranges = rangesOf(account.sentEvents.key, sentEvents);
  const { proofs } = await collectFrom(clients, laggingOf(asked), { needs, ranges });
  checkWhole(clients, asked, proofs);
  return { proofs: toHex(encode(proofBundle, proofs)) };
};

/** Whoever asks for more waits for those before. */
const MOST_AT_ONCE = 4;

/**
 * Serves proofs at `POST /proofs {from, account?, payee?}`: from where the asker's light
 * clients are to the newest state. They show custody, the assets, the ledger in force, what custody
 * has paid since, and the named accounts. A way that is longer than one answer is refused.
 */
export const proofRoutes = (app: FastifyInstance, work: AtWork<ProofParts>): void => {
  let underWay = 0;
  app.post("/api/v1/proofs", async (request): Promise<ProofsView> => {
    const asked = parseRequest(body, request.body);
    const parts = work();
    if (underWay >= MOST_AT_ONCE)
      throw new PdiemError("relayer/busy", "proofs are being collected for others: ask again", "backoff");
    underWay += 1;
    try {
      return await collectProofs(parts, asked);
    } finally {
      underWay -= 1;
    }
  });
};
