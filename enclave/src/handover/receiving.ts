/** An enclave that holds no key and makes none: it waits to be given one. */
import { bridgeId as bridgeIdOf } from "@pdiem/bridge/config/bridge-config";
import { RefusedError } from "@pdiem/bridge/error";
import { receiverReportData } from "@pdiem/bridge/custody/report-data";
import { equal } from "@pdiem/light-client/bytes";
import type { Active, Following } from "../active.js";
import { SealedStoreError } from "../error.js";
import type { ReceiveResponse, Receiving } from "../handover-api.js";
import { headsStatus } from "../heads-status.js";
import { hexText } from "../hex-text.js";
import { initialKept } from "../kept.js";
import type { SealedStore } from "../sealed-store.js";
import { showEvidence } from "../show-evidence.js";
import { checkTee } from "../tee/check-tee.js";
import type { Tee } from "../tee/tee.js";
import type { Process } from "./process.js";
import type { Given } from "./receiver.js";
import type { Invitation } from "./requests.js";

/**
 * What is followed until the key comes.
 * @param before what was followed so far, kept where it is the same bridge
 * @throws RefusedError `refused/tee`, `refused/memory-only`; SealedStoreError `sealed/exists`, `sealed/storage`
 */
export const startReceiving = async (
  { config }: Invitation,
  { tee, store }: { readonly tee: Tee; readonly store: SealedStore },
  before: Following | undefined,
): Promise<Following> => {
  checkTee(config, tee);
  if (!store.isLasting && !config.secondHolder)
    throw new RefusedError(
      "refused/memory-only",
      "expected a bridge whose configuration asks for a second holder: this enclave loses its key with a restart",
    );
  if (!(await store.isEmpty()))
    throw new SealedStoreError(
      "sealed/exists",
      "expected a data folder without a sealed file to be given a key in: activate with the key that is there, or use another folder",
    );
  const bridgeId = bridgeIdOf(config);
  if (before !== undefined && equal(before.bridgeId, bridgeId)) return before;
  return { config, bridgeId, ...initialKept(config) };
};

export const receivingStatus = ({ bridgeId, heads }: Following, { handover }: Process): Receiving => ({
  bridgeId: hexText(bridgeId),
  handoverKey: hexText(handover.publicKey),
  heads: headsStatus(heads),
});

/** What this process shows the giver. @throws TeeError */
export const offer = async (
  following: Following,
  self: Process,
  tee: Tee,
  { custodyKey, challenge }: Invitation,
): Promise<ReceiveResponse> => {
  const { bridgeId } = following;
  const handoverKey = self.handover.publicKey;
  return {
    ...receivingStatus(following, self),
    ...(await showEvidence(tee, receiverReportData({ bridgeId, custodyKey, handoverKey, challenge }))),
    challenge: hexText(self.drawing.draw("challenge", bridgeId)),
  };
};

/**
 * The key sealed, and the enclave that holds it. Where it can't be sealed it is wiped, and may be accepted again.
 * @throws SealedStoreError
 */
export const sealGiven = async (
  { config, bridgeId }: Following,
  { key, kept }: Given,
  store: SealedStore,
): Promise<Active> => {
  try {
    await key.withSeed((seed) => store.create(bridgeId, { seed, ...kept }));
  } catch (error) {
    key.erase();
    throw error;
  }
  return { config, bridgeId, key, isMaker: false, ...kept };
};
