import type { Heads } from "@pdiem/bridge/heads";
import { trustedVersion } from "@pdiem/light-client/diem/trusted-state";

/** This process's own light clients. Several tasks move them on at once: each chain's only ever goes forward. */
export interface HeadsKeeper {
  readonly get: () => Heads;
  /** Keeps of each chain whichever is newer. */
  readonly offer: (heads: Partial<Heads>) => void;
}

const isNewerDiem = (offered: Heads["diem"], kept: Heads["diem"]): boolean => {
  const difference = trustedVersion(offered) - trustedVersion(kept);
  // A waypoint alone names no validators, so at the same version the state that does is worth more.
  return difference > 0n || (difference === 0n && offered.type === "epochState");
};

const isNewerRelay = (offered: Heads["relay"], kept: Heads["relay"]): boolean =>
  offered.finalized.number > kept.finalized.number;

export const keepHeads = (initial: Heads): HeadsKeeper => {
  let heads = initial;
  return {
    get: () => heads,
    offer: ({ diem, relay }) => {
      heads = {
        diem: diem !== undefined && isNewerDiem(diem, heads.diem) ? diem : heads.diem,
        relay: relay !== undefined && isNewerRelay(relay, heads.relay) ? relay : heads.relay,
      };
    },
  };
};
