/** Proofs for whoever has light clients of their own: a page in a browser, an auditor's program. */
import { type ProofBundle, proofBundle } from "@pdiem/bridge/facts/proof-bundle";
import { journalScope } from "@pdiem/bridge-client/journal/history";
import { eventsSince } from "@pdiem/bridge-client/reserves";
import { fromHex, toHex } from "@pdiem/light-client/bytes";
import { decode, encode } from "@pdiem/light-client/codec/bcs";
import { epochChangeProof } from "@pdiem/light-client/diem/epochs/epoch-change";
import { PdiemError } from "@pdiem/light-client/error";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { proveCustody } from "../../../chains/diem/payments.js";
import { collectFrom, type ProofClients } from "../../../simulate/collect-proofs.js";
import { rangesOf } from "../../../simulate/event-ranges.js";
import { batchNeeds, mergeNeeds, type Needs, NO_NEEDS, receiverNeeds } from "../../../simulate/needs.js";
import type { Lagging } from "../../../sync/light-clients/lagging.js";
import { type ProofsView, proofsView } from "../../../views/bridge-view.js";
import { type AtWork, currentOf, type Followed } from "../../at-work.js";
import { post } from "../../route.js";
import { transferParams } from "../../view-transfer.js";
import { type BatchClients, keepSignedBatches, type SignedBatches } from "./signed-batches.js";
import { type TransferEnds, transferEvidenceOf, transferNeeds } from "./transfer-evidence.js";

export interface ProofParts extends Followed, TransferEnds {
  readonly clients: ProofClients & BatchClients;
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
  /** Whose end is to be shown. */
  transfer: transferParams.shape.id.optional(),
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

/** Tells how far an answer leads: a page of epochs or a list of steps may end before. */
const reachOf = ({ lightClients }: ProofClients, { from }: Asked, { diem, parachain }: ProofBundle) => {
  const changes = diem.epochChanges.length === 0 ? undefined : decode(epochChangeProof, diem.epochChanges);
  const reached = BigInt(from.setId) + BigInt(Math.max(0, parachain.finality.length - 1));
  return { isDiem: changes?.more !== true, isRelay: reached >= lightClients.get().relay.setId };
};

/** Leaves out what is by authorities that the steps don't lead to. */
const partOf = ({ diem, parachain }: ProofBundle): ProofBundle => ({
  diem,
  parachain: { ...parachain, finality: parachain.finality.slice(0, -1), headProof: [], storageProof: [] },
});

const collectProofs = async (parts: ProofParts, asked: Asked, batches: SignedBatches): Promise<ProofsView> => {
  const { clients, issuer } = parts;
  const { config, diem, lightClients } = clients;
  const current = currentOf(parts);
  const { anchor, history } = current;
  const { account } = await proveCustody(diem, lightClients.get().diem, config.diem);
  const wanted = asked.transfer === undefined ? undefined : transferNeeds(parts, current, account, asked.transfer);
  const sentEvents = [...eventsSince(history.ledger, account), ...(wanted?.paid === undefined ? [] : [wanted.paid])];
  const needs = mergeNeeds(batchNeeds(config, issuer, anchor), { ...NO_NEEDS, sentEvents }, askedNeeds(clients, asked));
  const ranges = [
    ...rangesOf(account.sentEvents.key, needs.sentEvents),
    ...(wanted?.payment === undefined ? [] : rangesOf(account.receivedEvents.key, [wanted.payment])),
  ];
  const { proofs, facts } = await collectFrom(clients, laggingOf(asked), { needs, ranges });
  const { isDiem, isRelay } = reachOf(clients, asked, proofs);
  const shown = isRelay ? proofs : partOf(proofs);
  const view = { proofs: toHex(encode(proofBundle, shown)), isWhole: isDiem && isRelay };
  if (wanted === undefined || !view.isWhole) return view;
  const told = await batches.tell(journalScope(config, issuer), wanted.batches);
  return { ...view, transfer: transferEvidenceOf(wanted, current, account, facts, [...told]) };
};

/** Whoever asks for more waits for those before. */
const MOST_AT_ONCE = 4;

/**
 * Serves proofs at `POST /proofs {from, account?, payee?, transfer?}`: from where the asker's light
 * clients are to the newest state. They show custody, the assets, the ledger in force, what custody
 * has paid since, and the named accounts and transfer. A way that is longer than one answer comes
 * in pieces: `isWhole` says whether this is the last one.
 */
export const proofRoutes = (app: FastifyInstance, work: AtWork<ProofParts>): void => {
  let underWay = 0;
  const batchesOf = keepSignedBatches();
  const answer = async (asked: Asked): Promise<ProofsView> => {
    const parts = work();
    if (underWay >= MOST_AT_ONCE)
      throw new PdiemError("relayer/busy", "proofs are being collected for others: ask again", "backoff");
    underWay += 1;
    try {
      return await collectProofs(parts, asked, batchesOf(parts.clients));
    } finally {
      underWay -= 1;
    }
  };
  post(
    app,
    "/proofs",
    {
      summary: "Proves both chains' newest state, from where the asker's light clients are",
      tag: "proofs",
      cost: "costly",
      body,
      answers: { 200: proofsView },
    },
    ({ body: asked }) => answer(asked),
  );
};
