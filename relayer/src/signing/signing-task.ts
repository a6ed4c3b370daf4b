/** What holders are asked to sign together, and who they are. */
import type { PublicPackage } from "@pdiem/bridge/holders/public-package";
import type { Session } from "@pdiem/bridge/holders/session";
import type { HandleCommitments } from "@pdiem/enclave/wire/signing";
import type { PdiemError } from "@pdiem/light-client/error";
import type { CommitmentPool } from "./commitment-pool.js";
import type { HolderRecord } from "./holder-record.js";
import type { LeftOut } from "./too-few.js";

/** A holder that can be asked. */
export interface AskedHolder {
  readonly slot: number;
  readonly pool: CommitmentPool;
  readonly record: HolderRecord;
}

/** In ms: between these, by how long answers have taken lately. */
export interface Patience {
  readonly least: number;
  readonly most: number;
}

export interface SigningTask {
  /** What is asked for: answers to it take alike long. */
  readonly verb: string;
  readonly threshold: number;
  readonly publicPackage: PublicPackage;
  readonly messages: readonly Uint8Array[];
  readonly holders: readonly AskedHolder[];
  /** Slots that can't be asked, and why. */
  readonly away: LeftOut;
  /** Asks a holder with a session for each message, and gives its shares in their order. */
  readonly ask: (slot: number, sessions: readonly Session[]) => Promise<readonly (Uint8Array | undefined)[]>;
  /** How long answers are waited for before others are asked beside them. */
  readonly patience: Patience;
  /** Told of each that is left out. */
  readonly onLeftOut: (slot: number, error: PdiemError) => void;
}

/** A slot's, one for each message. */
export type Commitments = readonly HandleCommitments[];
