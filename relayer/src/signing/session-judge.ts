/**
 * Judges what the members of a session answer (PROTOCOL 7a). A valid signature shows that all
 * shares are good, at a fraction of what it takes to verify each. So those that come first wait for
 * the others'; but not for those that are late, or won't come.
 */
import type { Answered, Judged, SessionShares } from "./session-shares.js";

export interface SessionJudge {
  /** Tells whether a slot's shares are good, once all have answered or each is judged alone. */
  readonly isGood: (slot: number, answered: Answered) => Promise<boolean>;
  /** Has each be judged alone from now on, and those that wait. */
  readonly judgeEach: () => void;
  /**
   * Gives the signatures of all messages, once all shares are good: 64 bytes each.
   * @throws PdiemError `holders/signature`
   */
  readonly signatures: () => Promise<readonly Uint8Array[]>;
}

export const createSessionJudge = (session: SessionShares): SessionJudge => {
  const given = new Map<number, readonly Uint8Array[]>();
  let together: Promise<Judged> | undefined;
  let begin: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  return {
    isGood: async (slot, answered) => {
      if (!session.areWhole(answered)) return false;
      given.set(slot, answered);
      if (given.size === session.size) {
        together = session.judge(given);
        begin();
      }
      await begun;
      const { wrong } = await (together ?? session.judge(new Map([[slot, answered]])));
      if (wrong.has(slot)) given.delete(slot);
      return !wrong.has(slot);
    },
    judgeEach: () => begin(),
    signatures: async () => (await together)?.signatures ?? session.addUp(given),
  };
};
