/** A settlement that holders are asked for. */
import { batchToSign } from "@pdiem/bridge/custody/signing";
import type { ProofBundle } from "@pdiem/bridge/facts/proof-bundle";
import { verifyFacts } from "@pdiem/bridge/facts/verify-facts";
import type { Session } from "@pdiem/bridge/holders/session";
import { settle } from "@pdiem/bridge/settlement/settle";
import { ISSUER } from "@pdiem/bridge/testing/config";
import type { Governed } from "@pdiem/bridge/testing/guardians";
import { BENEFICIARY, paymentOf, type World } from "@pdiem/bridge/testing/world";
import type { RequestOf } from "@pdiem/enclave/routes";
import { initialSets } from "@pdiem/enclave/state/kept";
import { worldOf } from "./handover-actors.js";
import { FIRST, HELD } from "./held.js";
import { prove } from "./proofs.js";
import { depositItems, ENCODING } from "./requests.js";

export const depositWorld = (told: Governed = FIRST): World => {
  const world = worldOf(HELD, told);
  world.parachain.setAssetAccount(HELD.currencies[0]?.assetId ?? 0, BENEFICIARY, { balance: 1_000n });
  world.diem.received.push(paymentOf({ amount: 1_000n }));
  return world;
};
export const factsOf = (proofs: ProofBundle) => verifyFacts(HELD, initialSets(HELD), proofs).facts;

/** A settlement of one deposit, as anybody simulates it. */
export const settlement = (height = 5) => {
  const proofs = prove(depositWorld(), height);
  const items = depositItems(1);
  const facts = factsOf(proofs);
  const batch = settle({ config: HELD, issuer: ISSUER, ...FIRST }, facts, items, []);
  const request = (sessions: readonly Session[]): RequestOf<"settle"> => ({
    ...FIRST,
    ...{ encoding: ENCODING, proofs, items, sessions },
  });
  return { request, toSign: batchToSign(HELD, ISSUER, ENCODING, facts.parachain, batch) };
};
