/** Verifies apart from what a person sees, so that the page never stands still. */

import { ledger as ledgerCodec } from "@pdiem/bridge/ledger/ledger";
import { verifyLeaf } from "@pdiem/bridge/ledger/list";
import { ACCOUNTS } from "@pdiem/bridge/ledger/lists";
import type { WithdrawalPreimage } from "@pdiem/bridge/withdrawal/withdrawal-account";
import { depositAddress } from "@pdiem/bridge-client/deposit/deposit-address";
import {
  type SimulatedEnd,
  simulateDeposit,
  simulateWithdrawal,
} from "@pdiem/bridge-client/simulate/simulate-transfer";
import { fromHex, toHex } from "@pdiem/light-client/bytes";
import { decode } from "@pdiem/light-client/codec/bcs";
import { isPdiemError } from "@pdiem/light-client/error";
import type { AccountView } from "@pdiem/relayer/views/account-view";
import { type BridgeDescription, bridgeView } from "@pdiem/relayer/views/bridge-view";
import { ask } from "../api/ask.js";
import { RelayerError } from "../api/relayer-error.js";
import { bridgeStateOf, checkState, provenStateOf } from "./checks.js";
import { checkEnclave } from "./enclave-checks.js";
import type { ProvenState, Report } from "./report.js";
import { type Proven, prove, type Session, startSession } from "./session.js";

type Registered = NonNullable<AccountView["registered"]>;

/** What a page may ask. Bytes travel as they are. */
export type Asked =
  | { readonly type: "verify" }
  | { readonly type: "deposit"; readonly account: Uint8Array; readonly currency: string; readonly amount: bigint }
  | {
      readonly type: "withdrawal";
      readonly preimage: WithdrawalPreimage;
      readonly currency: string;
      readonly amount: bigint;
    }
  | { readonly type: "registration"; readonly account: Uint8Array; readonly registered: Registered }
  | { readonly type: "state" };

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
  readonly state: ProvenState;
}

export type Told =
  | { readonly id: number; readonly answer: Answers[keyof Answers] }
  | {
      readonly id: number;
      readonly error: { readonly code: string; readonly message: string; readonly isPassing: boolean };
    };

let session: Session | undefined;

const openSession = async (): Promise<Session> => {
  if (session !== undefined) return session;
  const description: BridgeDescription = await ask("api/v1/bridge", bridgeView);
  session = startSession(description);
  return session;
};

const verify = async (): Promise<Report> => {
  const start = performance.now();
  const opened = await openSession();
  const { description } = opened;
  const proven = await prove(opened);
  const stateChecks = checkState(opened, proven);
  const enclave = await checkEnclave(opened, proven);
  return {
    checks: [
      {
        group: "bridge",
        name: "Configuration",
        outcome: "ok",
        expected: `0x${description.bridgeId}, the hash that names the bridge`,
        found: `0x${description.bridgeId}`,
      },
      ...stateChecks,
      ...enclave.checks,
    ],
    state: stateChecks.some(({ outcome }) => outcome === "failed") ? undefined : provenStateOf(opened, proven),
    tookMs: performance.now() - start,
    proofSet: {
      format: "pdiem-proof-set-1",
      bridgeId: description.bridgeId,
      config: description.config,
      issuer: description.issuer,
      bundles: opened.bundles,
      ...proven.told,
      enclave: enclave.shown,
    },
  };
};

const stateNow = async (wanted: Parameters<typeof prove>[1]): Promise<readonly [Session, Proven]> => {
  const opened = await openSession();
  return [opened, await prove(opened, wanted)];
};

/** Proves that a registered account's address pays it and nobody else. */
const checkRegistration = async (account: Uint8Array, { index, address, proof }: Registered): Promise<string> => {
  const [opened, proven] = await stateNow({});
  const failed = checkState(opened, proven).find(({ outcome }) => outcome === "failed");
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

const answer = async (asked: Asked): Promise<Answers[keyof Answers]> => {
  switch (asked.type) {
    case "verify":
      return verify();
    case "state":
      return provenStateOf(...(await stateNow({})));
    case "deposit": {
      const [opened, proven] = await stateNow({ account: toHex(asked.account) });
      const end = simulateDeposit(bridgeStateOf(opened, proven), proven.facts, asked);
      return { end, state: provenStateOf(opened, proven) };
    }
    case "withdrawal": {
      const { payee, refundAccount } = asked.preimage;
      const [opened, proven] = await stateNow({ account: toHex(refundAccount), payee: toHex(payee) });
      const end = simulateWithdrawal(bridgeStateOf(opened, proven), proven.facts, asked);
      return { end, state: provenStateOf(opened, proven) };
    }
    case "registration":
      return checkRegistration(asked.account, asked.registered);
  }
};

const errorOf = (error: unknown): { code: string; message: string; isPassing: boolean } => {
  if (error instanceof RelayerError) return { code: error.code, message: error.message, isPassing: error.isPassing };
  if (isPdiemError(error)) return { code: error.code, message: error.message, isPassing: error.retry !== "never" };
  return { code: "page/defect", message: String(error), isPassing: false };
};

// One at a time: the light clients of the session are moved on by each.
let last: Promise<unknown> = Promise.resolve();

self.addEventListener("message", ({ data }: MessageEvent<{ readonly id: number; readonly asked: Asked }>) => {
  const { id, asked } = data;
  last = last.then(async () => {
    try {
      self.postMessage({ id, answer: await answer(asked) } satisfies Told);
    } catch (error) {
      self.postMessage({ id, error: errorOf(error) } satisfies Told);
    }
  });
});
