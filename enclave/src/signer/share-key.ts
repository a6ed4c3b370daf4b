/** A slot's share of the key (PROTOCOL 7a): signs together with other slots, in two rounds. */
import type { BridgeConfig } from "@pdiem/bridge/config/bridge-config";
import type { Holders } from "@pdiem/bridge/config/holders";
import { RefusedError } from "@pdiem/bridge/error";
import { publicPackageHash } from "@pdiem/bridge/holders/public-package";
import { checkSession, type Session } from "@pdiem/bridge/holders/session";
import type { Share } from "@pdiem/bridge/holders/share";
import { areOfScalar } from "@pdiem/light-client/crypto/frost-repair";
import { type CustodyKey, custodyKeyOf, type Signed } from "./custody-key.js";
import { frost, identifierOf, signersOf } from "./frost.js";
import { createHandles, type Handles } from "./handles.js";

/** What stands for a signature until as many shares as sign are added up. */
const NO_SIGNATURE: Uint8Array = new Uint8Array(64);

const checkCount = (messages: readonly Uint8Array[], sessions: readonly Session[]): void => {
  if (sessions.length !== messages.length)
    throw new RefusedError(
      "refused/sessions",
      `expected a session for each of ${messages.length} messages, got ${sessions.length}`,
    );
};

/**
 * Takes over the secret share, 32 bytes: its buffer is wiped by `erase`. What a nonce was made for
 * is marked before anything is signed with it, in one synchronous step.
 */
export const shareKeyOf = (
  secret: Uint8Array,
  share: Share,
  holders: Pick<Holders, "threshold" | "slots">,
  handles: Handles = createHandles(publicPackageHash(share.publicPackage)),
): CustodyKey => {
  const { slot, publicPackage } = share;
  const { groupKey } = publicPackage;
  const own = { identifier: identifierOf(slot), signingShare: secret };
  const key = { signers: signersOf(holders), commitments: [groupKey], verifyingShares: {} };

  const committed = (handle: Uint8Array) => frost.commit(own, handles.randomnessOf(handle));

  const prepare = (session: Session, message: Uint8Array) => {
    const { nonces, commitments } = committed(session.handle);
    checkSession(holders, { slot, nonces: commitments }, session, message);
    return { session, message, nonces };
  };

  const signShare = ({ session, message, nonces }: ReturnType<typeof prepare>): Signed => {
    const commitments = session.commitments.map((one) => ({ identifier: identifierOf(one.slot), ...one.nonces }));
    try {
      return { signature: NO_SIGNATURE, share: frost.signShare(own, key, nonces, commitments, message) };
    } catch (cause) {
      throw new RefusedError(
        "refused/session-commitments",
        "expected commitments that are canonical points of the prime-order group, and not the identity",
        "never",
        { cause },
      );
    }
  };

  return {
    publicKey: groupKey,
    share,
    withSecret: (body) => body(secret),
    commit: (count) =>
      Array.from({ length: count }, () => {
        const handle = handles.make();
        const { hiding, binding } = committed(handle).commitments;
        return { handle, nonces: { hiding, binding } };
      }),
    sign: (messages, sessions) => {
      checkCount(messages, sessions);
      const prepared = messages.flatMap((message, i) => {
        const session = sessions[i];
        return session === undefined ? [] : [prepare(session, message)];
      });
      handles.spend(sessions.map(({ handle }) => handle));
      return prepared.map(signShare);
    },
    erase: () => {
      secret.fill(0);
    },
  };
};

/** Tells whether a secret is the share that its slot's verifying share verifies. */
export const isShareOf = ({ slot, publicPackage }: Share, secret: Uint8Array): boolean =>
  areOfScalar(
    publicPackage.slots.slice(slot - 1, slot).map(({ verifyingShare }) => verifyingShare),
    secret,
  );

/** Takes over what an enclave holds: a seed, or a share's secret. */
export const heldKeyOf = (
  { holders }: Pick<BridgeConfig, "holders">,
  secret: Uint8Array,
  share: Share | undefined,
): CustodyKey =>
  share === undefined || holders === undefined ? custodyKeyOf(secret) : shareKeyOf(secret, share, holders);
