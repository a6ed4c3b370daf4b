import { type Decoded, fixedBytes, option, struct, u32, u64 } from "@pdiem/light-client/codec/bcs";

/** How far an enclave's light clients are. What a relayer proves next starts here. */
export const lightClientStatus = struct({
  diem: struct({
    /** Epoch of the trusted validators; undefined while only a waypoint is trusted. */
    epoch: option(u64),
    /** Version of the last trusted ledger info: ask a node for `get_state_proof(version)`. */
    version: u64,
  }),
  relay: struct({
    /** Set id of the GRANDPA authorities that sign next. */
    setId: u64,
    /** The last relay chain header known to be final; its hash has 32 bytes. */
    number: u32,
    hash: fixedBytes(32),
  }),
});
export type LightClientStatus = Decoded<typeof lightClientStatus>;
