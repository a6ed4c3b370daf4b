/** What happens around the bridge: time, freezes, limits, elections, upgrades. */
import { toHex } from "@pdiem/light-client/bytes";
import { entryName } from "../chains/assets.js";
import { changeAccount, type DiemState, USUAL_LIMIT } from "../chains/diem.js";
import { changedAssets } from "../chains/parachain.js";
import { followedBy } from "../chains/sets.js";
import { onceIn, pick } from "../choose.js";
import { commitDiem, commitParachain, last, note, pass, type Run } from "../run.js";
import {
  config,
  currencies,
  DEALER,
  HOLDERS,
  HOUR,
  MINUTE,
  NEXT_SPEC_VERSION,
  SENDERS,
  STRANGE_SPEC_VERSION,
  USERS,
} from "../setting.js";

export const tick = (run: Run): void => {
  const ms = pick(run.random, [12_000n, MINUTE, MINUTE, 10n * MINUTE, HOUR]) ?? MINUTE;
  pass(run, ms);
};

/** One chain goes on without the other. */
export const tickOne = (run: Run): void => {
  run.now += pick(run.random, [MINUTE, 4n * MINUTE, 10n * MINUTE]) ?? MINUTE;
  if (onceIn(run.random, 2)) commitDiem(run);
  else commitParachain(run);
};

const changedPayees = ({ random }: Run, state: DiemState): DiemState => {
  if (state.isCustodyFrozen || state.minGasPrice > 0n) return { ...state, isCustodyFrozen: false, minGasPrice: 0n };
  switch (random.below(12)) {
    case 0:
      return { ...state, isCustodyFrozen: true };
    case 1:
      return { ...state, minGasPrice: 1n };
    case 2:
    case 3:
      return { ...state, attestationLimit: state.attestationLimit === USUAL_LIMIT ? 1_500n : USUAL_LIMIT };
    default: {
      const payee = pick(random, SENDERS) ?? DEALER;
      return changeAccount(state, payee, { isFrozen: state.accounts.get(toHex(payee))?.isFrozen !== true });
    }
  }
};

/** Payees freeze, thaw, and come to need a second signature; custody may be frozen, too. */
export const changePayees = (run: Run): void => commitDiem(run, (state) => changedPayees(run, state));

/** Accounts on the parachain go, come back, or have no room for another asset. */
export const changeHolders = (run: Run): void => {
  const { random } = run;
  const who = pick(random, USERS);
  if (who === undefined) return;
  const name = toHex(who);
  const held = currencies.filter(({ assetId }) => last(run.parachain).entries.has(entryName(assetId, who)));
  const { maxConsumers } = config.parachain;
  const assets = changedAssets(last(run.parachain), ({ entries, holders }) => {
    const kind = random.below(4);
    const [first] = held;
    if (kind === 0 && held.length === 0) holders.set(name, { providers: 0, consumers: 0 });
    else if (kind === 1) holders.set(name, { providers: 1, consumers: maxConsumers + 1 });
    else if (kind === 2 && first !== undefined) {
      const entry = entries.get(entryName(first.assetId, who));
      if (entry !== undefined) entries.set(entryName(first.assetId, who), { ...entry, isFrozen: !entry.isFrozen });
    } else holders.set(name, { providers: 1, consumers: held.length });
  });
  commitParachain(run, assets);
};

/** The Freezer freezes single accounts, or an asset. */
export const freeze = (run: Run): void => {
  const { random } = run;
  const asset = currencies[onceIn(random, 4) ? 1 : 0];
  const who = pick(random, HOLDERS);
  if (asset === undefined || who === undefined) return;
  const assets = changedAssets(last(run.parachain), (draft) => {
    const entry = draft.entries.get(entryName(asset.assetId, who));
    const details = draft.assets.get(asset.assetId);
    if (!onceIn(random, 3) && entry !== undefined)
      draft.entries.set(entryName(asset.assetId, who), { ...entry, isFrozen: true });
    else if (details !== undefined) draft.assets.set(asset.assetId, { ...details, isFrozen: true });
  });
  commitParachain(run, assets);
  note(run, "freeze");
};

/** New validators and authorities take over. */
export const elect = (run: Run): void => {
  const { random } = run;
  const isDiem = !onceIn(random, 3);
  if (isDiem) commitDiem(run, (state) => ({ ...state, line: followedBy(state.line, run.now, false) }));
  if (!isDiem || onceIn(random, 2))
    commitParachain(run, { line: followedBy(last(run.parachain).line, run.now, false) });
};

/** So long that keys of sets that were left have leaked, and checkpoints have lapsed. */
export const waitFortnight = (run: Run): void => {
  pass(run, 14n * 24n * HOUR + HOUR);
  note(run, "fortnight");
};

/**
 * The parachain's runtime is upgraded to one that guardians will have compared, or to one that they
 * won't.
 */
export const upgrade = (run: Run): void => {
  const specVersion = onceIn(run.random, 3) ? STRANGE_SPEC_VERSION : NEXT_SPEC_VERSION;
  commitParachain(run, { specVersion });
  note(run, "runtime upgrade");
};

/** Custody's key is used by somebody else: a payment that names an earlier release, or none. */
export const steal = (run: Run): void => {
  const head = last(run.diem);
  if (run.stolen !== undefined || head.isCustodyFrozen) return;
  const number = head.sequenceNumber;
  const stolen = head.sent.at(-1);
  if (stolen === undefined || (head.balances[stolen.currency] ?? 0n) < stolen.amount) return;
  const metadata = onceIn(run.random, 2) ? stolen.metadata : new Uint8Array();
  run.stolen = number;
  commitDiem(run, (state) => ({
    ...state,
    sequenceNumber: number + 1n,
    balances: { ...state.balances, [stolen.currency]: (state.balances[stolen.currency] ?? 0n) - stolen.amount },
    sent: [...state.sent, { ...stolen, metadata, version: state.version }],
  }));
  note(run, "key used by somebody else");
};

/** Everything around is as it should be again. */
export const mend = (run: Run): void => {
  commitDiem(run, (state) =>
    SENDERS.reduce<DiemState>(
      (mended, payee) => changeAccount(mended, payee, { isFrozen: false, currencies: ["XUS", "XDX"] }),
      {
        ...state,
        isCustodyFrozen: false,
        minGasPrice: 0n,
        attestationLimit: USUAL_LIMIT,
      },
    ),
  );
  const assets = changedAssets(last(run.parachain), ({ entries, holders }) => {
    for (const who of HOLDERS) {
      // What is too little to make an entry needs one that is there: anybody can make it.
      for (const { assetId } of currencies) {
        const name = entryName(assetId, who);
        entries.set(name, { balance: entries.get(name)?.balance ?? 0n, isFrozen: false });
      }
      holders.set(toHex(who), { providers: 1, consumers: currencies.length });
    }
  });
  commitParachain(run, assets);
};
