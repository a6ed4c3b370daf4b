/** Verifies apart from what a person sees, so that the page never stands still. */

import { ledger as ledgerCodec } from "@pdiem/bridge/ledger/ledger";
import { verifyLeaf } from "@pdiem/bridge/ledger/list";
import { ACCOUNTS } from "@pdiem/bridge/ledger/lists";
import type { WithdrawalPreimage } from "@pdiem/bridge/withdrawal/withdrawal-account";
import { depositAddress } from "@pdiem/bridge-client/deposit/deposit-address";
import { checkBridge } from "@pdiem/bridge-client/proof-set/bridge-checks";
import {
  type SimulatedEnd,
  simulateDeposit,
  simulateWithdrawal,
} from "@pdiem/bridge-client/simulate/simulate-transfer";
import { fromHex, toHex } from "@pdiem/light-client/bytes";
import { decode } from "@pdiem/light-client/codec/bcs";
import { isPdiemError } from "@pdiem/light-client/error";
import type { AccountView } from "@pdiem/relayer/views/account-view";
import { bridgeView } from "@pdiem/relayer/views/bridge-view";
import { ask } from "../api/ask.js";
import { PATHS } from "../api/paths.js";
import { RelayerError } from "../api/relayer-error.js";
import type { Transfer } from "../views.js";
import { bridgeStateOf, provenBridgeOf, provenStateOf } from "./checks.js";
import type { ProvenState, Report } from "./report.js";
import { type Proven, prove, type Session, startSession, type WalkProgress, type Wanted } from "./session.js";
import { verify } from "./verify.js";

type Registered = NonNullable<AccountView["registered"]>;

/** What a page may ask. Bytes travel as they are. */
export type Asked =
  /** All of the bridge, and a transfer where one is named. */
  | { readonly type: "verify"; readonly transfer?: Transfer }
  | { readonly type: "deposit"; readonly account: Uint8Array; readonly currency: string; readonly amount: bigint }
  | {
      readonly type: "withdrawal";
      readonly preimage: WithdrawalPreimage;
      readonly currency: string;
      readonly amount: bigint;
    }
  | { readonly type: "registration"; readonly account: Uint8Array; readonly registered: Registered };

/** What is computed on proven facts, with what they are. */
export interface Simulated {
  readonly end: SimulatedEnd;
  readonly state: ProvenState;
}

/** Answers by what was asked. */
export interface Answers {
  readonly verify: Report;
  readonly deposit: Simulated;
  readonly withdrawal: Simulated;
  /** The address, once it is proven. */
  readonly registration: string;
}

export type Told =
  | { readonly id: number; readonly answer: Answers[keyof Answers] }
  | { readonly id: number; readonly progress: WalkProgress }
  | {
      readonly id: number;
      readonly error: { readonly code: string; readonly message: string; readonly isPassing: boolean };
    };

let session: Session | undefined;

const openSession = async (): Promise<Session> => {
  session ??= await startSession(await ask(PATHS.bridge, bridgeView));
  return session;
};

type Tell = (progress: WalkProgress) => void;

const stateNow = async (wanted: Wanted, tell: Tell): Promise<readonly [Session, Proven]> => {
  const opened = await openSession();
  return [opened, await prove(opened, wanted, tell)];
};

/** Proves that a registered account's address pays it and nobody else. */
const checkRegistration = async (
  account: Uint8Array,
  { index, address, proof }: Registered,
  tell: Tell,
): Promise<string> => {
  const [opened, proven] = await stateNow({}, tell);
  const failed = checkBridge(provenBridgeOf(opened, proven)).find(({ outcome }) => outcome === "failed");
  if (failed !== undefined) throw new RelayerError("page/unproven", `${failed.name}: ${failed.found}`, false);
  // The list may have grown since the path was made: it must be that of the ledger in force.
  const told = decode(ledgerCodec, fromHex(proof.ledger));
  if (proven.told.ledger !== proof.ledger)
    throw new RelayerError("page/moved-on", "the ledger has moved on: ask again", true);
  const path = proof.path.map((sibling) => fromHex(sibling, 32));
  verifyLeaf(ACCOUNTS, told.accounts, BigInt(index), account, path);
  if (depositAddress(opened.config, BigInt(index)) !== address)
    throw new RelayerError("page/address", "the relayer's address is another account's", false);
  return address;
};

const answer = async (asked: Asked, tell: Tell): Promise<Answers[keyof Answers]> => {
  switch (asked.type) {
    case "verify":
      return verify(await openSession(), asked.transfer, tell);
    case "deposit": {
      const [opened, proven] = await stateNow({ account: toHex(asked.account) }, tell);
      const end = simulateDeposit(bridgeStateOf(opened, proven), proven.facts, asked);
      return { end, state: provenStateOf(opened, proven) };
    }
    case "withdrawal": {
      const { payee, refundAccount } = asked.preimage;
      const [opened, proven] = await stateNow({ account: toHex(refundAccount), payee: toHex(payee) }, tell);
      const end = simulateWithdrawal(bridgeStateOf(opened, proven), proven.facts, asked);
      return { end, state: provenStateOf(opened, proven) };
    }
    case "registration":
      return checkRegistration(asked.account, asked.registered, tell);
  }
};

const errorOf = (error: unknown): { code: string; message: string; isPassing: boolean } => {
  if (error instanceof RelayerError) return { code: error.code, message: error.message, isPassing: error.isPassing };
  if (isPdiemError(error)) return { code: error.code, message: error.message, isPassing: error.retry !== "never" };
  return { code: "page/defect", message: String(error), isPassing: false };
};

// One at a time: the light clients of the session are moved on by each.
let last: Promise<unknown> = Promise.resolve();

const say = (told: Told): void => self.postMessage(told);

self.addEventListener("message", ({ data }: MessageEvent<{ readonly id: number; readonly asked: Asked }>) => {
  const { id, asked } = data;
  last = last.then(async () => {
    try {
      say({ id, answer: await answer(asked, (progress) => say({ id, progress })) });
    } catch (error) {
      say({ id, error: errorOf(error) });
    }
  });
});
