/**
 * What the first transaction of a block does. Sources: diem/diem
 * language/diem-framework/modules/{DiemBlock,DiemTimestamp}.move.
 */

import type { BlockMetadata } from "@pdiem/chain-formats/diem/transactions/block-metadata";
import { newBlockEvent } from "@pdiem/light-client/diem/state/event-data";
import { blockHeight, currentTime } from "@pdiem/light-client/diem/state/resources/chain";
import { DIEM_ROOT } from "../well-known-addresses.js";
import type { Session } from "./session.js";

export const blockPrologue = (session: Session, block: BlockMetadata): void => {
  session.put(DIEM_ROOT, currentTime, { microseconds: block.timestampUsecs });
  const { height, newBlockEvents } = session.get(DIEM_ROOT, blockHeight);
  const data = {
    round: block.round,
    proposer: block.proposer,
    previousBlockVotes: block.previousBlockVotes,
    timeMicroseconds: block.timestampUsecs,
  };
  session.put(DIEM_ROOT, blockHeight, {
    height: height + 1n,
    newBlockEvents: session.emit(newBlockEvents, newBlockEvent, data),
  });
};
