/** What must hold of all that honest holders answer, whoever asks them what (PROTOCOL 7a). */
import type { NonceCommitments, Session } from "@pdiem/bridge/holders/session";
import { messageHash } from "@pdiem/bridge/holders/session";
import { isValidShare } from "@pdiem/bridge-client/holders/signature-shares";
import type { CustodyKey } from "@pdiem/enclave/signer/custody-key";
import { equal, toHex } from "@pdiem/light-client/bytes";
import { demand, violated } from "../model/violation.js";
import type { SharedKey } from "./shared-key.js";

/** One that runs a holder's code on its share; the host may run several of one share at once. */
export interface HolderProcess {
  readonly slot: number;
  readonly key: CustodyKey;
}

/** What a process gave in the first round. */
export interface Given {
  readonly process: HolderProcess;
  readonly handle: Uint8Array;
  readonly nonces: NonceCommitments;
}

/** A process's answer about one message. */
export interface Answer {
  readonly slot: number;
  readonly message: Uint8Array;
  readonly session: Session;
  readonly share: Uint8Array;
}

export interface SigningOracle {
  readonly given: (given: Given) => void;
  /** @param isVerified whether the share is verified, too, which takes longer than all else */
  readonly answered: (process: HolderProcess, answer: Answer, isVerified: boolean) => void;
}

const nameOf = ({ hiding, binding }: NonceCommitments): string => `${toHex(hiding)}${toHex(binding)}`;

export const createSigningOracle = ({ holders, publicPackage }: SharedKey): SigningOracle => {
  const committed = new Map<string, Given>();
  const points = new Set<string>();
  const used = new Set<string>();

  const given = (one: Given): void => {
    for (const point of [one.nonces.hiding, one.nonces.binding].map(toHex)) {
      demand(!points.has(point), () => `slot ${one.process.slot} committed to one nonce twice`);
      points.add(point);
    }
    committed.set(toHex(one.handle), one);
  };

  const answered = (process: HolderProcess, { slot, message, session, share }: Answer, isVerified: boolean): void => {
    const { commitments } = session;
    const made = committed.get(toHex(session.handle));
    demand(made?.process === process, () => `slot ${slot} answered a handle of another process`);
    const mine = commitments.filter((one) => one.slot === slot);
    const [own] = mine;
    if (made === undefined || own === undefined) violated(`slot ${slot} answered for others alone`);
    const name = nameOf(own.nonces);
    demand(mine.length === 1 && name === nameOf(made.nonces), () => `slot ${slot} answered for other commitments`);
    demand(!used.has(name), () => `slot ${slot} answered twice with one nonce`);
    used.add(name);
    demand(
      equal(session.message, messageHash(message)),
      () => `slot ${slot} signed another message than was asked for`,
    );
    const slots = commitments.map((one) => one.slot);
    demand(
      slots.length === holders.threshold &&
        slots.every((one, i) => one >= 1 && one <= holders.slots.length && one > (slots[i - 1] ?? 0)),
      () => `slot ${slot} signed with slots ${slots.join(", ")}`,
    );
    if (isVerified)
      demand(
        isValidShare({ publicPackage, commitments, message }, slot, share),
        () => `slot ${slot} answered with a share that isn't valid`,
      );
  };

  return { given, answered };
};
