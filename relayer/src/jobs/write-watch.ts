/**
 * Whether what is handed to the chains takes effect there. That a node takes it says nothing: it
 * may keep it to itself.
 */

export type WriteKind = "batch" | "payments";

export interface WriteState {
  /** What is under way: a batch's hash, or the release whose number comes next. */
  readonly name: string;
  /** For how long it is, ms. */
  readonly forMs: number;
  /** Why it can't be made, or the last node that was asked didn't take it. */
  readonly reason?: string;
}

export interface WriteWatch {
  /** Notes what is to take effect; the same again keeps its time. */
  readonly begin: (kind: WriteKind, name: string) => void;
  /** Notes why it isn't taken; undefined where it is now. */
  readonly explain: (kind: WriteKind, reason: string | undefined) => void;
  /** Notes that it had its effect, or isn't wanted any more. */
  readonly end: (kind: WriteKind) => void;
  readonly state: (kind: WriteKind) => WriteState | undefined;
}

/** @param now ms, never set back */
export const watchWrites = (now: () => number = () => performance.now()): WriteWatch => {
  const writes = new Map<WriteKind, { readonly name: string; readonly since: number; readonly reason?: string }>();
  return {
    begin: (kind, name) => {
      if (writes.get(kind)?.name !== name) writes.set(kind, { name, since: now() });
    },
    explain: (kind, reason) => {
      const { reason: _, ...write } = writes.get(kind) ?? { name: "", since: now() };
      writes.set(kind, reason === undefined ? write : { ...write, reason });
    },
    end: (kind) => void writes.delete(kind),
    state: (kind) => {
      const write = writes.get(kind);
      if (write === undefined) return undefined;
      const { name, since, reason } = write;
      return { name, forMs: now() - since, ...(reason === undefined ? {} : { reason }) };
    },
  };
};
