/** What other relayers of the bridge say: they must tell of the same ledger. */
import { type Check, checkThat, notShown } from "@pdiem/bridge-client/examine/check";
import { ledgerView } from "@pdiem/relayer/views/ledger-view";
import { askAt } from "../api/ask.js";
import { PATHS } from "../api/paths.js";
import { RelayerError } from "../api/relayer-error.js";
import type { Session } from "./session.js";

const TRIES = 4;
const PAUSE_MS = 1_500;

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, PAUSE_MS));

/** Asks one; again where a batch may just have come in between. */
const checkOne = async (
  { description }: Session,
  relayer: string,
  ownAnchor: () => Promise<string>,
): Promise<Check> => {
  const expected = `bridge 0x${description.bridgeId.slice(0, 16)}…, the same key and ledger`;
  let found = "";
  for (let left = TRIES; left > 0; left--) {
    try {
      const [anchor, other] = await Promise.all([ownAnchor(), askAt(relayer, PATHS.ledger, ledgerView)]);
      if (other.bridgeId !== description.bridgeId) return checkThat(relayer, false, expected, "another bridge");
      if (other.issuer !== description.issuer) return checkThat(relayer, false, expected, `key 0x${other.issuer}`);
      if (other.current?.anchor === anchor) return checkThat(relayer, true, expected, `anchor 0x${anchor}`);
      found = `anchor 0x${other.current?.anchor ?? "none"}, here 0x${anchor}`;
    } catch (error) {
      if (!(error instanceof RelayerError)) throw error;
      return notShown(relayer, expected, error.message);
    }
    await pause();
  }
  return checkThat(relayer, false, expected, found);
};

/** Compares with all relayers that this one names. @param ownAnchor what this relayer says now */
export const checkRelayers = (session: Session, ownAnchor: () => Promise<string>): Promise<readonly Check[]> =>
  Promise.all(session.description.relayers.map((relayer) => checkOne(session, relayer, ownAnchor)));
